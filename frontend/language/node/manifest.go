package node

import (
	"path"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/json"
	"github.com/stagefront/stagefront/frontend/language"
)

// manifest is the package.json of a directory.
type manifest struct {
	*json.Value
	dir, file string
}

// manifestOf returns the manifest of a directory, nil when there is none or it
// cannot be read. https://docs.npmjs.com/cli/configuring-npm/package-json
func manifestOf(p *language.Project, dir string) (*manifest, diag.List) {
	file := path.Join(dir, marker)
	return language.Once(p.Memo, file, func() (*manifest, diag.List) {
		v, diags := json.Read(p.FS, file)
		if v == nil {
			return nil, diags
		}
		if !v.IsObject() {
			diags.Errorf(v.Place(), "%s is no object", file)
			return nil, diags
		}
		return &manifest{v, dir, file}, nil
	})
}

// name returns the package's name, its directory's where it has none.
func (m *manifest) name() string {
	if n := m.Get("name").Text(); n != "" {
		return n
	}
	return path.Base(m.dir)
}

// script returns a script, the zero text when there is none of its name.
func (m *manifest) script(name string) diag.Text { return m.Get("scripts", name).Placed() }

// Kinds of dependencies: those that a program needs when it runs come first.
var (
	runtimeDeps = []string{"dependencies", "optionalDependencies"}
	allDeps     = append(slices.Clone(runtimeDeps), "devDependencies")
)

// requires returns where a manifest asks for a package, and whether it does.
func (m *manifest) requires(name string, kinds []string) (diag.Range, bool) {
	for _, kind := range kinds {
		if v := m.Get(kind, name); v != nil {
			return v.Place(), true
		}
	}
	return diag.Range{}, false
}

// has reports whether a manifest asks for a package of any kind.
func (m *manifest) has(name string) bool {
	_, ok := m.requires(name, allDeps)
	return ok
}

// declares reports whether a manifest asks for any package of some kinds.
func (m *manifest) declares(kinds []string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return len(m.Get(k).Keys()) > 0 })
}

// program returns the file of the program that npx runs of the package: its only one, or
// the one that is called as the package is.
// https://docs.npmjs.com/cli/v11/commands/npx
func (m *manifest) program() diag.Text {
	names, files := m.bins()
	if len(names) == 1 {
		return files[names[0]]
	}
	return files[path.Base(m.name())]
}

// bins returns the programs of a package: their names and files.
func (m *manifest) bins() (names []string, files map[string]diag.Text) {
	bin := m.Get("bin")
	if file := bin.Text(); file != "" {
		return []string{path.Base(m.name())}, map[string]diag.Text{path.Base(m.name()): bin.Placed()}
	}
	files = map[string]diag.Text{}
	for _, name := range bin.Keys() {
		files[name] = bin.Get(name).Placed()
	}
	return bin.Keys(), files
}
