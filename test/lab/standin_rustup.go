package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"strings"
)

// rustDist is where the archives are that rustup would download.
const rustDist = rustupHome + "/dist"

// describe adds what rustup knows of the toolchain, and the standard libraries of
// other platforms as the archives that it asks for.
func (r *rustTree) describe(ctx context.Context) error {
	own, lib := rustTriples[r.arch], path.Join(r.toolchain(), "lib/rustlib")
	components := []string{"cargo-" + own, "rust-std-" + own, "rustc-" + own}
	r.file(lib+"/rust-installer-version", 0o644, []byte("3"))
	r.file(lib+"/components", 0o644, []byte(strings.Join(components, "\n")+"\n"))
	r.file(lib+"/multirust-config.toml", 0o644, rustComponents(own))
	for _, c := range components {
		r.file(lib+"/manifest-"+c, 0o644, nil)
	}
	text := rustManifest(r.version, own)
	for arch, triple := range rustTriples {
		if arch == r.arch {
			continue
		}
		library, err := r.standardLibrary(ctx, arch)
		if err != nil {
			return err
		}
		archive, err := r.archive(library, triple)
		if err != nil {
			return err
		}
		text += archive.text(own)
	}
	r.file(r.manifest(), 0o644, []byte(text))
	return nil
}

// manifest returns the path of what rustup knows of the release.
func (r *rustTree) manifest() string {
	return path.Join(r.toolchain(), "lib/rustlib/multirust-channel-manifest.toml")
}

// rustComponents returns the list of what is installed of the toolchain.
func rustComponents(triple string) []byte {
	text := "config_version = \"1\"\n"
	for _, pkg := range []string{"cargo", "rust-std", "rustc"} {
		text += fmt.Sprintf("\n[[components]]\npkg = %q\ntarget = %q\nis_extension = false\n", pkg, triple)
	}
	return []byte(text)
}

// standardLibrary returns the standard library of an architecture as Debian has it, in
// the places below a toolchain.
func (r *rustTree) standardLibrary(ctx context.Context, arch string) (*tree, error) {
	packages, t := newTree(), newTree()
	if err := unpackAll(ctx, packages, r.suite, arch, []string{"libstd-rust-dev"}, r.log); err != nil {
		return nil, err
	}
	for _, name := range packages.under("usr/lib/rustlib") {
		t.file(strings.TrimPrefix(name, "usr/"), 0o644, packages.files[name].data)
	}
	return t, nil
}

// archive adds the standard library of a platform as the archive that rustup installs.
// https://github.com/rust-lang/rust-installer
func (r *rustTree) archive(library *tree, triple string) (rustArchive, error) {
	names := library.under("lib")
	if len(names) == 0 {
		return rustArchive{}, fmt.Errorf("there is no standard library for %s", triple)
	}
	t := newTree()
	root := fmt.Sprintf("rust-std-%s-%s", r.version, triple)
	component := "rust-std-" + triple
	var manifest strings.Builder
	for _, name := range names {
		fmt.Fprintf(&manifest, "file:%s\n", name)
		t.file(path.Join(root, component, name), 0o644, library.files[name].data)
	}
	t.file(root+"/components", 0o644, []byte(component+"\n"))
	t.file(root+"/rust-installer-version", 0o644, []byte("3\n"))
	t.file(path.Join(root, component, "manifest.in"), 0o644, []byte(manifest.String()))
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.NoCompression)
	if err != nil {
		return rustArchive{}, err
	}
	if err := errors.Join(t.write(z), z.Close()); err != nil {
		return rustArchive{}, err
	}
	name := path.Join(rustDist, root+".tar.gz")
	r.file(name, 0o644, out.Bytes())
	return rustArchive{triple, "file:///" + name, fmt.Sprintf("%x", sha256.Sum256(out.Bytes()))}, nil
}

// A rustArchive is the standard library of another platform, to be installed.
type rustArchive struct{ triple, url, sha256 string }

// text returns what a manifest says of the archive for the toolchain of the platform
// own. It may be written after any other part.
func (a rustArchive) text(own string) string {
	return fmt.Sprintf("\n[pkg.rust-std.target.%s]\navailable = true\nurl = %q\nhash = %q\n", a.triple, a.url, a.sha256) +
		fmt.Sprintf("[[pkg.rust.target.%s.extensions]]\npkg = \"rust-std\"\ntarget = %q\n", own, a.triple)
}

// rustManifest returns what a channel says of a release, as far as rustup looks at it
// to add the standard library of another platform.
func rustManifest(version, own string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "manifest-version = \"2\"\ndate = \"1970-01-01\"\n")
	for _, pkg := range []string{"cargo", "rustc", "rust-std"} {
		fmt.Fprintf(&b, "\n[pkg.%s]\nversion = %q\n[pkg.%[1]s.target.%[3]s]\navailable = false\n", pkg, version, own)
	}
	fmt.Fprintf(&b, "\n[pkg.rust]\nversion = %q\n[pkg.rust.target.%s]\navailable = true\nurl = \"file:///none\"\nhash = \"none\"\n", version, own)
	for _, pkg := range []string{"cargo", "rust-std", "rustc"} {
		fmt.Fprintf(&b, "[[pkg.rust.target.%s.components]]\npkg = %q\ntarget = %q\n", own, pkg, own)
	}
	return b.String()
}
