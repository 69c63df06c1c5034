package golang

import (
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// cross returns the variables that make cgo use Debian's cross compiler.
func cross(g platform) spec.Vars {
	return spec.Vars{
		{Name: "CC", Value: g.triple + "-gcc"},
		{Name: "CXX", Value: g.triple + "-g++"},
		{Name: "PKG_CONFIG_LIBDIR", Value: "/usr/lib/" + g.triple + "/pkgconfig:/usr/share/pkgconfig"},
	}
}

// needsLibc reports a scratch image for a program that is linked to the C library.
func needsLibc(s *spec.Spec) (diags diag.List) {
	if s.OnScratch() && s.Build.Cgo.Or(false) && !linksStatically(s) {
		diags.Errorf(s.Runtime.Range, "scratch has no C library, and programs with cgo need one").Hint =
			"remove \"runtime\" for distroless, or link statically: \"ldflags: [-extldflags=-static]\""
	}
	return diags
}

// linksStatically reports whether the linker is told to put the C library into
// the program.
func linksStatically(s *spec.Spec) bool {
	texts := slices.Concat(s.Build.Ldflags.Items, s.Build.Flags)
	for _, p := range s.Build.Env {
		texts = append(texts, p.Value)
	}
	return slices.ContainsFunc(texts, func(t spec.Text) bool { return strings.Contains(t.Value, "-static") })
}

// packages returns the C compiler for the target and what the spec asks for,
// nil when the toolchain image has it all.
func packages(p *language.Project, g platform) *language.Packages {
	cgo := p.Spec.Build.Cgo
	pk := p.Packages(g.debian)
	if !cgo.Or(false) || g.architecture == p.Host.Architecture {
		return pk
	}
	if pk == nil {
		pk = &language.Packages{Architecture: g.debian, Range: cgo.Range}
	}
	pk.Names = []string{"gcc-" + g.triple, "g++-" + g.triple, "libc6-dev-" + g.debian + "-cross"}
	for i, name := range pk.Names {
		pk.Names[i] = strings.ReplaceAll(name, "x86_64", "x86-64")
	}
	return pk
}
