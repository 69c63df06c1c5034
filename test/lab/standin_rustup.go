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
	manifest := &rustManifest{version: r.version, own: own}
	for arch, triple := range rustTriples {
		if arch == r.arch {
			continue
		}
		archive, err := r.standardLibrary(ctx, arch, triple)
		if err != nil {
			return err
		}
		name := path.Join(rustDist, fmt.Sprintf("rust-std-%s-%s.tar.gz", r.version, triple))
		r.file(name, 0o644, archive)
		manifest.others = append(manifest.others, rustArchive{triple, "file:///" + name, fmt.Sprintf("%x", sha256.Sum256(archive))})
	}
	r.file(lib+"/multirust-channel-manifest.toml", 0o644, manifest.text())
	return nil
}

// rustComponents returns the list of what is installed of the toolchain.
func rustComponents(triple string) []byte {
	text := "config_version = \"1\"\n"
	for _, pkg := range []string{"cargo", "rust-std", "rustc"} {
		text += fmt.Sprintf("\n[[components]]\npkg = %q\ntarget = %q\nis_extension = false\n", pkg, triple)
	}
	return []byte(text)
}

// standardLibrary returns the standard library of a platform as the archive that
// rustup installs. https://github.com/rust-lang/rust-installer
func (r *rustTree) standardLibrary(ctx context.Context, arch, triple string) ([]byte, error) {
	packages, t := newTree(), newTree()
	if err := unpackAll(ctx, packages, r.suite, arch, []string{"libstd-rust-dev"}, r.log); err != nil {
		return nil, err
	}
	root := fmt.Sprintf("rust-std-%s-%s", r.version, triple)
	component := "rust-std-" + triple
	var manifest strings.Builder
	for _, name := range packages.under("usr/lib/rustlib") {
		rel := strings.TrimPrefix(name, "usr/")
		fmt.Fprintf(&manifest, "file:%s\n", rel)
		t.file(path.Join(root, component, rel), 0o644, packages.files[name].data)
	}
	if manifest.Len() == 0 {
		return nil, fmt.Errorf("the packages have no standard library for %s", triple)
	}
	t.file(root+"/components", 0o644, []byte(component+"\n"))
	t.file(root+"/rust-installer-version", 0o644, []byte("3\n"))
	t.file(path.Join(root, component, "manifest.in"), 0o644, []byte(manifest.String()))
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(t.write(z), z.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// A rustManifest is what a channel says of a release, as far as rustup looks at it
// to add the standard library of another platform.
type rustManifest struct {
	version, own string
	others       []rustArchive
}

type rustArchive struct{ triple, url, sha256 string }

func (m *rustManifest) text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "manifest-version = \"2\"\ndate = \"1970-01-01\"\n")
	for _, pkg := range []string{"cargo", "rustc"} {
		fmt.Fprintf(&b, "\n[pkg.%s]\nversion = %q\n[pkg.%[1]s.target.%[3]s]\navailable = false\n", pkg, m.version, m.own)
	}
	fmt.Fprintf(&b, "\n[pkg.rust-std]\nversion = %q\n[pkg.rust-std.target.%s]\navailable = false\n", m.version, m.own)
	for _, o := range m.others {
		fmt.Fprintf(&b, "\n[pkg.rust-std.target.%s]\navailable = true\nurl = %q\nhash = %q\n", o.triple, o.url, o.sha256)
	}
	fmt.Fprintf(&b, "\n[pkg.rust]\nversion = %q\n[pkg.rust.target.%s]\navailable = true\nurl = \"file:///none\"\nhash = \"none\"\n", m.version, m.own)
	for _, pkg := range []string{"cargo", "rust-std", "rustc"} {
		fmt.Fprintf(&b, "[[pkg.rust.target.%s.components]]\npkg = %q\ntarget = %q\n", m.own, pkg, m.own)
	}
	for _, o := range m.others {
		fmt.Fprintf(&b, "[[pkg.rust.target.%s.extensions]]\npkg = \"rust-std\"\ntarget = %q\n", m.own, o.triple)
	}
	return []byte(b.String())
}
