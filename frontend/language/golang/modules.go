package golang

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"golang.org/x/mod/modfile"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// module is a go.mod of the project.
type module struct {
	dir  string // in the context
	file *modfile.File
	src  *diag.Source
}

// path returns the module's path, "" for a go.mod without a module line.
func (m *module) path() string {
	if m.file.Module == nil {
		return ""
	}
	return m.file.Module.Mod.Path
}

// workspace is the modules that are built together: those of a go.work, or one.
type workspace struct {
	dir     string            // where go.work is
	work    *modfile.WorkFile // nil without one
	src     *diag.Source      // of go.work
	modules []*module
}

// workspaceOf returns the workspace of the go.work that the project is below, else
// of the nearest go.mod upwards from it, never above the context. It returns nil,
// without an error, when there is neither.
func workspaceOf(p *language.Project) (*workspace, diag.List) {
	if root, ok := language.Upwards(p.FS, p.Dir(), "go.work"); ok {
		return language.Once(p.Memo, root, func() (*workspace, diag.List) { return readWork(p, root) })
	}
	root, ok := language.Upwards(p.FS, p.Dir(), "go.mod")
	if !ok {
		return nil, nil
	}
	m, diags := moduleOf(p, root)
	if m == nil {
		return nil, diags
	}
	return &workspace{dir: root, modules: []*module{m}}, diags
}

// moduleOf returns the module of a go.mod, nil with the errors in it.
func moduleOf(p *language.Project, dir string) (*module, diag.List) {
	return language.Once(p.Memo, dir, func() (*module, diag.List) { return readMod(p.FS, dir) })
}

func readMod(fsys fs.FS, dir string) (*module, diag.List) {
	src, diags := language.ReadSource(fsys, path.Join(dir, "go.mod"))
	if src == nil {
		return nil, diags
	}
	file, err := modfile.Parse(src.Name, src.Data, nil)
	if err != nil {
		return nil, modfileErrors(src, err)
	}
	return &module{dir, file, src}, nil
}

func readWork(p *language.Project, dir string) (*workspace, diag.List) {
	fsys := p.FS
	src, diags := language.ReadSource(fsys, path.Join(dir, "go.work"))
	if src == nil {
		return nil, diags
	}
	work, err := modfile.ParseWork(src.Name, src.Data, nil)
	if err != nil {
		return nil, modfileErrors(src, err)
	}
	ws := &workspace{dir: dir, work: work, src: src}
	lookAhead(p, ws)
	for _, use := range work.Use {
		used := path.Join(dir, use.Path)
		line := src.Line(use.Syntax.Start.Line)
		switch {
		case path.IsAbs(use.Path) || !fs.ValidPath(used):
			diags.Errorf(line, "module %q is outside of the build context", use.Path).Hint = "build from the directory that holds all modules"
		case !language.IsFile(fsys, path.Join(used, "go.mod")):
			d := diags.Errorf(line, "module %q has no go.mod in the build context", use.Path)
			d.Missing = path.Join(used, "go.mod")
		default:
			m, more := moduleOf(p, used)
			diags.Add(more)
			if m != nil {
				ws.modules = append(ws.modules, m)
			}
		}
	}
	if diags.Err() != nil {
		return nil, diags
	}
	return ws, diags
}

// lookAhead has the modules that a go.work names read, at the same time.
func lookAhead(p *language.Project, ws *workspace) {
	var files []string
	for _, use := range ws.work.Use {
		files = append(files, path.Join(ws.dir, use.Path, "go.mod"))
	}
	language.LookAhead(p.FS, files, func(file string) { moduleOf(p, path.Dir(file)) })
}

// modfileErrors returns the complaints of the modfile parser at their lines.
func modfileErrors(src *diag.Source, err error) (diags diag.List) {
	if c, ok := src.Conflict(); ok {
		return diag.List{c}
	}
	var list modfile.ErrorList
	if !errors.As(err, &list) {
		diags.Errorf(src.Line(1), "%v", err)
		return diags
	}
	for _, e := range list {
		r := src.Line(e.Pos.Line)
		text := fmt.Sprint(e.Err)
		if e.Verb != "" {
			text = e.Verb + ": " + text
		}
		diags.Errorf(r, "%s", text)
	}
	return diags
}

// moduleAt returns the module of the workspace whose go.mod is the nearest
// upwards from dir, or nil.
func (ws *workspace) moduleAt(fsys fs.FS, dir string) *module {
	root, ok := language.Upwards(fsys, dir, "go.mod")
	if !ok {
		return nil
	}
	for _, m := range ws.modules {
		if m.dir == root {
			return m
		}
	}
	return nil
}

// vendored returns whether dependencies are in the source tree, by the rule of
// the go command: a vendor directory beside go.mod (go 1.14) or go.work (1.22).
// https://go.dev/ref/mod#vendoring
func (ws *workspace) vendored(fsys fs.FS) bool {
	return language.IsFile(fsys, path.Join(ws.dir, "vendor/modules.txt"))
}

// required returns the first line that needs a module which is not of the workspace
// or replaced by a directory, and whether there is one.
func (ws *workspace) required() (at diag.Range, found bool) {
	local := map[string]bool{}
	for _, m := range ws.modules {
		local[m.path()] = true
	}
	for _, r := range ws.replaces() {
		if modfile.IsDirectoryPath(r.replace.New.Path) {
			local[r.replace.Old.Path] = true
		}
	}
	for _, m := range ws.modules {
		for _, r := range m.file.Require {
			if !local[r.Mod.Path] {
				return m.src.Line(r.Syntax.Start.Line), true
			}
		}
	}
	return diag.Range{}, false
}

// replacement is a replace directive with the file that it stands in.
type replacement struct {
	replace *modfile.Replace
	dir     string
	src     *diag.Source
}

// replaces returns the directives that count: those of go.work and of its modules.
func (ws *workspace) replaces() []replacement {
	var all []replacement
	if ws.work != nil {
		for _, r := range ws.work.Replace {
			all = append(all, replacement{r, ws.dir, ws.src})
		}
	}
	for _, m := range ws.modules {
		for _, r := range m.file.Replace {
			all = append(all, replacement{r, m.dir, m.src})
		}
	}
	return all
}

// manifests returns the files that decide which modules are fetched: go.work,
// go.work.sum, go.mod and go.sum of every module, and go.mod of every
// directory that replaces one.
func (ws *workspace) manifests(fsys fs.FS) ([]string, diag.List) {
	names := map[string]bool{}
	var diags diag.List
	add := func(name string) bool {
		there := names[name] || language.IsFile(fsys, name)
		if there {
			names[name] = true
		}
		return there
	}
	if ws.work != nil {
		add(path.Join(ws.dir, "go.work"))
		add(path.Join(ws.dir, "go.work.sum"))
	}
	for _, m := range ws.modules {
		add(path.Join(m.dir, "go.mod"))
		add(path.Join(m.dir, "go.sum"))
	}
	for _, r := range ws.replaces() {
		if !modfile.IsDirectoryPath(r.replace.New.Path) {
			continue
		}
		line := r.src.Line(r.replace.Syntax.Start.Line)
		to := path.Join(r.dir, r.replace.New.Path)
		if path.IsAbs(r.replace.New.Path) || !fs.ValidPath(to) {
			diags.Errorf(line, "%q replaces %s from outside of the build context", r.replace.New.Path, r.replace.Old.Path).Hint =
				"build from the directory that holds both, with \"project\" for this one"
		} else if !add(path.Join(to, "go.mod")) {
			diags.Errorf(line, "%q replaces %s and has no go.mod in the build context", r.replace.New.Path, r.replace.Old.Path).Missing = path.Join(to, "go.mod")
		}
		add(path.Join(to, "go.sum"))
	}
	return slices.Sorted(maps.Keys(names)), diags
}
