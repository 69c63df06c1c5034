package golang

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// entrypoint is the main package that is built.
type entrypoint struct {
	workspace *workspace
	dir       string // of the module, in the context: where go build runs
	pkg       string // what go build is told: "./cmd/server" or an import path
	name      string // of the program
	why       string // what decided it
	rng       diag.Range
}

// entry returns the main package that the spec names, or the only candidate.
func (f *finder) entry(want spec.Argv) (*entrypoint, diag.List) {
	if !want.IsSet() {
		return f.only()
	}
	text := want.Items[0]
	dir := path.Join(f.dir, text.Value)
	if fs.ValidPath(dir) {
		language.List(f.fs, slices.Collect(language.Parents(dir))) // where modules are looked for
	}
	switch {
	case path.IsAbs(text.Value):
		return nil, f.notFound(text, "got an absolute path, want a Go package")
	case strings.HasPrefix(text.Value, "."), fs.ValidPath(dir) && language.IsDir(f.fs, dir):
		return f.local(text, dir)
	case strings.HasSuffix(text.Value, ".go") && language.IsFile(f.fs, dir):
		var diags diag.List
		diags.Errorf(text.Range, "got the file %q, want its package", text.Value).Hint = fmt.Sprintf("write %q", f.arg(path.Dir(dir)))
		return nil, diags
	}
	return f.imported(text)
}

// local returns the package in a directory of the context.
func (f *finder) local(text spec.Text, dir string) (*entrypoint, diag.List) {
	if !fs.ValidPath(dir) {
		return nil, f.notFound(text, fmt.Sprintf("entrypoint %q is outside of the build context", text.Value))
	}
	if !language.IsDir(f.fs, dir) {
		diags := f.notFound(text, fmt.Sprintf("no directory %q", dir))
		diags[0].Missing = dir
		return nil, diags
	}
	if ws, _ := f.workspaceAt(dir); ws != nil {
		f.build.ReleaseTags = releaseTags(f.project, ws)
	}
	p, err := f.pkg(dir)
	if err != nil {
		return nil, f.notFound(text, noPackage(text.Value, dir, f.build, err))
	}
	if p.Name != "main" {
		return nil, f.notFound(text, fmt.Sprintf("%q is package %s, want package main", text.Value, p.Name))
	}
	return f.at(dir, text.Range.String(), text.Range)
}

// at returns the entry for a directory that holds a main package, in the
// module that it belongs to.
func (f *finder) at(dir, why string, rng diag.Range) (*entrypoint, diag.List) {
	ws, diags := f.workspaceAt(dir)
	if ws == nil {
		if diags == nil {
			diags.Errorf(rng, "no go.mod in %s or above it", language.Where(dir)).Missing = path.Join(f.dir, "go.mod")
		}
		return nil, diags
	}
	m := ws.moduleAt(f.fs, dir)
	root := m.dir
	rel := "."
	if dir != root {
		rel = "./" + strings.TrimPrefix(dir, root+"/")
		if root == "." {
			rel = "./" + dir
		}
	}
	name := programName(path.Join(m.path(), rel))
	if m.path() == "" {
		name = path.Base(dir)
	}
	return &entrypoint{workspace: ws, dir: root, pkg: rel, name: name, why: why, rng: rng}, nil
}

// workspaceAt returns the workspace that a directory of the context belongs to: the
// project's, or that of a module of its own, beside it or below another. It is nil,
// without an error, where no module is.
func (f *finder) workspaceAt(dir string) (*workspace, diag.List) {
	root, ok := language.Upwards(f.fs, dir, "go.mod")
	if !ok {
		return nil, nil
	}
	if f.ws.moduleAt(f.fs, dir) != nil {
		return f.ws, nil
	}
	m, diags := moduleOf(f.project, root)
	if m == nil {
		return nil, diags
	}
	return &workspace{dir: root, modules: []*module{m}}, nil
}

// imported returns the package that an import path names: of a module of the
// workspace, or of one that it requires.
func (f *finder) imported(text spec.Text) (*entrypoint, diag.List) {
	for _, m := range f.ws.modules {
		if rest, ok := below(text.Value, m.path()); ok {
			return f.local(text, path.Join(m.dir, rest))
		}
	}
	for _, m := range f.ws.modules {
		for _, r := range m.file.Require {
			if _, ok := below(text.Value, r.Mod.Path); ok {
				return &entrypoint{workspace: f.ws, dir: m.dir, pkg: text.Value, name: programName(text.Value), why: text.Range.String(), rng: text.Range}, nil
			}
		}
	}
	first, _, _ := strings.Cut(text.Value, "/")
	if !strings.Contains(first, ".") {
		diags := f.notFound(text, fmt.Sprintf("no directory %q", path.Join(f.dir, text.Value)))
		diags[0].Missing = path.Join(f.dir, text.Value)
		return nil, diags
	}
	var diags diag.List
	diags.Errorf(text.Range, "no module that go.mod requires provides %q", text.Value).Hint =
		fmt.Sprintf("run \"go get -tool %s@latest\"", text.Value)
	return nil, diags
}

// below reports whether an import path is in a module, and where.
func below(importPath, module string) (rest string, ok bool) {
	if importPath == module {
		return ".", true
	}
	rest, ok = strings.CutPrefix(importPath, module+"/")
	return rest, ok && module != ""
}

var majorSuffix = regexp.MustCompile(`^v[0-9]+$`)

// programName returns the name of the program that `go install` gives the
// package: the last element of its path that is no major version. Where that
// is a word that says nothing of the program, the element before it is better:
//
//	example.com/shop/v2       shop
//	example.com/shop/cmd      shop
//	example.com/shop/cmd/api  api
func programName(importPath string) string {
	base, parent := path.Base(importPath), path.Dir(importPath)
	if majorSuffix.MatchString(base) && parent != "." {
		if n, _ := strconv.Atoi(base[1:]); n > 1 {
			return programName(parent)
		}
	}
	host := !strings.Contains(parent, "/") && strings.Contains(parent, ".")
	if slices.Contains(generic, base) && !host {
		return programName(parent)
	}
	// gopkg.in/yaml.v3
	if i := strings.LastIndex(base, ".v"); i > 0 && majorSuffix.MatchString(base[i+1:]) {
		base = base[:i]
	}
	return base
}

// generic are names of directories that every project may have.
var generic = []string{"cmd", "main", "base", "src", "bin"}
