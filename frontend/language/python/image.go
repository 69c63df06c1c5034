package python

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

func (y *project) packages() string {
	return path.Join("lib", "python"+y.version.minor(), "site-packages")
}

// image returns what goes into the image: the interpreter's place in the
// environment, the dependencies, and the project.
func (y *project) image(deps *language.Fetch) language.Image {
	bin := venv + "/bin"
	i := language.Image{
		Layers: []language.Layer{{
			Name: "environment",
			Files: []language.File{{Path: venv + "/pyvenv.cfg", Data: fmt.Sprintf("home = %s\ninclude-system-site-packages = false\nversion = %s\n",
				path.Dir(y.runtime.path), y.version.minor())}},
			Links: []language.Link{{Path: bin + "/python", To: y.runtime.path}, {Path: bin + "/python3", To: "python"}, {Path: bin + "/python" + y.version.minor(), To: "python"}},
		}},
		Path: []string{bin},
		Env: append(spec.Vars{
			{Name: "PYTHONDONTWRITEBYTECODE", Value: "1"},
			{Name: "PYTHONPATH", Value: y.importPath()},
			{Name: "PYTHONUNBUFFERED", Value: "1"},
		}, y.entry.env...),
		Entrypoint: append([]string{bin + "/python"}, y.entry.args...),
	}
	if slices.Contains(y.entry.args, withPort) {
		i.Layers[0].Files = append(i.Layers[0].Files, language.File{Path: withPort, Data: files("with_port.py")[0].Data})
	}
	if y.entry.script != "" {
		i.Entrypoint = []string{path.Join(bin, y.entry.script)}
	}
	if deps != nil {
		// BuildKit sums up what is copied with exceptions once for every directory above it: not
		// what is large.
		i.Layers = append(i.Layers, language.Layer{Name: "dependencies", Copies: []language.Copy{
			{
				From: language.FromFetch(deps), Path: "/", To: venv, Natives: "natives", Libc: y.runtime.loads(),
				Exclude: []string{"lib", "natives", "pyvenv.cfg", "bin/python", "bin/python3", "bin/python" + y.version.minor()},
			},
			{From: language.FromFetch(deps), Path: "lib", To: venv + "/lib"},
		}})
	}
	i.Layers = append(i.Layers, language.Layer{Name: "project", Copies: []language.Copy{
		{Path: "app", To: language.AppDir, Natives: "app.natives", Libc: y.runtime.loads()},
		{Path: "venv", To: venv, Natives: "venv.natives", Libc: y.runtime.loads()},
	}})
	return i
}

// importDirs returns the directories, relative to the project, that modules are imported
// from: the one that the entrypoint is in, those of manage.py and of packages, and the project.
func (y *project) importDirs() []string {
	var dirs []string
	wanted := append([]string{y.entry.dir}, y.m.paths()...)
	if src := path.Join(y.Dir(), "src"); y.m.packaged && language.IsDir(y.FS, src) && !language.IsFile(y.FS, path.Join(src, "__init__.py")) {
		wanted = append(wanted, "src") // where an installation that can be edited has it
	}
	for _, d := range wanted {
		if d != "" && d != "." && !slices.Contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	return append(dirs, ".")
}

// importPath returns PYTHONPATH: the source first, so that what is started is
// what is seen in it.
func (y *project) importPath() string { return under(language.AppDir, y.importDirs()) }

// under returns directories below one as a search path has them.
func under(root string, dirs []string) string {
	var all []string
	for _, d := range dirs {
		all = append(all, path.Join(root, d))
	}
	return strings.Join(all, ":")
}
