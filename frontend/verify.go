package frontend

import (
	"debug/elf"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
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

// object is native code that goes into the image.
type object struct {
	*artifact
	name  string // for people: "server", "_speedups.so of markupsafe"
	file  string // its base name
	alone bool   // the program itself: without its libraries the image is of no use
}

// verify opens what the steps left: the program and other native code are for
// the target, and what the container is to start is there.
func (j *job) verify() ([]object, diag.List) {
	var diags diag.List
	p := j.Plan
	if p.Program != "" {
		a, err := open(j.trees[plan.FromCompile], p.Program, p.Target)
		if err != nil {
			diags.Errorf(p.Compile.Range, "compiled %s is not a program for %s: %v", p.Program, p.Target, err)
			return nil, diags
		}
		return []object{{a, "the program", p.Program, true}}, nil
	}
	var objects []object
	for _, c := range p.Image.Copies() {
		found, more := j.natives(c)
		objects = append(objects, found...)
		diags.Add(more)
	}
	diags.Add(j.started())
	return objects, diags
}

func open(tree *files, name string, target spec.Platform) (*artifact, error) {
	a, err := inspect(&readerAt{tree, name})
	if err != nil {
		return nil, err
	}
	return a, a.matches(target)
}

// origin returns where a copy comes from.
func origin(c language.Copy) plan.Origin {
	if c.From.Fetch == nil {
		return plan.FromCompile
	}
	return plan.FromFetch(c.From.Fetch)
}

// inTree returns the path that a file of a copy has in what it is copied from.
func inTree(c language.Copy, name string) string {
	return strings.TrimPrefix(path.Join("/", c.Path, name), "/")
}

// natives opens the native code that a copy lists.
func (j *job) natives(c language.Copy) (objects []object, diags diag.List) {
	if c.Natives == "" {
		return nil, nil
	}
	tree := j.trees[origin(c)]
	list, err := tree.ReadFile(c.Natives)
	if err != nil {
		diags.Errorf(diag.Range{}, "reading what is native code: %v", err)
		return nil, diags
	}
	for line := range strings.Lines(string(list)) {
		name, owner, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		a, err := open(tree, inTree(c, name), j.Plan.Target)
		if err != nil {
			diags.Errorf(j.Plan.Compile.Range, "%s of %s is not for %s: %v", path.Base(name), owner, j.Plan.Target, err)
			continue
		}
		objects = append(objects, object{a, path.Base(name) + " of " + owner, path.Base(name), false})
	}
	return objects, diags
}

// empty returns the names of the layers that compile left nothing for. The last
// layer is always there.
func (j *job) empty() []string {
	var names []string
	layers := j.Plan.Image.Layers
	for _, l := range layers[:len(layers)-1] {
		filled := len(l.Files)+len(l.Links) > 0
		for _, c := range l.Copies {
			entries, err := j.trees[origin(c)].ReadDir(inTree(c, "."))
			filled = filled || err != nil || len(entries) > 0
		}
		if !filled {
			names = append(names, l.Name)
		}
	}
	return names
}

// started reports that what the container is to start is in no copy, where it
// would be in one.
func (j *job) started() (diags diag.List) {
	p := j.Plan
	program, near := p.Image.Entrypoint[0], []string(nil)
	below := false
	for _, c := range p.Image.Copies() {
		rest, ok := strings.CutPrefix(program, c.To+"/")
		if !ok {
			continue
		}
		below = true
		tree, name := j.trees[origin(c)], inTree(c, rest)
		if _, err := tree.Stat(name); err == nil {
			return nil
		}
		entries, _ := tree.ReadDir(path.Dir(name))
		for _, e := range entries {
			near = append(near, e.Name())
		}
	}
	for _, l := range p.Image.Layers {
		if slices.ContainsFunc(l.Links, func(k language.Link) bool { return k.Path == program }) {
			return nil
		}
	}
	if below {
		d := diags.Errorf(p.Spec.Entrypoint.Range, "there is no %q among what is installed", path.Base(program))
		if d.Hint = diag.DidYouMean(path.Base(program), near); d.Hint == "" && len(near) > 0 {
			d.Hint = "there are " + strings.Join(near, ", ")
		}
	}
	return diags
}

// variant returns the distroless variant that has what native code needs, the
// smallest one. What even the largest lacks is looked for later.
// https://github.com/GoogleContainerTools/distroless#what-images-are-available
func variant(variants []string, objects []object) string {
	if len(variants) == 1 {
		return variants[0]
	}
	return objects[0].variant()
}

// variant returns the distroless variant that a program needs.
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

// link returns the libraries that must be copied from the toolchain for native
// code to work on the runtime. What nothing supplies is an error for the
// program. For code that a program may load it is a warning: packages have
// parts that only some who install them use.
func (l *linker) link(objects []object) ([]plan.Library, diag.List) {
	var diags diag.List
	l.seen = map[string]bool{}
	for _, o := range objects {
		// Packages bring libraries along and find them by themselves.
		l.seen[o.file] = true
		l.seen[path.Base(o.interp)] = true
	}
	for _, o := range objects {
		err := l.start(o)
		if err == nil {
			err = l.need(o.name, o.needed)
		}
		switch {
		case err == nil:
		case o.alone:
			diags.Errorf(diag.Range{}, "%v", err)
		default:
			diags.Warnf(diag.Range{}, "%v", err).Rule = "MissingLibrary"
		}
	}
	return l.found, diags
}

// start reports a program that cannot even start on the runtime.
func (l *linker) start(o object) error {
	if o.static() || !o.alone {
		return nil
	}
	if l.runtime == nil {
		return fmt.Errorf("the program is dynamically linked (it needs %s) and scratch has no libraries", strings.Join(o.needed, ", "))
	}
	if _, err := fs.Stat(l.runtime, strings.TrimPrefix(o.interp, "/")); err != nil {
		return fmt.Errorf("the runtime has no %s, the loader that the program was linked for", o.interp)
	}
	return nil
}

// fromHost reports whether a library is the host's to bring: drivers are
// mounted into containers.
func fromHost(name string) bool {
	return strings.HasPrefix(name, "libcuda.so") || strings.HasPrefix(name, "libnvidia-")
}

func (l *linker) need(who string, names []string) error {
	for _, name := range names {
		if l.seen[name] || fromHost(name) {
			continue
		}
		l.seen[name] = true
		if _, ok := find(l.runtime, l.dirs(), name); ok {
			continue
		}
		from, ok := find(l.toolchain, append(l.dirs(), l.crossDirs()...), name)
		if !ok {
			return fmt.Errorf("%s needs %s, and neither the runtime nor the toolchain has it", who, name)
		}
		l.found = append(l.found, plan.Library{From: from, To: path.Join("/", l.target(), name)})
		lib, err := l.inspect(from)
		if err != nil {
			return fmt.Errorf("reading %s of the toolchain: %w", from, err)
		}
		if err := l.need(name, lib.needed); err != nil {
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
