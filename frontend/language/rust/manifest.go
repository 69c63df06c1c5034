package rust

import (
	"io/fs"
	"path"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

const manifestFile = "Cargo.toml"

// manifest is a Cargo.toml.
type manifest struct {
	dir   string // in the context
	src   *diag.Source
	root  *toml.Value
	above *manifest // the one of its workspace, which it may inherit from; nil for none
}

// readManifest returns the Cargo.toml of a directory, nil when there is none, or with
// errors in the list when it cannot be read.
func readManifest(fsys fs.FS, memo *language.Memo, dir string) (*manifest, diag.List) {
	file := path.Join(dir, manifestFile)
	return language.Once(memo, file, func() (*manifest, diag.List) {
		root, src, diags := toml.Read(fsys, file)
		if root == nil {
			return nil, diags
		}
		if old := root.Get("project"); old != nil && root.Get("package") == nil {
			root.Table["package"] = old // as it was called before 1.0, and may be until edition 2024
		}
		return &manifest{dir: dir, src: src, root: root}, diags
	})
}

// get returns a value of the manifest, or what it inherits of its workspace:
//
//	rust-version.workspace = true
//
// https://doc.rust-lang.org/cargo/reference/workspaces.html#the-package-table
func (m *manifest) get(key string) *toml.Value {
	v := m.root.Get("package", key)
	if v.Get("workspace").Text() == "true" && m.above != nil {
		return m.above.root.Get("workspace", "package", key)
	}
	return v
}

// dependency is one that a manifest asks for.
type dependency struct {
	key       string // what the manifest calls it
	name      string // of the package
	version   string // that is asked for; "" for any
	path      string // directory in the context; "" where it is no local one
	git       string // address of the repository that has it; "" for none
	elsewhere bool   // of a git repository, or of a registry other than the default
	optional  bool
	dev       bool
	platform  string // that alone has it: a triple, or a condition; "" for all
	rng       diag.Range
}

// dependencies returns what a manifest asks for, of all tables and platforms, in the
// order of the file.
// https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html
func (m *manifest) dependencies() (all []dependency) {
	for _, platform := range append([]string{""}, m.root.Get("target").Names()...) {
		table := m.root
		if platform != "" {
			table = m.root.Get("target", platform)
		}
		for _, kind := range dependencyTables {
			for _, key := range table.Get(kind).Names() {
				d := m.dependency(key, table.Get(kind, key))
				d.platform, d.dev = platform, kind == "dev-dependencies" || kind == "dev_dependencies"
				all = append(all, d)
			}
		}
	}
	return all
}

// dependencyTables are the tables of dependencies; those with an underscore are of
// editions before 2024.
var dependencyTables = []string{
	"dependencies", "build-dependencies", "dev-dependencies", "build_dependencies", "dev_dependencies",
}

// dependency reads one dependency, which may be its workspace's.
func (m *manifest) dependency(key string, v *toml.Value) dependency {
	d := dependency{key: key, name: key, rng: v.Place(), optional: v.Get("optional").Text() == "true"}
	from := m.dir
	if v.Get("workspace").Text() == "true" && m.above != nil {
		v, from = m.above.root.Get("workspace", "dependencies", key), m.above.dir
	}
	d.version = v.Text()
	if v != nil && v.Table != nil {
		d.version = v.Get("version").Text()
	}
	if name := v.Get("package").Text(); name != "" {
		d.name = name
	}
	if p := v.Get("path"); p != nil {
		d.path = below(from, p.Text())
	}
	d.git = v.Get("git").Text()
	d.elsewhere = d.git != "" || v.Get("registry") != nil
	return d
}

// below returns what a path in a manifest of a directory names; an absolute one is no
// directory of the context.
func below(dir, name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(dir, name)
}

// locals returns the directories of the packages that a manifest takes from the
// context by paths of its dependencies.
func (m *manifest) locals() (dirs []diag.Text) {
	for _, d := range m.dependencies() {
		if d.path != "" {
			dirs = append(dirs, diag.Text{Value: d.path, Range: d.rng})
		}
	}
	return dirs
}

// replacements returns the directories of the packages that a manifest puts in place of
// others. They are no members of its workspace.
func (m *manifest) replacements() (dirs []diag.Text) {
	replaced := []*toml.Value{m.root.Get("replace")}
	for _, source := range m.root.Get("patch").Names() {
		replaced = append(replaced, m.root.Get("patch", source))
	}
	for _, table := range replaced {
		for _, name := range table.Names() {
			if p := table.Get(name, "path"); p != nil {
				dirs = append(dirs, diag.Text{Value: below(m.dir, p.Text()), Range: p.Place()})
			}
		}
	}
	return dirs
}

// features returns the names of a package's features: those of its table, and its
// optional dependencies that no feature names as such.
// https://doc.rust-lang.org/cargo/reference/features.html#optional-dependencies
func (m *manifest) features() []string {
	table := m.root.Get("features")
	names := table.Names()
	hidden := map[string]bool{}
	for _, f := range names {
		for _, on := range table.Get(f).List() {
			if key, ok := cutDep(on.Text()); ok {
				hidden[key] = true
			}
		}
	}
	for _, d := range m.dependencies() {
		if d.optional && !hidden[d.key] && !slices.Contains(names, d.key) {
			names = append(names, d.key)
		}
	}
	if !slices.Contains(names, "default") {
		names = append(names, "default")
	}
	return names
}

// enabled returns the features that are on with some that are asked for.
func (m *manifest) enabled(asked []string) map[string]bool {
	on := map[string]bool{}
	for len(asked) > 0 {
		f := asked[0]
		asked = asked[1:]
		if on[f] {
			continue
		}
		on[f] = true
		for _, more := range m.root.Get("features", f).List() {
			asked = append(asked, more.Text())
		}
	}
	return on
}
