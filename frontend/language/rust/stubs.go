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
		if fs.ValidPath(file) && !strings.ContainsAny(file, "\r\n") {
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

// shared returns the packages of the context that dependencies are compiled with: their
// sources are known to that step, and what comes of them stays. There are none where
// the spec changes sources before compile, which would then be others, and none whose
// directory has other packages in it.
func (r *project) shared() (crates []*crate) {
	if r.changes() {
		return nil
	}
	names, _ := r.lock.onLocals()
	for _, c := range r.ws.crates {
		if slices.Contains(names, c.name) && !r.around(c) {
			crates = append(crates, c)
		}
	}
	return crates
}

// changes reports whether the spec changes sources before compile.
func (r *project) changes() bool { return len(r.Spec.Build.Files)+len(r.Spec.Build.Script) > 0 }

// around reports whether other packages are in the directory of one.
func (r *project) around(c *crate) bool {
	return slices.ContainsFunc(r.ws.crates, func(o *crate) bool {
		return o != c && (c.dir == "." || strings.HasPrefix(o.dir, c.dir+"/"))
	})
}

// unshared says why dependencies are not compiled with packages of the context that
// they need.
func (r *project) unshared() (why []string) {
	if r.changes() {
		return []string{"which build.files and build.script could change"}
	}
	names, _ := r.lock.onLocals()
	for _, c := range r.ws.crates {
		if slices.Contains(names, c.name) && r.around(c) {
			why = append(why, fmt.Sprintf("%s has other packages in %s", c.name, language.Where(c.dir)))
		}
	}
	return why
}

// sharedFile returns the file of a step that lists what both steps know of the project:
// the directories of shared packages, and the one of vendored packages, a line each with
// what it is. Cargo goes by the time of files; what they are is a part of the step before.
func (r *project) sharedFile(vendored string) language.File {
	text := ""
	for _, c := range r.shared() {
		text += "package " + c.dir + "\n"
	}
	if vendored != "" {
		text += "vendored " + vendored + "\n"
	}
	return language.File{Path: "shared", Data: text}
}

// own returns the packages of the context whose sources stubs stand in for.
func (r *project) own() []*crate {
	shared := r.shared()
	return slices.DeleteFunc(slices.Clone(r.ws.crates), func(c *crate) bool { return slices.Contains(shared, c) })
}

// cookStubs returns the stubs for compiling dependencies: those of the project's own
// packages, and the program's.
func (r *project) cookStubs() []string {
	lines := stubs(r.FS, r.own())
	if file := r.entry.target.file; file != "" && !slices.Contains(lines, "bin "+file) {
		lines = append(lines, "bin "+file) // an example that is not written down
	}
	return lines
}

// sources returns what compile does about stubs: packages without a source of their own
// have one here too, and all others are newer than what came of their stubs.
func (r *project) sources() []string {
	var lone []*crate
	for _, c := range r.ws.crates {
		if c.nothing(r.FS) {
			lone = append(lone, c)
		}
	}
	lines := stubs(r.FS, lone)
	if r.lock.remote() {
		for _, line := range r.cookStubs() {
			_, file, _ := strings.Cut(line, " ")
			lines = append(lines, "new "+file)
		}
	}
	return lines
}
