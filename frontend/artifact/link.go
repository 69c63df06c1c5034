package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

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
	has      map[string]versions // by the runtime's libraries
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
	l.list()
	l.seen = map[string]bool{}
	for _, o := range objects {
		// Packages bring libraries along and find them by themselves.
		l.seen[o.Base] = true
		l.seen[path.Base(o.Interp)] = true
	}
	for _, o := range objects {
		for _, err := range l.link(o) {
			if o.Alone {
				diags.Errorf(diag.Range{}, "%v", err)
			} else {
				diags.Warnf(diag.Range{}, "%v", err).Rule = MissingLibrary
			}
		}
		diags.Add(l.tooNew(o))
	}
	return l.found, diags
}

// list has the runtime say at the same time what all directories hold in which libraries
// are looked for: one that is far away keeps it, and is not asked for each library in each
// directory, one after the other. What a directory does not say is asked for later.
func (l *Linker) list() {
	if l.Runtime == nil {
		return
	}
	asked := map[string]bool{}
	var all sync.WaitGroup
	for _, leaf := range l.dirs() {
		for dir := leaf; !asked[dir]; dir = path.Dir(dir) {
			asked[dir] = true
			all.Go(func() { fs.ReadDir(l.Runtime, dir) })
		}
	}
	all.Wait()
}

// link finds the libraries of one object, and returns what is wrong with others.
func (l *Linker) link(o Object) []error {
	if err := l.start(o); err != nil {
		return []error{err}
	}
	return l.need(o.Name, o.Needed)
}

// start reports a program that cannot even start on the runtime.
func (l *Linker) start(o Object) error {
	if o.Static() || !o.Alone {
		return nil
	}
	if l.Runtime == nil {
		return fmt.Errorf("the program is dynamically linked (it needs %s) and scratch has no libraries",
			strings.Join(o.Needed, ", "))
	}
	if _, err := fs.Stat(l.Runtime, strings.TrimPrefix(o.Interp, "/")); err != nil {
		return fmt.Errorf("the runtime has no %s, the loader that the program was linked for", o.Interp)
	}
	return nil
}

// fromHost reports whether a library is the host's to bring: drivers are
// mounted into containers.
func fromHost(name string) bool {
	return strings.HasPrefix(name, "libcuda.so") || strings.HasPrefix(name, "libnvidia-")
}

// need finds libraries and what those need in turn, and returns why there are none
// of some names. What is missing hides nothing: others are found all the same.
func (l *Linker) need(who string, names []string) (missing []error) {
	for _, name := range names {
		if l.seen[name] || fromHost(name) {
			continue
		}
		l.seen[name] = true
		if len(find(l.Runtime, l.dirs(), name)) > 0 {
			continue
		}
		at, lib, err := l.supplied(name)
		if err != nil {
			missing = append(missing, fmt.Errorf("%s needs %s, and %w", who, name, err))
			continue
		}
		l.found = append(l.found, at)
		missing = append(missing, l.need(name, lib.Needed)...)
	}
	return missing
}

// supplied returns the library of a name for the platform that the first root with
// one has: what a toolchain has in /usr/local is the builder's as often as not.
func (l *Linker) supplied(name string) (Library, *File, error) {
	err := errors.New("neither the runtime nor the toolchain has it")
	for i, fsys := range l.Roots {
		for _, file := range find(fsys, append(l.dirs(), l.crossDirs()...), name) {
			lib, broken := Open(fsys, file)
			if broken == nil {
				broken = lib.Matches(l.Platform)
			}
			if broken == nil {
				return Library{Root: i, From: file, To: path.Join("/", l.target(), name)}, lib, nil
			}
			err = fmt.Errorf("%s of the toolchain is not for it: %w", file, broken)
		}
	}
	return Library{}, nil, err
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
	if libc := find(l.Runtime, l.dirs(), "libc.so.6"); len(libc) > 0 {
		return path.Dir(libc[0])
	}
	return l.dirs()[0]
}

// find returns the files of a name in directories of an image, none of scratch.
func find(fsys fs.FS, dirs []string, name string) (files []string) {
	for _, d := range dirs {
		p := path.Join(d, name)
		if fsys == nil {
			break
		}
		if info, err := fs.Stat(fsys, p); err == nil && info.Mode().IsRegular() {
			files = append(files, p)
		}
	}
	return files
}
