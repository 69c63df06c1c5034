package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

// TestRustArchive proves what rustup installs for a platform, and what it is told of it.
func TestRustArchive(t *testing.T) {
	const triple = "aarch64-unknown-linux-musl"
	r := &rustTree{tree: newTree(), rustBuild: rustBuild{version: "1.97.1"}, arch: "amd64"}
	library := newTree()
	library.file("lib/rustlib/"+triple+"/lib/libcore.rlib", 0o644, []byte("core"))
	library.file("lib/rustlib/"+triple+"/lib/self-contained/crt1.o", 0o644, []byte("crt"))
	archive, err := r.archive(library, triple)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(archive.url, "file:///")
	z, err := gzip.NewReader(bytes.NewReader(r.files[name].data))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	got := newTree()
	if err := got.addTar(bytes.NewReader(data), func(string) bool { return false }); err != nil {
		t.Fatal(err)
	}
	const component = "rust-std-1.97.1-" + triple + "/rust-std-" + triple + "/"
	const want = "file:lib/rustlib/" + triple + "/lib/libcore.rlib\nfile:lib/rustlib/" + triple + "/lib/self-contained/crt1.o\n"
	if f := got.files[component+"manifest.in"]; f == nil || string(f.data) != want {
		t.Errorf("got a list of files %+v, want %q", f, want)
	}
	if f := got.files[component+"lib/rustlib/"+triple+"/lib/libcore.rlib"]; f == nil || string(f.data) != "core" {
		t.Errorf("got a library %+v", f)
	}
	text := archive.text(rustTriples["amd64"])
	for _, part := range []string{
		"[pkg.rust-std.target." + triple + "]\navailable = true\nurl = \"file:///" + name + "\"\nhash = \"" + archive.sha256 + "\"\n",
		"[[pkg.rust.target.x86_64-unknown-linux-gnu.extensions]]\npkg = \"rust-std\"\ntarget = \"" + triple + "\"\n",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in:\n%s", part, text)
		}
	}
	if _, err := r.archive(newTree(), triple); err == nil {
		t.Error("an empty library is no error")
	}
}

// TestRustMusl proves which files of packages are in a library for musl.
func TestRustMusl(t *testing.T) {
	m := &muslBuild{rustTree: &rustTree{rustBuild: rustBuild{gcc: "16", llvm: "22"}}}
	const want = `usr/lib/aarch64-linux-gnu/libunwind.a
usr/lib/aarch64-linux-musl/Scrt1.o
usr/lib/aarch64-linux-musl/crt1.o
usr/lib/aarch64-linux-musl/crti.o
usr/lib/aarch64-linux-musl/crtn.o
usr/lib/aarch64-linux-musl/libc.a
usr/lib/aarch64-linux-musl/rcrt1.o
usr/lib/gcc/aarch64-linux-gnu/16/crtbegin.o
usr/lib/gcc/aarch64-linux-gnu/16/crtbeginS.o
usr/lib/gcc/aarch64-linux-gnu/16/crtend.o
usr/lib/gcc/aarch64-linux-gnu/16/crtendS.o`
	if got := strings.Join(m.objects("arm64"), "\n"); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
