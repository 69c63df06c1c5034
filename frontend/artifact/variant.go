package artifact

import (
	"slices"
	"strings"
)

// level is how much a runtime has of what native code needs.
type level int

const (
	alone level = iota // nothing: for what runs without a loader
	libc               // a loader, the C library, and OpenSSL in most
	cxx                // the libraries of compilers: C++, OpenMP
)

// levels are those of the distroless variants that are told apart by it. Others
// are for an interpreter and have what it needs, and a program of its kind.
// https://github.com/GoogleContainerTools/distroless#what-images-are-available
var levels = map[string]level{"static": alone, "base-nossl": libc, "base": libc, "cc": cxx}

// Variant returns the first of some distroless variants that has what native code
// needs, the last where none has: what that lacks is looked for later. There is at
// least one variant.
func Variant(variants []string, objects []Object) string {
	needed := alone
	for _, o := range objects {
		needed = max(needed, o.level())
	}
	for _, v := range variants {
		if has, told := levels[v]; !told || has >= needed {
			return v
		}
	}
	return variants[len(variants)-1]
}

// level returns what an executable or a library needs of its runtime.
func (f *File) level() level {
	compilers := func(lib string) bool {
		name, _, _ := strings.Cut(lib, ".")
		return slices.Contains([]string{"libstdc++", "libgcc_s", "libgomp"}, name)
	}
	switch {
	case f.Static():
		return alone
	case slices.ContainsFunc(f.Needed, compilers):
		return cxx
	}
	return libc
}
