package golang

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
)

// imports returns the packages of other modules that a program's own packages import,
// on whatever platform and with whatever tags: what is fetched is for all. Those that no
// module requires are of files that are not compiled, or cannot be had.
func imports(p *language.Project, e *entrypoint, g platform) (paths []string) {
	if !strings.HasPrefix(e.pkg, ".") {
		return []string{e.pkg}
	}
	f := newFinder(p, e.workspace, g)
	f.build.UseAllFiles = true
	w := newWalk(f)
	w.visit(path.Join(e.dir, e.pkg))
	for _, other := range w.others {
		if e.workspace.requires(other.path) {
			paths = append(paths, other.path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// requires reports whether a module of the workspace requires one that may have a
// package.
func (ws *workspace) requires(importPath string) bool {
	for _, m := range ws.modules {
		for _, r := range m.file.Require {
			if _, ok := below(importPath, r.Mod.Path); ok {
				return true
			}
		}
	}
	return false
}

// importing returns a file that imports packages.
func importing(paths []string) string {
	var b strings.Builder
	b.WriteString("package imports\n\nimport (\n")
	for _, p := range paths {
		fmt.Fprintf(&b, "\t_ %q\n", p)
	}
	b.WriteString(")\n")
	return b.String()
}
