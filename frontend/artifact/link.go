package artifact

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Linker finds the libraries that a program needs and its runtime lacks.
type Linker struct {
	Platform spec.Platform
	Runtime  fs.FS   // nil for scratch
	Roots    []fs.FS // that may supply what the runtime lacks, the first that does
	found    []Library
	seen     map[string]bool
}

// Library is a file that a program loads at run time and the runtime lacks.
type Library struct {
	Root int    // the one of the linker's that has it
	From string // path in there
	To   string // in the runtime image
}

// Link returns the libraries that must be copied from the toolchain for native
// code to work on the runtime. What nothing supplies is an error for the
// program. For code that a program may load it is a warning: packages have
// parts that only some who install them use.
func (l *Linker) Link(objects []Object) ([]Library, diag.List) {
	var diags diag.List
	l.seen = map[string]bool{}
	for _, o := range objects {
		// Packages bring libraries along and find them by themselves.
		l.seen[o.Base] = true
		l.seen[path.Base(o.interp)] = true
	}
	for _, o := range objects {
		if problem, hint := l.start(o); problem != "" {
			diags.Errorf(diag.Range{}, "%s", problem).Hint = hint
			continue
		}
		for _, problem := range l.need(o.Name, o.needed) {
			if o.Alone {
				diags.Errorf(diag.Range{}, "%s", problem)
				continue
			}
			diags.Warnf(diag.Range{}, "%s", problem).Rule = "MissingLibrary"
		}
	}
	return l.found, diags
}

// start returns why a program cannot even start on the runtime, "" where it can.
func (l *Linker) start(o Object) (problem, hint string) {
	switch {
	case o.Static() || !o.Alone:
		return "", ""
	case o.interp == "":
		return "what was compiled is a shared library, and a container starts a program", "compile a program, or take the library alone: --target binary"
	case l.Runtime == nil:
		return fmt.Sprintf("the program is dynamically linked (it needs %s) and scratch has no libraries", strings.Join(o.needed, ", ")), ""
	}
	if _, err := fs.Stat(l.Runtime, strings.TrimPrefix(o.interp, "/")); err != nil {
		return fmt.Sprintf("the runtime has no %s, the loader that the program was linked for", o.interp), ""
	}
	return "", ""
}

// fromHost reports whether a library is the host's to bring: drivers are
// mounted into containers.
func fromHost(name string) bool {
	return strings.HasPrefix(name, "libcuda.so") || strings.HasPrefix(name, "libnvidia-")
}

// need finds the libraries that who needs, and what those need, and returns what is
// wrong with those that it does not find. One that is missing hides no other.
func (l *Linker) need(who string, names []string) (problems []string) {
	for _, name := range names {
		if l.seen[name] || fromHost(name) {
			continue
		}
		l.seen[name] = true
		if _, ok := find(l.Runtime, l.dirs(), name); ok {
			continue
		}
		found, lib, other := l.supplied(name)
		if lib == nil {
			problems = append(problems, fmt.Sprintf("%s needs %s, and neither the runtime nor the toolchain has it", who, name)+other)
			continue
		}
		found.To = path.Join("/", l.target(), name)
		l.found = append(l.found, found)
		problems = append(problems, l.need(name, lib.needed)...)
	}
	return problems
}

// supplied returns the first library of a name in the roots that is for the
// platform. Where there is none, other says which there is for another: what a
// toolchain has in /usr/local/lib is for the machine that it runs on.
func (l *Linker) supplied(name string) (found Library, lib *File, other string) {
	dirs := append(l.dirs(), l.crossDirs()...)
	for i, fsys := range l.Roots {
		for _, dir := range dirs {
			file := path.Join(dir, name)
			if !isFile(fsys, file) {
				continue
			}
			lib, err := Open(fsys, file)
			if err == nil {
				err = lib.Matches(l.Platform)
			}
			if err == nil {
				return Library{Root: i, From: file}, lib, ""
			}
			other = fmt.Sprintf("; /%s is no library for %s", file, l.Platform)
		}
	}
	return Library{}, nil, other
}

// dirs are where a loader looks by default.
func (l *Linker) dirs() []string {
	var dirs []string
	for _, t := range arch.Triples(l.Platform.Architecture) {
		dirs = append(dirs, "usr/lib/"+t, "lib/"+t)
	}
	return append(dirs, "usr/lib64", "lib64", "usr/lib", "lib", "usr/local/lib")
}

// crossDirs are where Debian's cross compilers have the target's libraries.
func (l *Linker) crossDirs() []string {
	var dirs []string
	for _, t := range arch.Triples(l.Platform.Architecture) {
		dirs = append(dirs, "usr/"+t+"/lib")
	}
	return dirs
}

// target returns the directory of the runtime that libraries go to: where its libc is.
func (l *Linker) target() string {
	if libc, ok := find(l.Runtime, l.dirs(), "libc.so.6"); ok {
		return path.Dir(libc)
	}
	return l.dirs()[0]
}

func find(fsys fs.FS, dirs []string, name string) (string, bool) {
	for _, d := range dirs {
		if p := path.Join(d, name); isFile(fsys, p) {
			return p, true
		}
	}
	return "", false
}

func isFile(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}
