package build

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/bom"
)

// debianStatus is a database of dpkg, with a package that was removed.
const debianStatus = `Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: glibc
Version: 2.41-12
Description: GNU C Library
 with a line: of its own

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: libgcc-s1
Status: install ok installed
Architecture: amd64
Source: gcc-14 (14.2.0-19)
Version: 14.2.0-19
`

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// TestDebianPackages reads the packages of a whole system, of distroless, and of what
// is no Debian.
func TestDebianPackages(t *testing.T) {
	release := file("ID=debian\nVERSION_ID=\"13\"\n")
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  []string
	}{
		"debian": {fstest.MapFS{"var/lib/dpkg/status": file(debianStatus), "etc/os-release": release}, []string{
			"pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13&upstream=glibc",
			"pkg:deb/debian/libgcc-s1@14.2.0-19?arch=amd64&distro=debian-13&upstream=gcc-14",
		}},
		"distroless": {fstest.MapFS{
			"var/lib/dpkg/status.d/tzdata":         file("Package: tzdata\nVersion: 2025b-4+deb13u1\nArchitecture: all\n"),
			"var/lib/dpkg/status.d/tzdata.md5sums": file("d41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n"),
			"usr/lib/os-release":                   release,
		}, []string{"pkg:deb/debian/tzdata@2025b-4%2Bdeb13u1?arch=all&distro=debian-13"}},
		"alpine": {fstest.MapFS{"lib/apk/db/installed": file("P:musl\n")}, nil},
	} {
		packages, err := debianPackages(c.files)
		if got := urls(packages); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v and %q, want %q", name, err, got, c.want)
		}
	}
}

func urls(packages []bom.Package) (all []string) {
	for _, p := range packages {
		all = append(all, p.URL)
	}
	return all
}

// TestDebianOwners finds the packages of files, in systems whose lists know /lib by
// either of its names.
func TestDebianOwners(t *testing.T) {
	fsys := fstest.MapFS{
		"var/lib/dpkg/info/libc6:amd64.list":    file("/.\n/lib/x86_64-linux-gnu/libc.so.6\n"),
		"var/lib/dpkg/info/zlib1g:amd64.list":   file("/usr/lib/x86_64-linux-gnu/libz.so.1\n"),
		"var/lib/dpkg/info/libfoo.list":         file("/usr/lib/libfoo.so.1\n"),
		"var/lib/dpkg/info/libfoo.list.postrm":  file("/usr/lib/x86_64-linux-gnu/libz.so.1\n"),
		"var/lib/dpkg/info/libbar:amd64.shlibs": file("/usr/lib/x86_64-linux-gnu/libz.so.1\n"),
	}
	got, err := debianOwners(fsys, []string{"/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libz.so.1"})
	if want := []string{"libc6:amd64", "zlib1g:amd64"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v and %q, want %q", err, got, want)
	}
}
