package rust

import (
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// tools are packages of the distribution for the builder that crates run when they are
// compiled. What compiles C++ is apart: it is another for every target.
var tools = []struct {
	crates   []string
	packages []string
	cxx      bool
}{
	{crates: []string{"cmake"}, packages: []string{"cmake", "make"}, cxx: true},
	{crates: []string{"openssl-src"}, packages: []string{"make", "perl"}},
	{crates: []string{"autotools"}, packages: []string{"autoconf", "automake", "libtool", "make"}},
	{crates: []string{"tikv-jemalloc-sys", "jemalloc-sys", "luajit-src", "libffi-sys", "pq-src"}, packages: []string{"make"}},
	{crates: []string{"bindgen", "clang-sys"}, packages: []string{"clang", "libclang-dev"}},
	{crates: []string{"nasm-rs"}, packages: []string{"nasm"}},
	{crates: []string{"cxx-build", "link-cplusplus", "cpp_build"}, cxx: true},
	{crates: []string{"librocksdb-sys", "snappy_src", "libduckdb-sys", "esaxx-rs"}, cxx: true},
}

// distribution returns the packages that compiling for a platform needs: the linker and
// the C compiler for it, what crates run, and what the spec asks for. It is nil when
// the toolchain image has it all.
func distribution(p *language.Project, l *lock, target platform) *language.Packages {
	want := p.Spec.Build.Packages
	pk := &language.Packages{Libraries: want.Values(), Architecture: target.debian.Name}
	host, _ := arch.Variant(p.Host.Architecture, p.Host.Variant)
	cross := target.debian.Name != host.Debian.Name
	if cross {
		pk.Names = append(pk.Names, "gcc-"+target.debian.Triple, "libc6-dev-"+target.debian.Name+"-cross")
	}
	if target.static {
		pk.Libraries = append(pk.Libraries, "musl-dev")
	}
	cxx := false
	for _, t := range tools {
		if l.has(t.crates...) {
			pk.Names, cxx = append(pk.Names, t.packages...), cxx || t.cxx
		}
	}
	if cxx {
		pk.Names = append(pk.Names, "g++")
		if cross {
			pk.Names = append(pk.Names, "g++-"+target.debian.Triple)
		}
	}
	if len(want) > 0 {
		// Without it, crates take what they bring along, on every builder.
		pk.Names = append(pk.Names, "pkg-config")
		pk.Range = want[0].Range
	}
	for i, name := range pk.Names {
		pk.Names[i] = strings.ReplaceAll(name, "x86_64", "x86-64")
	}
	slices.Sort(pk.Names)
	pk.Names = slices.Compact(pk.Names)
	if len(pk.Names)+len(pk.Libraries) == 0 {
		return nil
	}
	return pk
}

// compilers returns the variables by which crates find the C compiler for a platform
// that is not the builder's, and cargo the linker, unless the project names one.
// https://docs.rs/cc/latest/cc/#external-configuration-via-environment-variables
func compilers(p *language.Project, c *config, target platform) (env spec.Vars) {
	cross := target.triple != hostTriple(p)
	if cross {
		gcc := target.debian.Triple + "-gcc"
		if c.linker(target) == nil {
			env = append(env, spec.Vars{{Name: target.setting("LINKER"), Value: gcc}}...)
		}
		if target.static {
			gcc += " -specs /usr/lib/" + strings.TrimSuffix(target.debian.Triple, "gnu") + "musl/musl-gcc.specs"
		}
		env = append(env, spec.Vars{
			{Name: "AR_" + target.variable(), Value: target.debian.Triple + "-ar"},
			{Name: "CC_" + target.variable(), Value: gcc},
			{Name: "CXX_" + target.variable(), Value: target.debian.Triple + "-g++"},
		}...)
	}
	if len(p.Spec.Build.Packages) > 0 {
		libraries := target.debian.Libraries
		if libraries == "" {
			libraries = target.debian.Triple
		}
		env = append(env, spec.Vars{
			{Name: "PKG_CONFIG_ALLOW_CROSS", Value: "1"},
			{Name: "PKG_CONFIG_LIBDIR_" + target.variable(), Value: "/usr/lib/" + libraries + "/pkgconfig:/usr/share/pkgconfig"},
		}...)
	}
	return env
}

// hostTriple returns Rust's name of the build platform.
func hostTriple(p *language.Project) string {
	host, err := platformOf(p.Host, false)
	if err != nil {
		return ""
	}
	return host.triple
}

// libraries are packages of the distribution that crates link with where they bring
// nothing along.
var libraries = []struct{ crate, pkg string }{
	{"alsa-sys", "libasound2-dev"},
	{"dbus", "libdbus-1-dev"},
	{"libdbus-sys", "libdbus-1-dev"},
	{"libpcap", "libpcap-dev"},
	{"libseccomp-sys", "libseccomp-dev"},
	{"libsodium-sys", "libsodium-dev"},
	{"libsqlite3-sys", "libsqlite3-dev"},
	{"libudev-sys", "libudev-dev"},
	{"mysqlclient-sys", "libmariadb-dev"},
	{"nettle-sys", "nettle-dev"},
	{"openssl-sys", "libssl-dev"},
	{"pcap", "libpcap-dev"},
	{"pq-sys", "libpq-dev"},
	{"prost-build", "protobuf-compiler"},
	{"sasl2-sys", "libsasl2-dev"},
	{"yeslogic-fontconfig-sys", "libfontconfig-dev"},
	{"zmq-sys", "libzmq3-dev"},
}

// libraryList returns what compile says a crate lacks, a line each.
func libraryList() string {
	var b strings.Builder
	for _, l := range libraries {
		b.WriteString(l.crate + " " + l.pkg + "\n")
	}
	return b.String()
}

// needsLibc reports a scratch image for a program that is linked with glibc.
func needsLibc(s *spec.Spec) (diags diag.List) {
	if s.Runtime.Value == "scratch" && !s.Build.Static.Or(false) {
		diags.Errorf(s.Runtime.Range, "scratch has no C library, and programs need one").Hint =
			"remove \"runtime\" for distroless, or link statically: \"build: {static: true}\""
	}
	return diags
}
