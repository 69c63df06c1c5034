package golang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

const unknownVariable = "UnknownVariable"

// unknownVariables warns of values that ldflags give to variables which a package of
// the project does not have: the linker says nothing of those. What scripts and files
// add to the source is not known before they ran.
func unknownVariables(p *language.Project, e *entrypoint, g platform) (diags diag.List) {
	if len(p.Spec.Build.Script)+len(p.Spec.Build.Files) > 0 {
		return nil
	}
	w := newWalk(newFinder(p, e.workspace, g))
	for _, set := range settings(p.Spec.Build.Ldflags) {
		name, _, _ := strings.Cut(set.Value, "=")
		dot := strings.LastIndex(name, ".")
		if dot < 0 {
			continue
		}
		dir, own := w.dirOf(name[:dot])
		if name[:dot] == "main" {
			dir, own = path.Join(e.dir, e.pkg), strings.HasPrefix(e.pkg, ".")
		}
		if !own {
			continue
		}
		if have, known := w.variables(dir); known && !slices.Contains(have, name[dot+1:]) {
			d := diags.Warnf(set.Range, "-X %s sets nothing: there is no string variable %s in %s", name, name[dot+1:], language.Where(dir))
			d.Rule, d.Hint = unknownVariable, diag.DidYouMean(name[dot+1:], have)
		}
	}
	return diags
}

// settings returns what follows -X in flags of the linker.
func settings(flags spec.Argv) (sets []spec.Text) {
	words := flags.Items
	if !flags.List {
		words = nil
		for _, f := range flags.Items {
			for _, word := range fields(f.Value) {
				words = append(words, spec.Text{Value: word, Range: f.Range})
			}
		}
	}
	for i, word := range words {
		switch name, value, has := cutFlag(word.Value); {
		case name != "X" || !strings.HasPrefix(word.Value, "-"):
		case has:
			sets = append(sets, spec.Text{Value: value, Range: word.Range})
		case i+1 < len(words):
			sets = append(sets, words[i+1])
		}
	}
	return sets
}

// variables returns the names of the variables of a package that may be strings, and
// whether it could be read.
func (f *finder) variables(dir string) (names []string, known bool) {
	pkg, err := f.pkg(dir)
	if err != nil {
		return nil, false
	}
	for _, name := range slices.Concat(pkg.GoFiles, pkg.CgoFiles) {
		src, _ := language.ReadSource(f.fs, path.Join(dir, name))
		if src == nil {
			return nil, false
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src.Data, parser.SkipObjectResolution)
		if err != nil {
			return nil, false
		}
		names = append(names, variablesOf(file)...)
	}
	return names, true
}

// variablesOf returns the variables of a file which are strings, or whose type is not
// written.
func variablesOf(file *ast.File) (names []string) {
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.VAR {
			continue
		}
		for _, s := range group.Specs {
			values := s.(*ast.ValueSpec)
			if t, typed := values.Type.(*ast.Ident); values.Type != nil && (!typed || t.Name != "string") {
				continue
			}
			for _, n := range values.Names {
				names = append(names, n.Name)
			}
		}
	}
	return names
}
