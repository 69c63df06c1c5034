package build

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	godigest "github.com/opencontainers/go-digest"
	spdxjson "github.com/spdx/tools-golang/json"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestBill makes a program with a library of the toolchain and packages of the spec, on
// a runtime that has packages of its own, with files of another image: all of that is
// told, and what the toolchain has besides is not.
func TestBill(t *testing.T) {
	g := gateway.New(t, text)
	g.Images = append([]string{"example.com/tool:latest", "docker.io/library/busybox:latest"}, distroless...)
	release := file("ID=debian\nVERSION_ID=13\n")
	runtime := maps.Clone(loader)
	runtime["var/lib/dpkg/status.d/libc6"] = file("Package: libc6\nVersion: 2.41\nArchitecture: amd64\n")
	g.Contents = map[string]fstest.MapFS{
		"gcr.io/distroless/base":    runtime,
		"docker.io/library/busybox": {"bin/busybox": file("busybox")},
	}
	tools := fstest.MapFS{
		"usr/lib/x86_64-linux-gnu/libz.so.1":  elf("libc.so.6"),
		"var/lib/dpkg/info/zlib1g:amd64.list": file("/usr/lib/x86_64-linux-gnu/libz.so.1\n"),
		"var/lib/dpkg/info/gcc:amd64.list":    file("/usr/bin/gcc\n"),
		"var/lib/dpkg/status":                 file(installedTools),
		"etc/os-release":                      release,
	}
	g.Left = map[string]fstest.MapFS{
		"[made] make":                {"app": elf("libc.so.6", "libz.so.1")},
		"[made linux/amd64] install": tools,
		"[made linux/amd64] unpack": {
			"data/libmagic-mgc/usr/lib/file/magic.mgc": file("magic"),
			"status.d/libmagic-mgc":                    file("Package: libmagic-mgc\nVersion: 5.46\nArchitecture: all\n"),
		},
	}
	r := linked(nil)
	r.Packages = &language.Packages{Libraries: []string{"zlib1g-dev"}, Architecture: "amd64"}
	p := planned(t, "language: made\nbuild:\n  packages: [libmagic-mgc]\nfiles:\n  - {source: busybox, from: /bin/busybox, to: /bin/busybox}\n", r)
	p.Runtime.Variants = []string{"static", "base"}
	p.Language.Contents = func(*language.Built) ([]bom.Package, error) { return []bom.Package{{Name: "own"}}, nil }
	b := builderOf(t, g)
	b.Bills = true
	made, err := b.Image(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	bill := made.Bill
	if got, want := urls(bill.Image.Contains), []string{"", "pkg:deb/debian/zlib1g@1.3?arch=amd64&distro=debian-13", "pkg:deb/debian/libmagic-mgc@5.46?arch=all&distro=debian-13"}; !slices.Equal(got, want) {
		t.Errorf("got contents %q, want %q", got, want)
	}
	if got := urls(bill.Runtime.Contains); len(got) != 1 || !strings.HasPrefix(got[0], "pkg:deb/debian/libc6@2.41") {
		t.Errorf("got %q in the runtime, want its libc6", got)
	}
	for name, p := range map[string]bom.Package{
		"gcr.io/distroless/base-debian13": *bill.Runtime, "example.com/tool": bill.Toolchains[0], "busybox": bill.Sources[0],
	} {
		if p.Name != name || !strings.HasPrefix(p.Version, "sha256:") || p.URL == "" {
			t.Errorf("got image %+v, want %s by digest", p, name)
		}
	}
	if len(bill.Files) != 1 || bill.Files[0].Path != "/usr/local/bin/app" || len(bill.Files[0].SHA256) != 64 {
		t.Errorf("got files %+v, want the program", bill.Files)
	}
}

// installedTools is dpkg's database of a toolchain, where a library is installed for two
// architectures.
const installedTools = `Package: zlib1g
Status: install ok installed
Architecture: amd64
Version: 1.3

Package: zlib1g
Status: install ok installed
Architecture: arm64
Version: 1.3

Package: gcc
Status: install ok installed
Architecture: amd64
Version: 14
`

// TestPackageOf has contexts in the place of an image, which only one of them is.
func TestPackageOf(t *testing.T) {
	digest := "sha256:" + strings.Repeat("ab", 32)
	for _, c := range []struct {
		image daemon.Image
		url   bool
		want  bom.Package
	}{
		{image: daemon.Image{Ref: "debian:13@" + digest}, url: true, want: bom.Package{Name: "debian", Version: digest}},
		{image: daemon.Image{Ref: "me/debian:13@" + digest, Given: true}, url: true, want: bom.Package{Name: "me/debian", Version: digest}},
		{image: daemon.Image{Ref: "debian:13", Given: true, Pin: godigest.Digest(digest)}, want: bom.Package{Name: "debian:13", Version: digest}},
		{image: daemon.Image{Ref: "debian:13", Given: true}, want: bom.Package{Name: "debian:13"}},
	} {
		got := packageOf(&c.image, "amd64")
		if got.Name != c.want.Name || got.Version != c.want.Version || (got.URL != "") != c.url || (got.Note == "") != c.url {
			t.Errorf("%+v: got %+v, want %+v", c.image, got, c.want)
		}
		if (got.Version != "") != (len(got.Hashes) == 1) {
			t.Errorf("%+v: got hashes %v", c.image, got.Hashes)
		}
	}
}

// TestJoined has two programs told of together, each as what its own package generates.
func TestJoined(t *testing.T) {
	var bills []*bom.Bill
	for _, name := range []string{"api", "worker"} {
		bills = append(bills, &bom.Bill{
			Image: bom.Package{Name: name, Purpose: bom.Container, Contains: []bom.Package{{Name: "example.com/" + name, Purpose: bom.Application}}},
			Files: []bom.File{{Path: "/" + name, SHA1: strings.Repeat("1", 40), SHA256: strings.Repeat("2", 64)}},
		})
	}
	data, err := joined(bills).SPDX()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := spdxjson.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var generates []string
	for _, r := range doc.Relationships {
		if r.Relationship == "GENERATES" {
			generates = append(generates, string(r.RefA.ElementRefID+" "+r.RefB.ElementRefID))
		}
	}
	if len(generates) != 2 || len(doc.Files) != 2 || !strings.Contains(generates[0], "api") || strings.Contains(generates[0], "worker") {
		t.Errorf("got %q of %d files, want each program of its package", generates, len(doc.Files))
	}
}

// TestNoBill makes an image of which nothing was asked.
func TestNoBill(t *testing.T) {
	g := gateway.New(t, text)
	g.Images = append([]string{"example.com/tool:latest"}, distroless...)
	g.Contents = map[string]fstest.MapFS{"gcr.io/distroless/base": loader}
	g.Left = map[string]fstest.MapFS{"[made] make": {"app": elf("libc.so.6")}}
	p := planned(t, text, linked(nil))
	p.Runtime.Variants = []string{"base"}
	made, err := builderOf(t, g).Image(t.Context(), p)
	if err != nil || made.Bill != nil {
		t.Errorf("got %v and %+v, want none", err, made)
	}
}
