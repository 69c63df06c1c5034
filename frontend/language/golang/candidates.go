package golang

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

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
	candidates := f.args(f.likeliestFirst(dirs))
	if len(dirs) == 0 {
		candidates = tools
	}
	var diags diag.List
	if len(candidates) == 0 {
		diags.Errorf(diag.Range{}, "no main package in %s", language.Where(f.dir)).Hint = "a container runs a program: \"package main\""
		return nil, diags
	}
	d := diags.Errorf(diag.Range{}, "found %d main packages: %s", len(candidates), diag.Few(candidates, 9))
	d.Hint = fmt.Sprintf("say which it is: \"entrypoint: %s\"", candidates[0])
	if len(f.targets) > 0 {
		d.Hint = fmt.Sprintf("build a target: --target %s; there are %s", f.targets[0], diag.Quoted(f.targets))
	}
	return nil, diags
}

// usual returns the main packages at the root, in cmd and in cmd/* of the project and
// of its workspace's modules.
func (f *finder) usual() []string {
	var dirs []string
	seen := map[string]bool{}
	add := func(dir string) {
		if !seen[dir] && f.isMain(dir) {
			dirs = append(dirs, dir)
		}
		seen[dir] = true
	}
	roots := []string{f.dir}
	for _, m := range f.ws.modules {
		if _, ok := below(m.dir, f.dir); ok || f.dir == "." {
			roots = append(roots, m.dir)
		}
	}
	for _, root := range roots {
		add(root)
		add(path.Join(root, "cmd"))
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
	candidates := f.args(f.likeliestFirst(dirs))
	switch near, ok := diag.Nearest(text.Value, candidates); {
	case ok && near != text.Value:
		d.Hint = fmt.Sprintf("did you mean %q?", near)
	case len(candidates) > 0:
		d.Hint = "main packages are " + diag.Few(candidates, 9)
	}
	return diags
}

// likeliestFirst returns directories of main packages with those first that are called
// as the project is: by its module, or by the directory that it is in.
func (f *finder) likeliestFirst(dirs []string) []string {
	called := []string{path.Base(f.dir)}
	for _, m := range f.ws.modules {
		called = append(called, programName(m.path()))
	}
	sorted := slices.Clone(dirs)
	slices.SortStableFunc(sorted, func(a, b string) int {
		return cmp.Compare(slices.Index(called, path.Base(b)), slices.Index(called, path.Base(a)))
	})
	return sorted
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
