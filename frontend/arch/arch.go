// Package arch knows the architectures that images are made for, in everybody's
// words: the registry's, those of executables, of Debian, of GNU's compilers, of
// Go, of Node and of the kernel.
package arch

import (
	"debug/elf"
	"slices"
	"strings"
)

// Arch is one kind of programs that run on an architecture. Arm has two, which
// differ in how functions are called and cannot be mixed; every other has one.
type Arch struct {
	Name     string   // of the registry, and Go's GOARCH: "arm"
	Variants []string // that the registry has of it, what others are taken for first
	Words    []string // that people know it by from elsewhere
	Kernel   string   // what uname says: "armv7l"
	Node     string   // process.arch: "x64"; "" where Node has no release for Linux
	ELF      ELF
	Variable string // by which Go takes a variant: "GOARM"; "" where it takes none
	Debian   Debian // zero where Debian has no packages for it
}

// ELF is what executables say of the machine that they are for.
type ELF struct {
	Machine elf.Machine
	Class   elf.Class
	Order   elf.Data
}

// Debian is what Debian calls an architecture.
type Debian struct {
	Name   string // dpkg's: "armhf"
	Triple string // GNU's, which compilers are prefixed with: "arm-linux-gnueabihf"
	// Libraries is the triple that the directories of libraries are named by, where
	// it is another.
	Libraries string
}

// all are the architectures, of one name what is meant without a variant first.
// https://github.com/opencontainers/image-spec/blob/main/image-index.md#platform-variants
// https://wiki.debian.org/Multiarch/Tuples
// https://go.dev/wiki/MinimumRequirements
var all = []Arch{
	{
		Name: "amd64", Variants: []string{"v1", "v2", "v3", "v4"}, Words: []string{"x86_64", "x86-64", "x64"},
		Kernel: "x86_64", Node: "x64", Variable: "GOAMD64",
		ELF:    ELF{elf.EM_X86_64, elf.ELFCLASS64, elf.ELFDATA2LSB},
		Debian: Debian{Name: "amd64", Triple: "x86_64-linux-gnu"},
	},
	{
		Name: "arm64", Variants: arm64Variants, Words: []string{"aarch64", "arm64v8", "armv8"},
		Kernel: "aarch64", Node: "arm64", Variable: "GOARM64",
		ELF:    ELF{elf.EM_AARCH64, elf.ELFCLASS64, elf.ELFDATA2LSB},
		Debian: Debian{Name: "arm64", Triple: "aarch64-linux-gnu"},
	},
	{
		Name: "arm", Variants: []string{"v7"}, Words: []string{"armhf", "armv7", "armv7l", "armv7hf", "arm32v7"},
		Kernel: "armv7l", Node: "arm", Variable: "GOARM",
		ELF:    ELF{elf.EM_ARM, elf.ELFCLASS32, elf.ELFDATA2LSB},
		Debian: Debian{Name: "armhf", Triple: "arm-linux-gnueabihf"},
	},
	{
		Name: "arm", Variants: []string{"v6", "v5"}, Words: []string{"armel", "armv6", "armv6l", "armv6hf", "arm32v6"},
		Kernel: "armv6l", Variable: "GOARM",
		ELF:    ELF{elf.EM_ARM, elf.ELFCLASS32, elf.ELFDATA2LSB},
		Debian: Debian{Name: "armel", Triple: "arm-linux-gnueabi"},
	},
	{
		Name: "386", Words: []string{"i386", "i686", "x86"},
		Kernel: "i686", Node: "ia32",
		ELF:    ELF{elf.EM_386, elf.ELFCLASS32, elf.ELFDATA2LSB},
		Debian: Debian{Name: "i386", Triple: "i686-linux-gnu", Libraries: "i386-linux-gnu"},
	},
	{
		Name: "ppc64le", Words: []string{"ppc64el", "powerpc64le"},
		Kernel: "ppc64le", Node: "ppc64",
		ELF:    ELF{elf.EM_PPC64, elf.ELFCLASS64, elf.ELFDATA2LSB},
		Debian: Debian{Name: "ppc64el", Triple: "powerpc64le-linux-gnu"},
	},
	{
		Name:   "s390x",
		Kernel: "s390x", Node: "s390x",
		ELF:    ELF{elf.EM_S390, elf.ELFCLASS64, elf.ELFDATA2MSB},
		Debian: Debian{Name: "s390x", Triple: "s390x-linux-gnu"},
	},
	{
		Name: "riscv64", Words: []string{"riscv"},
		Kernel: "riscv64", Node: "riscv64",
		ELF:    ELF{elf.EM_RISCV, elf.ELFCLASS64, elf.ELFDATA2LSB},
		Debian: Debian{Name: "riscv64", Triple: "riscv64-linux-gnu"},
	},
	{
		Name: "loong64", Words: []string{"loongarch64"},
		Kernel: "loongarch64", Node: "loong64",
		ELF: ELF{elf.EM_LOONGARCH, elf.ELFCLASS64, elf.ELFDATA2LSB},
	},
	{
		Name:   "mips64le",
		Kernel: "mips64",
		ELF:    ELF{elf.EM_MIPS, elf.ELFCLASS64, elf.ELFDATA2LSB},
		Debian: Debian{Name: "mips64el", Triple: "mips64el-linux-gnuabi64"},
	},
	{Name: "mips64", Kernel: "mips64", ELF: ELF{elf.EM_MIPS, elf.ELFCLASS64, elf.ELFDATA2MSB}},
	{Name: "mipsle", Kernel: "mips", ELF: ELF{elf.EM_MIPS, elf.ELFCLASS32, elf.ELFDATA2LSB}},
	{Name: "mips", Kernel: "mips", ELF: ELF{elf.EM_MIPS, elf.ELFCLASS32, elf.ELFDATA2MSB}},
	{Name: "ppc64", Kernel: "ppc64", ELF: ELF{elf.EM_PPC64, elf.ELFCLASS64, elf.ELFDATA2MSB}},
}

// arm64Variants are the revisions of arm64 that compilers know: each has what those
// before it have, and v9 what v8.5 has.
var arm64Variants = strings.Fields("v8 v8.1 v8.2 v8.3 v8.4 v8.5 v8.6 v8.7 v8.8 v8.9 v9 v9.1 v9.2 v9.3 v9.4 v9.5")

// Names returns the registry's names of the architectures, the most usual first.
func Names() []string {
	var names []string
	for _, a := range all {
		if !slices.Contains(names, a.Name) {
			names = append(names, a.Name)
		}
	}
	return names
}

// Of returns the architecture that the registry has a name for, of several kinds
// the one that is meant without a variant, and whether there is one.
func Of(name string) (Arch, bool) { return Variant(name, "") }

// Variant returns the architecture of a name and a variant, as Of does where it
// has no such variant, or none is named.
func Variant(name, variant string) (a Arch, ok bool) {
	for _, b := range all {
		if b.Name != name {
			continue
		}
		if slices.Contains(b.Variants, variant) {
			return b, true
		}
		if !ok {
			a, ok = b, true
		}
	}
	return a, ok
}

// Variants returns all variants of a name.
func Variants(name string) (variants []string) {
	for _, a := range kinds(name) {
		variants = append(variants, a.Variants...)
	}
	return variants
}

// Word returns how a platform writes the architecture that a word stands for,
// "" when it stands for none: "arm64" for "aarch64", "arm/v6" for "armel".
func Word(word string) string {
	if _, ok := Of(word); ok {
		return word
	}
	for _, a := range all {
		if slices.Contains(a.Words, word) {
			return a.String()
		}
	}
	return ""
}

// String returns the architecture as platforms write it: with the variant where
// there are programs of several kinds, "arm/v7".
func (a Arch) String() string {
	if len(kinds(a.Name)) > 1 {
		return a.Name + "/" + a.Variants[0]
	}
	return a.Name
}

// Setting returns the value of Variable for a variant: "7" for "v7" of arm, "v9.0" for
// "v9" of arm64.
func (a Arch) Setting(variant string) string {
	switch {
	case a.Variable == "GOARM":
		return strings.TrimPrefix(variant, "v")
	case a.Variable == "GOARM64" && !strings.Contains(variant, "."):
		return variant + ".0"
	}
	return variant
}

// Triples returns the names of the directories that may hold libraries of any kind
// of an architecture on Debian, those of systems before those of compilers.
func Triples(name string) []string {
	var triples []string
	for _, a := range kinds(name) {
		for _, t := range []string{a.Debian.Libraries, a.Debian.Triple} {
			if t != "" {
				triples = append(triples, t)
			}
		}
	}
	return triples
}

func kinds(name string) []Arch {
	var some []Arch
	for _, a := range all {
		if a.Name == name {
			some = append(some, a)
		}
	}
	return some
}

// Compilers returns the packages of Debian that compile for the architecture on
// another one; none where Debian has no packages for it.
func (a Arch) Compilers() []string {
	if a.Debian.Triple == "" {
		return nil
	}
	triple := strings.ReplaceAll(a.Debian.Triple, "_", "-")
	return []string{"gcc-" + triple, "g++-" + triple, "libc6-dev-" + a.Debian.Name + "-cross"}
}
