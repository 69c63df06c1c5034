package golang

import (
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

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

// workspaceOf reads the go.work that dir is below, else the nearest go.mod
// upwards from it, never above the context. It returns nil, without an error,
// when there is neither.
func workspaceOf(fsys fs.FS, dir string) (*workspace, diag.List) {
	if root, ok := language.Upwards(fsys, dir, "go.work"); ok {
		return readWork(fsys, root)
	}
	root, ok := language.Upwards(fsys, dir, "go.mod")
	if !ok {
		return nil, nil
	}
	m, diags := readMod(fsys, root)
	if m == nil {
		return nil, diags
	}
	return &workspace{dir: root, modules: []*module{m}}, diags
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

func readWork(fsys fs.FS, dir string) (*workspace, diag.List) {
	src, diags := language.ReadSource(fsys, path.Join(dir, "go.work"))
	if src == nil {
		return nil, diags
	}
	work, err := modfile.ParseWork(src.Name, src.Data, nil)
	if err != nil {
		return nil, modfileErrors(src, err)
	}
	ws := &workspace{dir: dir, work: work, src: src}
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
			m, more := readMod(fsys, used)
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

// modfileErrors returns the complaints of the modfile parser at their lines.
func modfileErrors(src *diag.Source, err error) (diags diag.List) {
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

// requires reports whether any module needs another that is not of the
// workspace or replaced by a directory.
func (ws *workspace) requires() bool {
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
				return true
			}
		}
	}
	return false
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
	var names []string
	var diags diag.List
	add := func(name string) bool {
		there := language.IsFile(fsys, name)
		if there && !slices.Contains(names, name) {
			names = append(names, name)
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
	slices.Sort(names)
	return names, diags
}

// release is a version of Go that something asks for.
type release struct {
	version string // "1.26" or "1.26.3" or "1.27rc1"
	rng     diag.Range
}

// less reports whether v is older than w.
func (v release) less(w release) bool {
	return version.Compare("go"+v.version, "go"+w.version) < 0
}

// minor returns "1.26" for "1.26.3", and a prerelease as it is.
func (v release) minor() string {
	if strings.Contains(v.version, "rc") || strings.Contains(v.version, "beta") {
		return v.version
	}
	return strings.TrimPrefix(version.Lang("go"+v.version), "go")
}

// declared returns the newest version that the workspace asks for, by `go` and
// `toolchain` lines. Before Go 1.21 the go line named the language, not a
// toolchain, so an older one asks for none.
// https://go.dev/doc/toolchain#version
func (ws *workspace) declared() (newest release, found bool) {
	add := func(src *diag.Source, text string, line *modfile.Line) {
		v := release{strings.TrimPrefix(text, "go"), src.Line(line.Start.Line)}
		if text == "default" || !version.IsValid("go"+v.version) || v.less(release{version: "1.21"}) {
			return
		}
		if !found || newest.less(v) {
			newest, found = v, true
		}
	}
	lines := func(src *diag.Source, g *modfile.Go, t *modfile.Toolchain) {
		if g != nil {
			add(src, g.Version, g.Syntax)
		}
		if t != nil {
			add(src, toolchainVersion(t.Name), t.Syntax)
		}
	}
	for _, m := range ws.modules {
		lines(m.src, m.file.Go, m.file.Toolchain)
	}
	if ws.work != nil {
		lines(ws.src, ws.work.Go, ws.work.Toolchain)
	}
	return newest, found
}

// toolchainVersion returns the version in a toolchain's name: "go1.26.3-custom".
func toolchainVersion(name string) string {
	name, _, _ = strings.Cut(name, "-")
	return name
}

// pinnedRelease returns the version that a .go-version file pins, for goenv and
// others that read it.
func pinnedRelease(fsys fs.FS, dir string) (release, bool) {
	root, ok := language.Upwards(fsys, dir, ".go-version")
	if !ok {
		return release{}, false
	}
	src, _ := language.ReadSource(fsys, path.Join(root, ".go-version"))
	if src == nil {
		return release{}, false
	}
	v := release{strings.TrimPrefix(strings.TrimSpace(string(src.Data)), "go"), src.Line(1)}
	return v, version.IsValid("go" + v.version)
}

var majorSuffix = regexp.MustCompile(`^v[0-9]+$`)

// programName returns the name of the program that `go install` gives the
// package: the last element of its path that is no major version.
func programName(importPath string) string {
	base := path.Base(importPath)
	if majorSuffix.MatchString(base) && path.Dir(importPath) != "." {
		if n, _ := strconv.Atoi(base[1:]); n > 1 {
			base = path.Base(path.Dir(importPath))
		}
	}
	// gopkg.in/yaml.v3
	if i := strings.LastIndex(base, ".v"); i > 0 && majorSuffix.MatchString(base[i+1:]) {
		base = base[:i]
	}
	return base
}
