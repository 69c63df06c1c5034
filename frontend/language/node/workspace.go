package node

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// workspace is the packages that are installed together: of a project that is in
// none, itself.
type workspace struct {
	root     string
	manifest *manifest // of the root
	members  []*manifest
	file     string // that lists the members; "" where there are none
}

// member returns the member of a directory, nil when there is none.
func (w *workspace) member(dir string) *manifest {
	i := slices.IndexFunc(w.members, func(m *manifest) bool { return m.dir == dir })
	if i < 0 {
		return nil
	}
	return w.members[i]
}

// named returns the member of a name, nil when there is none.
func (w *workspace) named(name string) *manifest {
	i := slices.IndexFunc(w.members, func(m *manifest) bool { return m.Get("name").Text() == name })
	if i < 0 {
		return nil
	}
	return w.members[i]
}

// needed returns the members that one needs, and itself, each after those that it
// needs itself. Those that need each other are in the order of the file.
func (w *workspace) needed(m *manifest, kinds []string) (all []*manifest) {
	seen := map[*manifest]bool{}
	var add func(m *manifest, kinds []string)
	add = func(m *manifest, kinds []string) {
		seen[m] = true
		for _, kind := range kinds {
			for _, name := range m.Get(kind).Keys() {
				if o := w.named(name); o != nil && !seen[o] {
					add(o, kinds)
				}
			}
		}
		all = append(all, m)
	}
	add(m, kinds)
	return all
}

// workspaceOf returns the workspace that a project is in: the nearest one above
// that lists its directory, else itself.
func workspaceOf(p *language.Project, m *manifest) (*workspace, diag.List) {
	alone := &workspace{root: p.Dir(), manifest: m}
	for dir := range language.Parents(p.Dir()) {
		root, diags := manifestOf(p, dir)
		if root == nil && dir == p.Dir() {
			return alone, diags
		}
		if root == nil {
			diags.Add(headless(p, dir))
			if diags.Failed() {
				return alone, diags
			}
			continue
		}
		patterns, more := patternsOf(p.FS, root)
		diags.Add(more)
		if len(patterns) == 0 {
			continue
		}
		w, more := language.Once(p.Memo, dir, func() (*workspace, diag.List) { return readWorkspace(p, root, patterns) })
		diags.Add(more)
		if dir == p.Dir() || w.member(p.Dir()) != nil || diags.Failed() {
			return w, diags
		}
	}
	return alone, nil
}

// headless reports a workspace of pnpm that lists the project and has no package.json of
// its own: which pnpm it is for, and what is installed for all, would be guessed.
func headless(p *language.Project, dir string) (diags diag.List) {
	if !files(p.FS, dir)[pnpmWorkspace] {
		return nil
	}
	patterns, diags := patternsOf(p.FS, &manifest{dir: dir})
	if len(patterns) > 0 && listed(patterns, language.Relative(dir, p.Dir())) {
		d := diags.Errorf(patterns[0].Range, "%s lists %s, and there is no %s beside it", path.Join(dir, pnpmWorkspace), p.Dir(), marker)
		d.Missing = path.Join(dir, marker)
		d.Hint = `write one with {"private": true} and the "packageManager"`
	}
	return diags
}

// pnpmWorkspace is the file in which pnpm lists members.
const pnpmWorkspace = "pnpm-workspace.yaml"

// patternsOf returns the patterns by which a root lists members.
func patternsOf(fsys fs.FS, root *manifest) ([]diag.Text, diag.List) {
	name := path.Join(root.dir, pnpmWorkspace)
	if !files(fsys, root.dir)[pnpmWorkspace] {
		list := root.Get("workspaces")
		if list.IsObject() {
			list = list.Get("packages")
		}
		return list.Texts(), nil
	}
	src, diags := language.ReadSource(fsys, name)
	if src == nil {
		return nil, diags
	}
	var doc struct{ Packages []yaml.Node }
	if err := yaml.Unmarshal(src.Data, &doc); err != nil {
		diags.Errorf(src.Line(1), "%s cannot be read: %v", name, err)
		return nil, diags
	}
	var patterns []diag.Text
	for _, n := range doc.Packages {
		patterns = append(patterns, diag.Text{Value: n.Value, Range: src.Line(n.Line)})
	}
	return patterns, nil
}

// readWorkspace finds the members that patterns are for.
func readWorkspace(p *language.Project, root *manifest, patterns []diag.Text) (*workspace, diag.List) {
	w := &workspace{root: root.dir, manifest: root, file: root.file}
	if name := path.Join(root.dir, pnpmWorkspace); language.IsFile(p.FS, name) {
		w.file = name
	}
	dirs := slices.DeleteFunc(language.Subdirs(p.FS, root.dir, deepestMember), func(dir string) bool {
		return !language.IsFile(p.FS, path.Join(dir, marker)) || !listed(patterns, language.Relative(root.dir, dir))
	})
	language.Together(dirs, func(dir string) { manifestOf(p, dir) })
	var diags diag.List
	for _, dir := range dirs {
		m, more := manifestOf(p, dir)
		diags.Add(more)
		if m != nil {
			w.members = append(w.members, m)
		}
	}
	for _, t := range patterns {
		dir := path.Join(root.dir, t.Value)
		if strings.ContainsAny(t.Value, "*?[{!") || w.member(dir) != nil || dir == root.dir {
			continue
		}
		d := diags.Errorf(t.Range, "there is no workspace member %q", t.Value)
		d.Missing = path.Join(dir, marker)
		d.Hint = fmt.Sprintf("want a directory with a %s; remove it from the list, or is it left out of the build context?", marker)
	}
	return w, diags
}

// deepestMember is how many directories down members are looked for.
const deepestMember = 4

// listed reports whether patterns list a directory: one does, and none of those
// that begin with "!".
func listed(patterns []diag.Text, dir string) bool {
	found := false
	for _, t := range patterns {
		pattern, not := strings.CutPrefix(t.Value, "!")
		for _, alternative := range braces(pattern) {
			if matches(strings.Split(path.Clean(alternative), "/"), strings.Split(dir, "/")) {
				found = !not
			}
		}
	}
	return found
}

// braces returns what a pattern with one list in braces stands for.
func braces(pattern string) []string {
	before, rest, ok := strings.Cut(pattern, "{")
	list, after, closed := strings.Cut(rest, "}")
	if !ok || !closed {
		return []string{pattern}
	}
	var all []string
	for _, word := range strings.Split(list, ",") {
		all = append(all, before+word+after)
	}
	return all
}

// matches reports whether the words of a pattern, of which "**" stands for any
// number, are for those of a path.
func matches(pattern, words []string) bool {
	for i, p := range pattern {
		if p == "**" {
			for n := range len(words) - i + 1 {
				if matches(pattern[i+1:], words[i+n:]) {
					return true
				}
			}
			return false
		}
		if i >= len(words) {
			return false
		}
		if ok, err := path.Match(p, words[i]); err != nil || !ok {
			return false
		}
	}
	return len(pattern) == len(words)
}
