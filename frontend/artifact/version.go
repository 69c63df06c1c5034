package artifact

import (
	"debug/elf"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Want is a version of a library that native code must have: "GLIBC_2.38" of libc.so.6.
// https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
type Want struct {
	Library, Version string
	Symbol           string `json:",omitempty"` // one that is of it; "" where nobody looked
}

// versions are those that a library has, in its own order, which is that of their age.
type versions []string

// wantsOf returns the versions that a file must have of its libraries. Symbols are
// looked for in programs alone: libraries have many.
func wantsOf(f *elf.File, program bool) (wants []Want) {
	needs, err := f.DynamicVersionNeeds()
	if err != nil {
		return nil
	}
	var symbols []elf.ImportedSymbol
	if program {
		symbols, _ = f.ImportedSymbols()
	}
	for _, n := range needs {
		for _, dep := range n.Needs {
			if dep.Flags&elf.VER_FLG_WEAK != 0 {
				continue
			}
			w := Want{n.Name, dep.Dep, ""}
			for _, s := range symbols {
				if s.Version == dep.Dep && s.Library == n.Name {
					w.Symbol = s.Name
					break
				}
			}
			wants = append(wants, w)
		}
	}
	return wants
}

// tooNew reports what native code needs in a version that the runtime's library does
// not have: it was linked with a newer one, and does not start.
func (l *Linker) tooNew(o Object) (diags diag.List) {
	for _, w := range o.Wants {
		files := find(l.Runtime, l.dirs(), w.Library)
		if len(files) == 0 {
			continue
		}
		has := l.versionsOf(files[0])
		if len(has) == 0 || slices.Contains(has, w.Version) {
			continue
		}
		what := w.Version
		if w.Symbol != "" {
			what = w.Symbol + " of " + w.Version
		}
		d := diags.Errorf(diag.Range{}, "%s needs %s, and %s of the runtime has none after %s", o.Name, what, w.Library, has.newest(w.Version))
		d.Hint = "compile with a toolchain of the runtime's release or an older one, or take a newer runtime"
		if !o.Alone {
			d.Severity = diag.Warning
		}
	}
	return diags
}

// newest returns the last version of the family of another: GLIBC for "GLIBC_2.38".
func (v versions) newest(like string) string {
	family, _, _ := strings.Cut(like, "_")
	newest := "its beginning"
	for _, version := range v {
		if strings.HasPrefix(version, family+"_") && version != family+"_PRIVATE" {
			newest = version
		}
	}
	return newest
}

// versionsOf returns the versions that a library of the runtime has.
func (l *Linker) versionsOf(file string) versions {
	if has, known := l.has[file]; known {
		return has
	}
	if l.has == nil {
		l.has = map[string]versions{}
	}
	l.has[file] = versionsIn(l.Runtime, file)
	return l.has[file]
}

// versionsIn returns the versions that a library says it has, none where it does not.
func versionsIn(fsys fs.FS, name string) versions {
	if native := known(fsys, name); native != nil {
		return native.Versions
	}
	f, err := open(fsys, name)
	if err != nil {
		return nil
	}
	defer f.Close()
	return versionsAt(f)
}

func versionsAt(r io.ReaderAt) (all versions) {
	lib, err := elf.NewFile(r)
	if err != nil {
		return nil
	}
	defer lib.Close()
	if uncompressed(lib) != nil {
		return nil
	}
	defined, err := lib.DynamicVersions()
	if err != nil {
		return nil
	}
	for _, d := range defined {
		all = append(all, d.Name)
	}
	return all
}
