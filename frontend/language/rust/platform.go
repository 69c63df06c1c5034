package rust

import (
	"fmt"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/spec"
)

// platform is one platform as Rust and Debian name it.
type platform struct {
	platform spec.Platform
	triple   string // Rust's: "aarch64-unknown-linux-gnu"
	debian   arch.Debian
	static   bool // by musl, where others are linked with glibc
}

// machines are Rust's names of the architectures, by the kernel's word for them, with
// the end of a triple's last part; musl is "" where there is no standard library.
// https://doc.rust-lang.org/rustc/platform-support.html
var machines = map[string]struct{ machine, gnu, musl string }{
	"x86_64":  {"x86_64", "gnu", "musl"},
	"aarch64": {"aarch64", "gnu", "musl"},
	"armv7l":  {"armv7", "gnueabihf", "musleabihf"},
	"armv6l":  {"arm", "gnueabi", "musleabi"},
	"i686":    {"i686", "gnu", "musl"},
	"ppc64le": {"powerpc64le", "gnu", "musl"},
	"s390x":   {"s390x", "gnu", ""},
	"riscv64": {"riscv64gc", "gnu", "musl"},
}

// platformOf returns what Rust calls p, or an error that says what it knows.
func platformOf(p spec.Platform, static bool) (platform, error) {
	a, ok := arch.Variant(p.Architecture, p.Variant)
	m, known := machines[a.Kernel]
	libc := m.gnu
	if static {
		libc = m.musl
	}
	if p.OS != "linux" || !ok || !known || libc == "" {
		what := ""
		if static {
			what = "static "
		}
		return platform{}, fmt.Errorf("rust cannot build %simages for %s; want %s", what, p, strings.Join(platforms(static), ", "))
	}
	if p.Architecture == "arm" && p.Variant == "v5" {
		m.machine = "armv5te"
	}
	return platform{p, m.machine + "-unknown-linux-" + libc, a.Debian, static}, nil
}

// level returns the flags by which the compiler may use what a variant of the platform
// has, none for what all machines have.
func (p platform) level() string {
	variant := p.platform.Variant
	switch {
	case variant == "":
		return ""
	case p.platform.Architecture == "amd64":
		return "-C target-cpu=x86-64-" + variant
	case p.platform.Architecture == "arm64":
		return "-C target-feature=+" + variant + "a"
	}
	return "" // it is in the triple
}

// platforms returns the platforms that programs can be built for.
func platforms(static bool) (names []string) {
	for _, name := range arch.Names() {
		a, _ := arch.Of(name)
		if m, ok := machines[a.Kernel]; ok && (!static || m.musl != "") {
			names = append(names, "linux/"+a.Name)
		}
	}
	return names
}

// variable returns the end of the names of variables for the platform: in those of
// compilers "aarch64_unknown_linux_gnu".
func (p platform) variable() string { return strings.ReplaceAll(p.triple, "-", "_") }

// setting returns the name of a variable of cargo for the platform:
// "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER".
func (p platform) setting(name string) string {
	return "CARGO_TARGET_" + strings.ToUpper(p.variable()) + "_" + name
}
