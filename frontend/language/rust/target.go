package rust

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
)

// kind tells the targets of a package apart.
type kind string

const (
	bin     kind = "bin"
	example kind = "example"
	test    kind = "test"
	bench   kind = "bench"
)

// places are where targets of a kind are without being written down.
var places = map[kind]string{bin: "src/bin", example: "examples", test: "tests", bench: "benches"}

// target is something that cargo makes of a package.
type target struct {
	kind     kind
	name     string
	file     string   // in the context; "" where it cannot be told
	required []string // features
}

// targets returns the targets of a kind: those that the manifest writes down, and
// those that are there by convention.
// https://doc.rust-lang.org/cargo/reference/cargo-targets.html#target-auto-discovery
func (c *crate) targets(fsys fs.FS, k kind) []target {
	found := c.discovered(fsys, k)
	var all []target
	for _, v := range c.root.Get(string(k)).List() {
		t := target{kind: k, name: v.Get("name").Text()}
		for _, f := range v.Get("required-features").List() {
			t.required = append(t.required, f.Text())
		}
		switch i := slices.IndexFunc(found, func(f target) bool { return f.name == t.name }); {
		case v.Get("path") != nil:
			t.file = path.Join(c.dir, v.Get("path").Text())
		case i >= 0:
			t.file = found[i].file
		case k == bin && t.name != "" && len(c.root.Get("bin").List()) == 1 && language.IsFile(fsys, path.Join(c.dir, "src/main.rs")):
			t.file = path.Join(c.dir, "src/main.rs") // of old editions
		}
		all = append(all, t)
	}
	if !c.discovers(k, len(all) > 0) {
		return all
	}
	written := slices.Clone(all)
	for _, t := range found {
		if !slices.ContainsFunc(written, func(w target) bool { return w.name == t.name || w.file == t.file }) {
			all = append(all, t)
		}
	}
	return all
}

// discovers reports whether targets of a kind are found by convention. In the first
// edition, one that is written down hides others.
func (c *crate) discovers(k kind, written bool) bool {
	key := map[kind]string{bin: "autobins", example: "autoexamples", test: "autotests", bench: "autobenches"}[k]
	if v := c.root.Get("package", key); v != nil {
		return v.Text() == "true"
	}
	return !written || c.edition() != "2015"
}

// edition returns the edition of the package.
func (c *crate) edition() string {
	if v := c.get("edition").Text(); v != "" {
		return v
	}
	return "2015"
}

// discovered returns the targets of a kind that are there by convention.
func (c *crate) discovered(fsys fs.FS, k kind) (found []target) {
	add := func(name, file string) {
		if language.IsFile(fsys, file) {
			found = append(found, target{kind: k, name: name, file: file})
		}
	}
	if k == bin {
		add(c.name, path.Join(c.dir, "src/main.rs"))
	}
	dir := path.Join(c.dir, places[k])
	for _, file := range language.Glob(fsys, dir, "*.rs") {
		add(strings.TrimSuffix(path.Base(file), ".rs"), file)
	}
	for _, file := range language.Glob(fsys, dir, "*/main.rs") {
		add(path.Base(path.Dir(file)), file)
	}
	return found
}

// library returns the file of the package's library, "" when it has none.
func (c *crate) library(fsys fs.FS) string {
	if v := c.root.Get("lib", "path"); v != nil {
		return path.Join(c.dir, v.Text())
	}
	file := path.Join(c.dir, "src/lib.rs")
	if c.root.Get("lib") != nil || language.IsFile(fsys, file) {
		return file
	}
	return ""
}

// buildScripts returns the files of the package's build scripts.
func (c *crate) buildScripts(fsys fs.FS) (files []string) {
	v := c.root.Get("package", "build")
	if v.Text() == "true" || v == nil {
		if file := path.Join(c.dir, "build.rs"); language.IsFile(fsys, file) {
			files = append(files, file)
		}
		return files
	}
	if v.Text() == "false" {
		return nil
	}
	for _, f := range v.List() {
		files = append(files, path.Join(c.dir, f.Text()))
	}
	return files
}
