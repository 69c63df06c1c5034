package golang

import (
	"path"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// cgoModules are modules that build without cgo into stubs that fail when they are used.
var cgoModules = []string{"github.com/mattn/go-sqlite3"}

const (
	cgoStub = "CgoStub"
	needCgo = "write \"build: {cgo: true}\""
)

// stubs warns of modules that are useless without cgo and that packages of the project
// import, as far as a program is made of those.
func stubs(p *language.Project, e *entrypoint, g platform) (diags diag.List) {
	if p.Spec.Build.Cgo.Or(false) || !strings.HasPrefix(e.pkg, ".") {
		return nil
	}
	var w *walk
	for _, m := range e.workspace.modules {
		for _, r := range m.file.Require {
			if !slices.Contains(cgoModules, r.Mod.Path) {
				continue
			}
			if w == nil {
				w = newWalk(newFinder(p, e.workspace, g))
				w.visit(path.Join(e.dir, e.pkg))
			}
			diags.Add(w.stub(m, r))
		}
	}
	return diags
}

// stub warns of a requirement that a package which was visited imports.
func (w *walk) stub(m *module, r *modfile.Require) (diags diag.List) {
	for _, other := range w.others {
		if _, ok := below(other.path, r.Mod.Path); ok {
			d := diags.Warnf(m.src.Line(r.Syntax.Start.Line), "%s imports %s, which is a stub without cgo", other.by, r.Mod.Path)
			d.Rule, d.Hint = cgoStub, needCgo
			return diags
		}
	}
	return nil
}

// linkedStubs warns of such modules in a program that was compiled: packages of others
// may import them.
func linkedStubs(s *spec.Spec, known diag.List, info *debug.BuildInfo) (diags diag.List) {
	if s.Build.Cgo.Or(false) || len(known) > 0 {
		return nil
	}
	for _, m := range info.Deps {
		if slices.Contains(cgoModules, m.Path) {
			d := diags.Warnf(s.Entrypoint.Range, "the program has %s, which is a stub without cgo", m.Path)
			d.Rule, d.Hint = cgoStub, needCgo
		}
	}
	return diags
}
