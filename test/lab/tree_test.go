package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestTree puts a package with an old-style /lib onto a merged tree.
func TestTree(t *testing.T) {
	tr := newTree()
	tr.merge("bin", "lib")
	tr.file("etc/hosts", 0o644, []byte("x\n"))
	err := tr.addTar(tarOf(t,
		tar.Header{Name: "./lib/", Typeflag: tar.TypeDir, Mode: 0o755},
		tar.Header{Name: "./lib/libc.so", Typeflag: tar.TypeReg, Mode: 0o755},
		tar.Header{Name: "./bin/sh", Typeflag: tar.TypeLink, Linkname: "./bin/dash"},
		tar.Header{Name: "./usr/share/man/man1", Typeflag: tar.TypeReg, Mode: 0o644},
	), isLeftOut)
	if err != nil {
		t.Fatal(err)
	}
	const want = `120777 bin -> usr/bin
40755 etc/
100644 etc/hosts
120777 lib -> usr/lib
40755 usr/
40755 usr/bin/
40755 usr/lib/
100755 usr/lib/libc.so
hard usr/bin/sh -> usr/bin/dash
`
	if got := list(t, tr); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func tarOf(t *testing.T, headers ...tar.Header) io.Reader {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, hdr := range headers {
		if err := w.WriteHeader(&hdr); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func list(t *testing.T, tr *tree) string {
	var out bytes.Buffer
	if err := tr.write(&out); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for r := tar.NewReader(&out); ; {
		hdr, err := r.Next()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if !hdr.ModTime.Equal(epoch) {
			t.Errorf("%s has time %s", hdr.Name, hdr.ModTime)
		}
		switch hdr.Typeflag {
		case tar.TypeLink:
			fmt.Fprintf(&b, "hard %s -> %s\n", hdr.Name, hdr.Linkname)
		case tar.TypeSymlink:
			fmt.Fprintf(&b, "12%04o %s -> %s\n", hdr.Mode, hdr.Name, hdr.Linkname)
		case tar.TypeDir:
			fmt.Fprintf(&b, "4%04o %s\n", hdr.Mode, hdr.Name)
		default:
			fmt.Fprintf(&b, "10%04o %s\n", hdr.Mode, hdr.Name)
		}
	}
}
