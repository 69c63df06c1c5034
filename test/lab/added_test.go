package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestWriteAdded proves that a layer over another has what is new or changed, and
// removes what is gone.
func TestWriteAdded(t *testing.T) {
	lower, full := newTree(), newTree()
	for _, tr := range []*tree{lower, full} {
		tr.file("etc/same", 0o644, []byte("same"))
		tr.link("etc/link", "same")
	}
	lower.file("etc/changed", 0o644, []byte("one"))
	full.file("etc/changed", 0o644, []byte("two"))
	lower.file("etc/mode", 0o644, nil)
	full.file("etc/mode", 0o600, nil)
	lower.file("etc/gone", 0o644, nil)
	lower.file("gone/with/its/directory", 0o644, nil)
	full.file("usr/new", 0o644, nil)
	path := filepath.Join(t.TempDir(), "layer.tar.gz")
	info, err := packLayer(path, lower.write)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := writeAdded(&out, &cachedLayer{path, info}, full.write); err != nil {
		t.Fatal(err)
	}
	added := newTree()
	if err := added.addTar(&out, func(string) bool { return false }); err != nil {
		t.Fatal(err)
	}
	var got []string
	for name := range added.files {
		got = append(got, name)
	}
	slices.Sort(got)
	if want := ".wh.gone etc/.wh.gone etc/changed etc/mode usr usr/new"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAddGenerated proves that a foreign root gets what configuring has made, and
// neither what is in packages nor what depends on the architecture.
func TestAddGenerated(t *testing.T) {
	own, foreign := newTree(), newTree()
	own.merged = []string{"bin"}
	own.file("var/lib/dpkg/info/awk.list", 0o644, []byte("/.\n/bin\n/bin/mawk\n/usr\n/usr/bin\n"))
	own.file("usr/bin/mawk", 0o755, []byte("\x7fELF"))
	own.file("etc/passwd", 0o644, []byte("root:x:0:0"))
	own.link("usr/bin/awk", "/etc/alternatives/awk")
	own.file("var/lib/dpkg/alternatives/awk", 0o644, nil)
	own.file("var/lib/dpkg/status", 0o644, []byte("Architecture: "+nativeArch))
	own.file("etc/ld.so.cache", 0o644, nil)
	own.file("usr/lib/"+triplets[nativeArch]+"/gconv/gconv-modules.cache", 0o644, nil)
	addGenerated(foreign, own, packagedIn(own))
	var got []string
	for name := range foreign.files {
		got = append(got, name)
	}
	slices.Sort(got)
	if want := "etc/passwd usr/bin/awk var/lib/dpkg/alternatives/awk"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestControlField proves that a field is found at the beginning of a line alone.
func TestControlField(t *testing.T) {
	control := "Package: libc6\nArchitecture: arm64\nDescription: GNU C Library\n Package: not this one\nMulti-Arch: same"
	for name, want := range map[string]string{"Package": "libc6", "Multi-Arch": "same", "Section": ""} {
		if got := controlField(control, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
