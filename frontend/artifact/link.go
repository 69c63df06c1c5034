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

// MissingLibrary is the rule whose findings are libraries that packages lack.
const MissingLibrary = "MissingLibrary"

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

// Link returns the libraries that must be copied from the roots for native
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
		err := l.start(o)
		if err == nil {
			err = l.need(o.Name, o.needed)
		}
		switch {
		case err == nil:
		case o.Alone:
			diags.Errorf(diag.Range{}, "%v", err)
		default:
			diags.Warnf(diag.Range{}, "%v", err).Rule = MissingLibrary
		}
	}
	return l.found, diags
}

// start reports a program that cannot even start on the runtime.
func (l *Linker) start(o Object) error {
	if o.Static() || !o.Alone {
		return nil
	}
	if l.Runtime == nil {
		return fmt.Errorf("the program is dynamically linked (it needs %s) and scratch has no libraries", strings.Join(o.needed, ", "))
	}
	if _, err := fs.Stat(l.Runtime, strings.TrimPrefix(o.interp, "/")); err != nil {
		return fmt.Errorf("the runtime has no %s, the loader that the program was linked for", o.interp)
	}
	return nil
}

// fromHost reports whether a library is the host's to bring: drivers are
// mounted into containers.
func fromHost(name string) bool {
	return strings.HasPrefix(name, "libcuda.so") || strings.HasPrefix(name, "libnvidia-")
}

func (l *Linker) need(who string, names []string) error {
	for _, name := range names {
		if l.seen[name] || fromHost(name) {
			continue
		}
		l.seen[name] = true
		if _, ok := find(l.Runtime, l.dirs(), name); ok {
			continue
		}
		root, from, ok := l.supplied(name)
		if !ok {
			return fmt.Errorf("%s needs %s, and neither the runtime nor the toolchain has it", who, name)
		}
		l.found = append(l.found, Library{Root: root, From: from, To: path.Join("/", l.target(), name)})
		lib, err := Open(l.Roots[root], from)
		if err != nil {
			return fmt.Errorf("reading %s of the toolchain: %w", from, err)
		}
		if err := l.need(name, lib.needed); err != nil {
			return err
		}
	}
	return nil
}

// supplied returns the first root that has a library, and where.
func (l *Linker) supplied(name string) (root int, file string, ok bool) {
	for i, fsys := range l.Roots {
		if file, ok := find(fsys, append(l.dirs(), l.crossDirs()...), name); ok {
			return i, file, true
		}
	}
	return 0, "", false
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
		p := path.Join(d, name)
		if info, err := fs.Stat(fsys, p); err == nil && info.Mode().IsRegular() {
			return p, true
		}
	}
	return "", false
}
