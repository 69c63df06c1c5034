package rust

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
)

// stubs returns the sources that stand in for those of some packages where there are
// manifests alone: cargo reads no manifest whose targets are not there. A line each,
// with what it is:
//
//	lib src/lib.rs
//	bin src/main.rs
//
// Examples, tests and benchmarks count where the manifest writes them down.
func stubs(fsys fs.FS, crates []*crate) []string {
	var lines []string
	add := func(what, file string) {
		if fs.ValidPath(file) {
			lines = append(lines, what+" "+file)
		}
	}
	for _, c := range crates {
		if file := c.library(fsys); file != "" {
			add("lib", file)
		}
		for _, k := range []kind{bin, example, test, bench} {
			written := len(c.root.Get(string(k)).List()) > 0
			for _, t := range c.targets(fsys, k) {
				if t.file != "" && (k == bin || written) {
					add("bin", t.file)
				}
			}
		}
		for _, file := range c.buildScripts(fsys) {
			add("bin", file)
		}
		if c.nothing(fsys) {
			add("lib", path.Join(c.dir, "src/lib.rs"))
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// nothing reports whether a package has no source at all: it is there for what it
// depends on.
func (c *crate) nothing(fsys fs.FS) bool {
	return c.library(fsys) == "" && len(c.targets(fsys, bin)) == 0
}

// stubFile returns the file of a step that lists stubs.
func stubFile(lines []string) language.File {
	text := ""
	if len(lines) > 0 {
		text = strings.Join(lines, "\n") + "\n"
	}
	return language.File{Path: "stubs", Data: text}
}

// localFile returns the file of a step that lists the packages of the context, whose
// compiled stubs are nothing to keep: a line each, with its name and its directory.
func localFile(crates []*crate) language.File {
	var b strings.Builder
	for _, c := range crates {
		fmt.Fprintf(&b, "%s %s\n", c.name, c.dir)
	}
	return language.File{Path: "locals", Data: b.String()}
}
