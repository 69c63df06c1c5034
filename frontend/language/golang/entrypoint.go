package golang

import (
	"errors"
	"fmt"
	"go/build"
	"io"
	"io/fs"
	"path"
	"slices"
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

// finder looks for main packages in a project, as the go command would see
// it for one platform.
type finder struct {
	fs      fs.FS
	dir     string // of the project, in the context
	ws      *workspace
	targets []string // of the spec
	build   build.Context
}

func newFinder(p *language.Project, ws *workspace, g platform) *finder {
	ctx := build.Default
	ctx.GOROOT, ctx.GOPATH = "", ""
	ctx.GOOS, ctx.GOARCH = "linux", g.architecture
	ctx.CgoEnabled = p.Spec.Build.Cgo.Or(false)
	ctx.BuildTags = tagsOf(p.Spec)
	ctx.JoinPath = path.Join
	ctx.IsAbsPath = path.IsAbs
	ctx.IsDir = func(name string) bool { return language.IsDir(p.FS, name) }
	ctx.HasSubdir = func(_, _ string) (string, bool) { return "", false }
	ctx.ReadDir = func(dir string) ([]fs.FileInfo, error) { return readInfos(p.FS, dir) }
	ctx.OpenFile = func(name string) (io.ReadCloser, error) { return p.FS.Open(name) }
	return &finder{p.FS, p.Dir(), ws, p.Targets, ctx}
}

func readInfos(fsys fs.FS, dir string) ([]fs.FileInfo, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	var infos []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		infos = append(infos, info)
	}
	return infos, nil
}

// tagsOf returns the build tags of a spec; commas separate them in one text, as for -tags.
func tagsOf(s *spec.Spec) []string {
	var tags []string
	for _, t := range s.Build.Tags {
		tags = append(tags, strings.FieldsFunc(t.Value, func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	return tags
}

// pkg reads the package in a directory of the context. The error says why
// there is none for this platform.
func (f *finder) pkg(dir string) (*build.Package, error) { return f.build.ImportDir(dir, 0) }

func (f *finder) isMain(dir string) bool {
	p, err := f.pkg(dir)
	return err == nil && p.Name == "main"
}

// entry returns the main package that the spec names, or the only candidate.
func (f *finder) entry(want spec.Argv) (*entrypoint, diag.List) {
	if !want.IsSet() {
		return f.only()
	}
	text := want.Items[0]
	dir := path.Join(f.dir, text.Value)
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
	p, err := f.pkg(dir)
	if err != nil {
		return nil, f.notFound(text, noPackage(text.Value, dir, f.build, err))
	}
	if p.Name != "main" {
		return nil, f.notFound(text, fmt.Sprintf("%q is package %s, want package main", text.Value, p.Name))
	}
	return f.at(dir, text.Range.String(), text.Range)
}

// noPackage says why a directory has no package for the platform.
func noPackage(name, dir string, ctx build.Context, err error) string {
	var none *build.NoGoError
	if !errors.As(err, &none) {
		return fmt.Sprintf("%q is no package: %v", name, strings.ReplaceAll(err.Error(), dir+"/", ""))
	}
	what := fmt.Sprintf("no Go files in %q for linux/%s", name, ctx.GOARCH)
	if len(ctx.BuildTags) > 0 {
		what += " with tags " + strings.Join(ctx.BuildTags, ",")
	}
	if !ctx.CgoEnabled {
		what += " without cgo"
	}
	return what
}

// at returns the entry for a directory that holds a main package, in the
// module that it belongs to.
func (f *finder) at(dir, why string, rng diag.Range) (*entrypoint, diag.List) {
	ws := f.ws
	root, ok := language.Upwards(f.fs, dir, "go.mod")
	if !ok {
		var diags diag.List
		diags.Errorf(rng, "no go.mod in %s or above it", language.Where(dir)).Missing = path.Join(f.dir, "go.mod")
		return nil, diags
	}
	m := ws.moduleAt(f.fs, dir)
	if m == nil {
		// A module of its own, beside the workspace or below another one.
		var diags diag.List
		if m, diags = readMod(f.fs, root); m == nil {
			return nil, diags
		}
		ws = &workspace{dir: root, modules: []*module{m}}
	}
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

// only returns the only main package of the project: at its root and below
// cmd, else anywhere in it, else the only program that a tool line names.
func (f *finder) only() (*entrypoint, diag.List) {
	dirs := f.usual()
	if len(dirs) == 0 {
		dirs = f.everywhere()
	}
	tools := f.tools()
	switch {
	case len(dirs) == 1:
		return f.at(dirs[0], "the only main package", diag.Range{})
	case len(dirs) == 0 && len(tools) == 1:
		return f.imported(spec.Text{Value: tools[0]})
	}
	candidates := f.args(dirs)
	if len(dirs) == 0 {
		candidates = tools
	}
	var diags diag.List
	if len(candidates) == 0 {
		diags.Errorf(diag.Range{}, "no main package in %s", language.Where(f.dir)).Hint = "a container runs a program: \"package main\""
		return nil, diags
	}
	d := diags.Errorf(diag.Range{}, "found %d main packages: %s", len(candidates), diag.Quoted(firstFew(candidates)))
	d.Hint = fmt.Sprintf("say which it is: \"entrypoint: %s\"", candidates[0])
	if len(f.targets) > 0 {
		d.Hint = fmt.Sprintf("build a target: --target %s; there are %s", f.targets[0], diag.Quoted(f.targets))
	}
	return nil, diags
}

// usual returns the main packages at the root and in cmd/* of the project and
// of its workspace's modules.
func (f *finder) usual() []string {
	var dirs []string
	add := func(dir string) {
		if !slices.Contains(dirs, dir) && f.isMain(dir) {
			dirs = append(dirs, dir)
		}
	}
	roots := []string{f.dir}
	for _, m := range f.ws.modules {
		if _, ok := below(m.dir, f.dir); ok || f.dir == "." {
			roots = append(roots, m.dir)
		}
	}
	for _, root := range roots {
		add(root)
		for _, sub := range language.Subdirs(f.fs, path.Join(root, "cmd"), 1) {
			add(sub)
		}
	}
	return dirs
}

// everywhere returns all main packages of the project but those that
// convention keeps for its developers.
func (f *finder) everywhere() []string {
	var dirs []string
	for _, dir := range language.Subdirs(f.fs, f.dir, 8) {
		name := path.Base(dir)
		if strings.Contains("/"+dir+"/", "/internal/") || name == "tools" || name == "hack" {
			continue
		}
		if f.isMain(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// tools returns the import paths of tool lines that other modules provide.
func (f *finder) tools() []string {
	var paths []string
	for _, m := range f.ws.modules {
		for _, t := range m.file.Tool {
			if _, own := below(t.Path, m.path()); !own {
				paths = append(paths, t.Path)
			}
		}
	}
	return paths
}

// notFound returns an error for an entrypoint, with the candidates as its hint.
func (f *finder) notFound(text spec.Text, message string) diag.List {
	var diags diag.List
	d := diags.Errorf(text.Range, "%s", message)
	dirs := f.usual()
	if len(dirs) == 0 {
		dirs = f.everywhere()
	}
	candidates := f.args(dirs)
	switch near, ok := diag.Nearest(text.Value, candidates); {
	case ok && near != text.Value:
		d.Hint = fmt.Sprintf("did you mean %q?", near)
	case len(candidates) > 0:
		d.Hint = "main packages are " + diag.Quoted(firstFew(candidates))
	}
	return diags
}

// firstFew returns at most ten of words, the last one "…" when there are more.
func firstFew(words []string) []string {
	if len(words) <= 10 {
		return words
	}
	return append(slices.Clone(words[:9]), "…")
}

// args returns directories of the context as the spec would name them.
func (f *finder) args(dirs []string) []string {
	var names []string
	for _, d := range dirs {
		names = append(names, f.arg(d))
	}
	return names
}

func (f *finder) arg(dir string) string {
	switch {
	case dir == f.dir:
		return "."
	case f.dir == ".":
		return "./" + dir
	}
	return "./" + strings.TrimPrefix(dir, f.dir+"/")
}
