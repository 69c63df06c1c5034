package artifact

import "testing"

func TestLinks(t *testing.T) {
	for _, c := range []struct {
		file File
		libc string
		ok   bool
	}{
		{File{}, Musl, true},
		{File{Needed: []string{"libz.so.1"}}, Musl, true},
		{File{Needed: []string{"libz.so.1", "libc.so.6"}}, Musl, false},
		{File{Needed: []string{"libc.so.6"}}, Glibc, true},
		{File{Needed: []string{"libc.so.6"}}, "", true},
		{File{Needed: []string{"libc.musl-x86_64.so.1"}}, Glibc, false},
		{File{Needed: []string{"libc.musl-x86_64.so.1"}}, Musl, true},
		{File{Interp: "/lib/ld-musl-aarch64.so.1"}, Glibc, false},
		{File{Interp: "/lib64/ld-linux-x86-64.so.2"}, Musl, false},
	} {
		if err := c.file.Links(c.libc); (err == nil) != c.ok {
			t.Errorf("%+v with %q: got %v", c.file, c.libc, err)
		}
	}
}
