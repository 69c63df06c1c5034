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

// packages returns the C compiler for the target and what the spec asks for,
// nil when the toolchain image has it all.
func packages(p *language.Project, g platform) *language.Packages {
	b := p.Spec.Build
	pk := &language.Packages{Libraries: b.Packages.Values(), Architecture: g.debian, Range: b.Cgo.Range}
	if b.Cgo.Or(false) && g.architecture != p.Build.Architecture {
		pk.Names = []string{"gcc-" + g.triple, "g++-" + g.triple, "libc6-dev-" + g.debian + "-cross"}
		for i, name := range pk.Names {
			pk.Names[i] = strings.ReplaceAll(name, "x86_64", "x86-64")
		}
	}
	if len(pk.Names)+len(pk.Libraries) == 0 {
		return nil
	}
	if len(b.Packages) > 0 {
		pk.Range = b.Packages[0].Range
	}
	return pk
}

// cgoModules are modules that build without cgo into stubs that fail when they are used.
var cgoModules = []string{"github.com/mattn/go-sqlite3"}

// stubs warns of modules that are useless without cgo.
func stubs(p *language.Project, e *entrypoint) (diags diag.List) {
	if p.Spec.Build.Cgo.Or(false) {
		return nil
	}
	for _, m := range e.workspace.modules {
		for _, r := range m.file.Require {
			if slices.Contains(cgoModules, r.Mod.Path) {
				d := diags.Warnf(m.src.Line(r.Syntax.Start.Line), "%s is a stub without cgo", r.Mod.Path)
				d.Rule, d.Hint = "CgoStub", "write \"build: {cgo: true}\" if the program uses it"
			}
		}
	}
	return diags
}
