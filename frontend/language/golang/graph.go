package golang

import (
	"debug/buildinfo"
	"errors"
	"io/fs"
	"path"
	"runtime/debug"

	"golang.org/x/mod/modfile"
	xmodule "golang.org/x/mod/module"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// graph knows what the modules of a program require, by their paths.
type graph struct {
	requires map[string][]string
	used     map[string]*debug.Module // what a path stands for in the program
}

// graphOf reads what modules of a program require: those of the project from their
// files, the others from what was fetched. Of what is vendored it is not known.
func graphOf(b *language.Built, info *buildinfo.BuildInfo) (*graph, error) {
	g := &graph{requires: map[string][]string{}, used: map[string]*debug.Module{}}
	for _, m := range info.Deps {
		g.used[m.Path] = m
	}
	for _, f := range b.Fetches {
		if err := g.read(b, language.FromContext, f.Manifests); err != nil {
			return nil, err
		}
		var files []string
		for _, m := range info.Deps {
			files = append(files, cached(m))
		}
		if err := g.read(b, language.FromFetch(f), files); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// read adds what files of an origin say that is a go.mod. Those that it has not are
// passed over: a fetch may be of some modules alone.
func (g *graph) read(b *language.Built, from language.Origin, files []string) error {
	fsys, err := b.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // not needed, so not fetched
	}
	if err != nil {
		return err
	}
	for _, name := range files {
		if path.Ext(name) != ".mod" {
			continue
		}
		data, err := fs.ReadFile(fsys, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		file, err := modfile.ParseLax(name, data, nil)
		if err != nil || file.Module == nil {
			continue // the go command has made do with it
		}
		var paths []string
		for _, r := range file.Require {
			paths = append(paths, r.Mod.Path)
		}
		g.requires[file.Module.Mod.Path] = paths
	}
	return nil
}

// cached returns where the go command keeps the go.mod of a module, "" for those that
// it keeps none of.
// https://go.dev/ref/mod#module-cache
func cached(m *debug.Module) string {
	if m.Replace != nil {
		m = m.Replace
	}
	escaped, err := xmodule.EscapePath(m.Path)
	version, err2 := xmodule.EscapeVersion(m.Version)
	if err != nil || err2 != nil {
		return ""
	}
	return path.Join("cache/download", escaped, "@v", version+".mod")
}

// needs returns the package URLs of what a module of the program requires that is in
// the program too.
func (g *graph) needs(m *debug.Module) (urls []string) {
	name := m.Path
	if m.Replace != nil && g.requires[name] == nil {
		name = m.Replace.Path // a fork that calls itself by its own name
	}
	for _, required := range g.requires[name] {
		if used := g.used[required]; used != nil {
			urls = append(urls, bom.Module(used).URL)
		}
	}
	return urls
}
