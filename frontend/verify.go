package frontend

import (
	"debug/elf"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
)

// artifact is what an executable or a library says of itself.
type artifact struct {
	machine elf.Machine
	class   elf.Class
	order   elf.Data
	interp  string   // path of the loader that the kernel starts it with; "" when it is static
	needed  []string // libraries that the loader looks for
}

// static reports whether the program runs without a loader and libraries.
func (a *artifact) static() bool { return a.interp == "" && len(a.needed) == 0 }

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

// inspect reads the headers of an ELF file.
func inspect(r io.ReaderAt) (*artifact, error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a := &artifact{machine: f.Machine, class: f.Class, order: f.Data}
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

// matches returns an error when the artifact is not for the platform.
func (a *artifact) matches(p spec.Platform) error {
	m, ok := machines[p.Architecture]
	if !ok {
		return fmt.Errorf("cannot tell programs for %s", p)
	}
	if a.machine != m.machine || a.class != m.class || a.order != m.order {
		return fmt.Errorf("got a program for %s (%s), want one for %s", a.machine, a.class, p)
	}
	return nil
}

// variant returns the distroless variant that has what the artifact needs, the
// smallest one. What even the largest lacks is looked for later.
// https://github.com/GoogleContainerTools/distroless#what-images-are-available
func (a *artifact) variant() string {
	cxx := func(lib string) bool {
		return strings.HasPrefix(lib, "libstdc++.") || strings.HasPrefix(lib, "libgcc_s.") || strings.HasPrefix(lib, "libgomp.")
	}
	switch {
	case a.static():
		return "static"
	case slices.ContainsFunc(a.needed, cxx):
		return "cc"
	}
	return "base"
}

// linker finds the libraries that a program needs and its runtime lacks.
type linker struct {
	platform  spec.Platform
	runtime   fs.FS // nil for scratch
	toolchain fs.FS
	found     []plan.Library
	seen      map[string]bool
}

// link returns the libraries that must be copied from the toolchain for the
// program to start on the runtime. The error names what nothing supplies.
func (l *linker) link(a *artifact) ([]plan.Library, error) {
	if a.static() {
		return nil, nil
	}
	if l.runtime == nil {
		return nil, fmt.Errorf("the program is dynamically linked (it needs %s) and scratch has no libraries", strings.Join(a.needed, ", "))
	}
	loader := strings.TrimPrefix(a.interp, "/")
	if _, err := fs.Stat(l.runtime, loader); err != nil {
		return nil, fmt.Errorf("the runtime has no %s, the loader that the program was linked for", a.interp)
	}
	l.seen = map[string]bool{path.Base(loader): true}
	if err := l.need(a.needed); err != nil {
		return nil, err
	}
	return l.found, nil
}

func (l *linker) need(names []string) error {
	for _, name := range names {
		if l.seen[name] {
			continue
		}
		l.seen[name] = true
		if _, ok := find(l.runtime, l.dirs(), name); ok {
			continue
		}
		from, ok := find(l.toolchain, append(l.dirs(), l.crossDirs()...), name)
		if !ok {
			return fmt.Errorf("the program needs %s, and neither the runtime nor the toolchain has it", name)
		}
		l.found = append(l.found, plan.Library{From: from, To: path.Join("/", l.target(), name)})
		lib, err := l.inspect(from)
		if err != nil {
			return fmt.Errorf("reading %s of the toolchain: %w", from, err)
		}
		if err := l.need(lib.needed); err != nil {
			return err
		}
	}
	return nil
}

func (l *linker) inspect(name string) (*artifact, error) {
	if f, ok := l.toolchain.(*files); ok {
		return inspect(&readerAt{f, name})
	}
	f, err := l.toolchain.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return inspect(f.(io.ReaderAt))
}

// dirs are where a loader looks by default.
func (l *linker) dirs() []string {
	var dirs []string
	for _, t := range machines[l.platform.Architecture].triples {
		dirs = append(dirs, "usr/lib/"+t, "lib/"+t)
	}
	return append(dirs, "usr/lib64", "lib64", "usr/lib", "lib", "usr/local/lib")
}

// crossDirs are where Debian's cross compilers have the target's libraries.
func (l *linker) crossDirs() []string {
	var dirs []string
	for _, t := range machines[l.platform.Architecture].triples {
		dirs = append(dirs, "usr/"+t+"/lib")
	}
	return dirs
}

// target returns the directory of the runtime that libraries go to: where its libc is.
func (l *linker) target() string {
	if libc, ok := find(l.runtime, l.dirs(), "libc.so.6"); ok {
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
