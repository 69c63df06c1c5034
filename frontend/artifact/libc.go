package artifact

import (
	"fmt"
	"strings"
)

// C libraries, by what is loaded.
const (
	Glibc = "glibc"
	Musl  = "musl"
)

// Libc returns the C library that the artifact is linked with, "" where it says none.
func (a *File) Libc() string {
	for _, name := range append([]string{a.Interp[strings.LastIndex(a.Interp, "/")+1:]}, a.Needed...) {
		switch {
		case strings.HasPrefix(name, "libc.musl-"), strings.HasPrefix(name, "ld-musl-"):
			return Musl
		case name == "libc.so.6", strings.HasPrefix(name, "ld-linux"):
			return Glibc
		}
	}
	return ""
}

// Links returns an error where the artifact is linked with another C library than
// the one given; "" is any.
func (a *File) Links(libc string) error {
	if has := a.Libc(); has != "" && libc != "" && has != libc {
		return fmt.Errorf("got a library for %s, want one for %s", has, libc)
	}
	return nil
}
