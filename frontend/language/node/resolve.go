package node

import (
	"io/fs"
	"path"
	"strconv"

	"github.com/stagefront/stagefront/frontend/language"
)

// resolved returns the file that node runs when it is given a name: itself, with an
// extension, or the main file of a directory. "" when there is none.
// https://nodejs.org/api/modules.html#all-together
func resolved(p *language.Project, name string) string {
	if language.IsFile(p.FS, name) {
		return name
	}
	for _, ext := range []string{".js", ".json", ".node"} {
		if language.IsFile(p.FS, name+ext) {
			return name + ext
		}
	}
	if !language.IsDir(p.FS, name) {
		return ""
	}
	if m, _ := manifestOf(p, name); m != nil && m.Get("main").Text() != "" {
		if main := path.Join(name, m.Get("main").Text()); main != name {
			if language.IsFile(p.FS, main) {
				return main
			}
			if language.IsFile(p.FS, main+".js") {
				return main + ".js"
			}
		}
	}
	if index := path.Join(name, "index.js"); language.IsFile(p.FS, index) {
		return index
	}
	return ""
}

// files returns the names of the files of a directory of the context, directories
// among them. Asking once for all is faster than for each.
func files(fsys fs.FS, dir string) map[string]bool {
	entries, _ := fs.ReadDir(fsys, dir)
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		names[e.Name()] = true
	}
	return names
}

func text(n int) string { return strconv.Itoa(n) }
