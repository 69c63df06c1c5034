package python

import (
	"io/fs"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// glibcs are the newest wheels that the C libraries of common systems can
// load, by their os-release. https://peps.python.org/pep-0600/
var glibcs = []struct{ id, version, libc string }{
	{"debian", "13", "manylinux_2_40"},
	{"debian", "12", "manylinux_2_36"},
	{"debian", "11", "manylinux_2_31"},
	{"ubuntu", "24.04", "manylinux_2_39"},
	{"ubuntu", "22.04", "manylinux_2_35"},
}

// libcOf returns which wheels an image can load; old ones where it is not known.
func libcOf(runtime fs.FS) string {
	if musl, _ := fs.Glob(runtime, "lib/ld-musl-*"); len(musl) > 0 {
		return "musl"
	}
	release := language.OSRelease(runtime)
	for _, g := range glibcs {
		if release["ID"] == g.id && strings.HasPrefix(release["VERSION_ID"], g.version) {
			return g.libc
		}
	}
	return "manylinux_2_28"
}

// wheelSet are the wheels that a platform can load.
type wheelSet struct {
	platform spec.Platform
	name     string // of platform and C library, as uv has it
}

// wheelsFor returns the wheels for a platform and its C library, false when
// there are none.
// https://docs.astral.sh/uv/reference/cli/#uv-pip-install--python-platform
func wheelsFor(p spec.Platform, libc string) (wheelSet, bool) {
	a, _ := arch.Variant(p.Architecture, p.Variant)
	ok := a.Name == "amd64" || a.Name == "arm64"
	switch {
	case a.Name == "riscv64" && libc != "musl":
		return wheelSet{p, a.Kernel + "-unknown-linux"}, true
	case libc == "musl":
		return wheelSet{p, a.Kernel + "-unknown-linux-musl"}, ok
	}
	return wheelSet{p, a.Kernel + "-" + libc}, ok
}
