// Package artifact knows what executables and libraries say of themselves: the
// machine that they are for, and what a runtime must have for them.
package artifact

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/spec"
)

// File is what an executable or a library says of itself.
type File struct {
	ELF    arch.ELF
	Interp string   // path of the loader that the kernel starts it with; "" when it is static
	Needed []string // libraries that the loader looks for
	Wants  []Want   // versions that those libraries must have
}

// Static reports whether the program runs without a loader and libraries.
func (a *File) Static() bool { return a.Interp == "" && len(a.Needed) == 0 }

// Shared reports whether it is a library that a loader puts into a program, and
// nothing that starts by itself.
func (a *File) Shared() bool { return a.Interp == "" && len(a.Needed) > 0 }

// mostLibraries is more than any program names. Each is looked for in every directory
// of every image that may have it.
const mostLibraries = 1000

// Inspect reads the headers of an ELF file.
func Inspect(r io.ReaderAt) (*File, error) {
	magic := make([]byte, len(elf.ELFMAG))
	if n, err := r.ReadAt(magic, 0); n < len(magic) && err != nil && err != io.EOF {
		return nil, err
	}
	if string(magic) != elf.ELFMAG {
		return nil, fmt.Errorf("it is no ELF file, but one that begins with %q", strings.TrimRight(string(magic), "\x00"))
	}
	f, err := elf.NewFile(r)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a := &File{ELF: arch.ELF{Machine: f.Machine, Class: f.Class, Order: f.Data}}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			path, err := io.ReadAll(io.LimitReader(p.Open(), 4096))
			if err != nil {
				return nil, err
			}
			a.Interp = strings.TrimRight(string(path), "\x00")
		}
	}
	if err := uncompressed(f); err != nil {
		return nil, err
	}
	// A file without a dynamic section needs nothing.
	a.Needed, err = f.ImportedLibraries()
	if err != nil && a.Interp != "" {
		return nil, err
	}
	if len(a.Needed) > mostLibraries {
		return nil, fmt.Errorf("it needs %d libraries, and at most %d are looked for", len(a.Needed), mostLibraries)
	}
	a.Wants = wantsOf(f, a.Interp != "")
	return a, nil
}

// uncompressed reports a file in which what the loader reads is compressed. No linker
// does that; unpacking it could fill the memory.
func uncompressed(f *elf.File) error {
	read := []elf.SectionType{
		elf.SHT_DYNAMIC, elf.SHT_STRTAB, elf.SHT_DYNSYM, elf.SHT_GNU_VERNEED, elf.SHT_GNU_VERDEF, elf.SHT_GNU_VERSYM,
	}
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_COMPRESSED != 0 && slices.Contains(read, s.Type) {
			return fmt.Errorf("section %q is compressed", s.Name)
		}
	}
	return nil
}

// Open reads the headers of a file that a file system has, whose files can be
// read at any place. One that knows what is in them is not read.
func Open(fsys fs.FS, name string) (*File, error) {
	if native := known(fsys, name); native != nil {
		return native.opened()
	}
	f, err := open(fsys, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Inspect(f)
}

// readerAt is a file that can be read at any place.
type readerAt interface {
	io.ReaderAt
	io.Closer
}

// open opens a file whose headers are read. One that is far away is asked for its
// beginning and its end at the same time: an executable says at its beginning that the
// rest of what is looked at is at its end.
func open(fsys fs.FS, name string) (readerAt, error) {
	if far, ok := fsys.(interface{ Ends(name string) }); ok {
		far.Ends(name)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	if at, ok := f.(readerAt); ok {
		return at, nil
	}
	return nil, errors.Join(fmt.Errorf("%s cannot be read in pieces", name), f.Close())
}

// Matches returns an error when the artifact is not for the platform.
func (a *File) Matches(p spec.Platform) error {
	want, ok := arch.Of(p.Architecture)
	if !ok {
		return fmt.Errorf("cannot tell programs for %s", p)
	}
	if a.ELF != want.ELF {
		return fmt.Errorf("got a program for %s (%s), want one for %s", a.ELF.Machine, a.ELF.Class, p)
	}
	return nil
}

// Object is native code that goes into the image.
type Object struct {
	*File
	Name  string // for people: "the program", "_speedups.so of markupsafe"
	Base  string // its base name
	Alone bool   // the program itself: without its libraries the image is of no use
}
