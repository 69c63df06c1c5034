package rust

import (
	"debug/elf"
	"io"
	"regexp"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// sourceDir is what programs have for the directory of packages, where they say at
// which place of the source they failed. toolchain.sh tells the compiler.
const sourceDir = "crates"

// composed compares the packages that a program says it was made of with the lock. Not
// every package leaves a trace: one does whose code can fail.
func composed(p *language.Project, _ spec.Platform, program io.ReaderAt) diag.List {
	return append(packagesOf(p, program), zoneless(p.Spec, program)...)
}

func packagesOf(p *language.Project, program io.ReaderAt) (diags diag.List) {
	ws, _ := workspaceOf(p)
	if ws == nil {
		return nil
	}
	l, _ := lockOf(p, ws)
	if l == nil {
		return nil
	}
	for _, t := range traces(program) {
		if !slices.ContainsFunc(l.named(t.name), func(p locked) bool { return p.version == t.version }) {
			diags.Errorf(l.src.Line(1), "the program has code of %s %s, and %s does not have it", t.name, t.version, l.file)
		}
	}
	return diags
}

// trace is a package that a program was made of.
type trace struct{ name, version string }

var tracePattern = regexp.MustCompile(sourceDir + `/[0-9A-Za-z._-]+-[0-9a-f]{16}/([A-Za-z0-9_-]+)-([0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*)/`)

const (
	piece = 1 << 20  // of a program that is read at a time
	most  = 64 << 20 // that is read of one
	long  = 1 << 10  // what a path is not
)

// traces returns the packages whose paths are among a program's constants, each once.
func traces(program io.ReaderAt) (found []trace) {
	constants(program, func(some []byte) {
		for _, m := range tracePattern.FindAllSubmatch(some, -1) {
			if t := (trace{string(m[1]), string(m[2])}); !slices.Contains(found, t) {
				found = append(found, t)
			}
		}
	})
	return found
}

// constants calls a function with a program's constants, a piece at a time. Pieces
// overlap, so that a text is whole in one of them.
func constants(program io.ReaderAt, look func([]byte)) {
	f, err := elf.NewFile(program)
	if err != nil {
		return
	}
	defer f.Close()
	s := f.Section(".rodata")
	if s == nil || s.Flags&elf.SHF_COMPRESSED != 0 {
		return
	}
	buffer := make([]byte, min(piece, s.Size))
	for at := int64(0); at < int64(min(s.Size, most)); at += piece - long {
		n, err := s.ReadAt(buffer, at)
		look(buffer[:n])
		if err != nil {
			break
		}
	}
}
