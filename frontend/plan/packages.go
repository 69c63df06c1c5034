package plan

import (
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Shipped returns the packages of the spec whose files may be wanted at run time, and
// the distribution's name of the target's architecture. What a program is linked to is
// found without them; this is for what is loaded by name, and for data. Packages to
// compile with have neither.
func (p *Plan) Shipped() (packages spec.Texts, architecture string) {
	a, ok := arch.Variant(p.Target.Architecture, p.Target.Variant)
	if !ok || a.Debian.Name == "" || p.Toolchain.Ref == "" {
		return nil, ""
	}
	for _, name := range p.Spec.Build.Packages {
		if !forCompilers(name.Value) {
			packages = append(packages, name)
		}
	}
	return packages, a.Debian.Name
}

// tools are packages that people name to compile with, and have nothing for run time.
var tools = []string{"build-essential", "cmake", "g++", "gcc", "make", "pkg-config", "pkgconf"}

func forCompilers(name string) bool {
	return strings.HasSuffix(name, "-dev") || slices.Contains(tools, name)
}

// CompilesWithPackages reports whether a step may use packages that leave nothing in
// the image: a script, C that is compiled, code of dependencies.
func (p *Plan) CompilesWithPackages() bool {
	builds := func(f *language.Fetch) bool { return f.Packages && f.Runs.Foreign() }
	return len(p.Scripts) > 0 || p.Compile.Runs.Foreign() || p.Spec.Build.Cgo.Or(false) || slices.ContainsFunc(p.Fetches, builds)
}

// packages are the files of packages that the runtime lacks.
func (x *exporter) packages(dirs []string) Layer {
	l := Layer{Name: "packages", Range: x.Spec.Build.Packages.Range()}
	for _, dir := range dirs {
		l.Ops = append(l.Ops, Op{From: language.FromPackages, Copy: dir, To: "/"})
	}
	return l
}
