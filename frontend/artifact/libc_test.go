package artifact

import "testing"

func TestLinks(t *testing.T) {
	for _, c := range []struct {
		file File
		libc string
		ok   bool
	}{
		{File{}, Musl, true},
		{File{needed: []string{"libz.so.1"}}, Musl, true},
		{File{needed: []string{"libz.so.1", "libc.so.6"}}, Musl, false},
		{File{needed: []string{"libc.so.6"}}, Glibc, true},
		{File{needed: []string{"libc.so.6"}}, "", true},
		{File{needed: []string{"libc.musl-x86_64.so.1"}}, Glibc, false},
		{File{needed: []string{"libc.musl-x86_64.so.1"}}, Musl, true},
		{File{interp: "/lib/ld-musl-aarch64.so.1"}, Glibc, false},
		{File{interp: "/lib64/ld-linux-x86-64.so.2"}, Musl, false},
	} {
		if err := c.file.Links(c.libc); (err == nil) != c.ok {
			t.Errorf("%+v with %q: got %v", c.file, c.libc, err)
		}
	}
}
