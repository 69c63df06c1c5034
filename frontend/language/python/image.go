package python

import (
	_ "embed"
	"fmt"
	"path"

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
	if y.entry.script != "" {
		i.Entrypoint = []string{path.Join(bin, y.entry.script)}
	}
	if deps != nil {
		i.Layers = append(i.Layers, language.Layer{Name: "dependencies", Copies: []language.Copy{{
			From: language.FromFetch(deps), Path: "/", To: venv, Natives: "natives", Libc: y.runtime.loads(),
			Exclude: []string{"natives", "pyvenv.cfg", "bin/python", "bin/python3", "bin/python" + y.version.minor()},
		}}})
	}
	i.Layers = append(i.Layers, language.Layer{Name: "project", Copies: []language.Copy{
		{Path: "app", To: language.AppDir, Natives: "app.natives", Libc: y.runtime.loads()},
		{Path: "venv", To: venv, Natives: "venv.natives", Libc: y.runtime.loads()},
	}})
	return i
}

// importPath returns PYTHONPATH: the source first, so that what is started is
// what is seen in it.
func (y *project) importPath() string {
	if d := y.entry.dir; d != "" && d != "." {
		return path.Join(language.AppDir, d) + ":" + language.AppDir
	}
	return language.AppDir
}
