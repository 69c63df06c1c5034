// Package artifact knows what executables and libraries say of themselves: the
// machine that they are for, and what a runtime must have for them.
package artifact

import (
	"debug/elf"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/spec"
)

// File is what an executable or a library says of itself.
type File struct {
	machine elf.Machine
	class   elf.Class
	order   elf.Data
	interp  string   // path of the loader that the kernel starts it with; "" when it is static
	needed  []string // libraries that the loader looks for
}

// Static reports whether the program runs without a loader and libraries.
func (a *File) Static() bool { return a.interp == "" && len(a.needed) == 0 }

// machineOf is what executables of an image's architecture are.
type machineOf struct {
	machine elf.Machine
	class   elf.Class
	order   elf.Data
	triples []string // names of the directories of its libraries on Debian
}

var machines = map[string]machineOf{
	"amd64":    {elf.EM_X86_64, elf.ELFCLASS64, elf.ELFDATA2LSB, []string{"x86_64-linux-gnu"}},
	"arm64":    {elf.EM_AARCH64, elf.ELFCLASS64, elf.ELFDATA2LSB, []string{"aarch64-linux-gnu"}},
	"arm":      {elf.EM_ARM, elf.ELFCLASS32, elf.ELFDATA2LSB, []string{"arm-linux-gnueabihf", "arm-linux-gnueabi"}},
	"386":      {elf.EM_386, elf.ELFCLASS32, elf.ELFDATA2LSB, []string{"i386-linux-gnu", "i686-linux-gnu"}},
	"ppc64le":  {elf.EM_PPC64, elf.ELFCLASS64, elf.ELFDATA2LSB, []string{"powerpc64le-linux-gnu"}},
	"ppc64":    {elf.EM_PPC64, elf.ELFCLASS64, elf.ELFDATA2MSB, nil},
	"s390x":    {elf.EM_S390, elf.ELFCLASS64, elf.ELFDATA2MSB, []string{"s390x-linux-gnu"}},
	"riscv64":  {elf.EM_RISCV, elf.ELFCLASS64, elf.ELFDATA2LSB, []string{"riscv64-linux-gnu"}},
	"loong64":  {elf.EM_LOONGARCH, elf.ELFCLASS64, elf.ELFDATA2LSB, nil},
	"mips64le": {elf.EM_MIPS, elf.ELFCLASS64, elf.ELFDATA2LSB, nil},
	"mips64":   {elf.EM_MIPS, elf.ELFCLASS64, elf.ELFDATA2MSB, nil},
	"mipsle":   {elf.EM_MIPS, elf.ELFCLASS32, elf.ELFDATA2LSB, nil},
	"mips":     {elf.EM_MIPS, elf.ELFCLASS32, elf.ELFDATA2MSB, nil},
}

// Inspect reads the headers of an ELF file.
func Inspect(r io.ReaderAt) (*File, error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a := &File{machine: f.Machine, class: f.Class, order: f.Data}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			path, err := io.ReadAll(io.LimitReader(p.Open(), 4096))
			if err != nil {
				return nil, err
			}
			a.interp = strings.TrimRight(string(path), "\x00")
		}
	}
	for _, s := range f.Sections {
		// No linker compresses what the loader reads; unpacking it could fill the memory.
		if s.Flags&elf.SHF_COMPRESSED != 0 && (s.Type == elf.SHT_DYNAMIC || s.Type == elf.SHT_STRTAB) {
			return nil, fmt.Errorf("section %q is compressed", s.Name)
		}
	}
	// A file without a dynamic section needs nothing.
	a.needed, err = f.ImportedLibraries()
	if err != nil && a.interp != "" {
		return nil, err
	}
	return a, nil
}

// Open reads the headers of a file that a file system has, whose files can be
// read at any place.
func Open(fsys fs.FS, name string) (*File, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	at, ok := f.(io.ReaderAt)
	if !ok {
		return nil, fmt.Errorf("%s cannot be read in pieces", name)
	}
	return Inspect(at)
}

// Matches returns an error when the artifact is not for the platform.
func (a *File) Matches(p spec.Platform) error {
	m, ok := machines[p.Architecture]
	if !ok {
		return fmt.Errorf("cannot tell programs for %s", p)
	}
	if a.machine != m.machine || a.class != m.class || a.order != m.order {
		return fmt.Errorf("got a program for %s (%s), want one for %s", a.machine, a.class, p)
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

// Variant returns the distroless variant that has what native code needs, the
// smallest one. What even the largest lacks is looked for later.
// https://github.com/GoogleContainerTools/distroless#what-images-are-available
func Variant(variants []string, objects []Object) string {
	if len(variants) == 1 {
		return variants[0]
	}
	return objects[0].variant()
}

// variant returns the distroless variant that a program needs.
func (a *File) variant() string {
	cxx := func(lib string) bool {
		return strings.HasPrefix(lib, "libstdc++.") || strings.HasPrefix(lib, "libgcc_s.") || strings.HasPrefix(lib, "libgomp.")
	}
	switch {
	case a.Static():
		return "static"
	case slices.ContainsFunc(a.needed, cxx):
		return "cc"
	}
	return "base"
}
