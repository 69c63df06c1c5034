package golang

import (
	"cmp"
	"debug/buildinfo"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime/debug"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// composed compares the modules that a program says it was made of with those that
// the project names. The go command does so before it compiles; this holds whatever
// flags, variables or programs of the project came between.
func composed(p *language.Project, target spec.Platform, program io.ReaderAt) diag.List {
	diags := modulesOf(p, target, program)
	diags.Add(zoneless(p.Spec, func() []byte { return functionNames(program) }))
	return diags
}

func modulesOf(p *language.Project, target spec.Platform, program io.ReaderAt) diag.List {
	locks := locksOf(p, target)
	if locks == nil || !locks.names() {
		return nil
	}
	var ahead sync.WaitGroup
	defer ahead.Wait()
	ahead.Go(func() { locks.sums() }) // while the program is read
	info, err := buildinfo.Read(program)
	if err == nil {
		return append(locks.compare(info), linkedStubs(p.Spec, locks.stubs, info)...)
	}
	var diags diag.List
	if runsForeign(p.Spec) {
		diags.Warnf(diag.Range{}, "the program does not say which modules it was made of: %v", err)
		return diags
	}
	diags.Errorf(diag.Range{}, "the program does not say which modules it was made of: %v", err).Hint = "is the toolchain Go's own?"
	return diags
}

// locks are what a project says of the modules of its programs.
type locks struct {
	*workspace
	fs fs.FS
	// fetched is what fetch left, nil where that is not known.
	fetched fs.FS
	ours    map[string]bool          // modules that are in the project
	lines   map[string]diag.Range    // where modules are required
	stubs   diag.List                // what is known of the program's packages without compiling
	sums    func() map[string]string // by module and version
	vendor  map[string]string        // versions by module, nil before they are read
}

// newLocks returns the locks of a workspace.
func newLocks(ws *workspace, fsys fs.FS) *locks {
	// Files that are compiled without a module have no path.
	l := &locks{workspace: ws, fs: fsys, ours: map[string]bool{"": true, "command-line-arguments": true}, lines: map[string]diag.Range{}}
	l.sums = sync.OnceValue(l.readSums)
	for _, m := range ws.modules {
		l.ours[m.path()] = true
		for _, r := range m.file.Require {
			if _, twice := l.lines[r.Mod.Path]; !twice {
				l.lines[r.Mod.Path] = m.src.Line(r.Syntax.Start.Line)
			}
		}
	}
	for _, r := range ws.replaces() {
		if modfile.IsDirectoryPath(r.replace.New.Path) {
			l.ours[r.replace.Old.Path] = true
		}
	}
	return l
}

// locksOf returns the locks of a project, nil where it has no module.
func locksOf(p *language.Project, target spec.Platform) *locks {
	g, err := platformOf(target)
	if err != nil {
		return nil
	}
	ws, _ := workspaceOf(p)
	if ws == nil {
		ws = &workspace{dir: p.Dir()}
	}
	entry, _ := newFinder(p, ws, g).entry(p.Spec.Entrypoint)
	if entry == nil {
		return nil
	}
	l := newLocks(withModfile(p, entry), p.FS)
	l.fetched = p.Fetched
	l.stubs = stubs(p, entry, g)
	return l
}

// withModfile returns the workspace of a program, with the file that is read instead
// of its go.mod where a flag says so.
func withModfile(p *language.Project, e *entrypoint) *workspace {
	ws := *e.workspace
	for _, flag := range goFlags(p.Spec) {
		name, value, _ := cutFlag(flag)
		if name != "modfile" {
			continue
		}
		src, _ := language.ReadSource(p.FS, path.Join(e.dir, value))
		if src == nil {
			continue
		}
		if file, err := modfile.Parse(src.Name, src.Data, nil); err == nil {
			ws.modules = append(ws.modules[:len(ws.modules):len(ws.modules)], &module{path.Dir(src.Name), file, src})
		}
	}
	return &ws
}

// names reports whether the project names modules of others.
func (l *locks) names() bool {
	_, required := l.required()
	return required
}

// compare reports the modules of a program that the project does not name.
func (l *locks) compare(info *debug.BuildInfo) (diags diag.List) {
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if problem := l.check(m); problem != "" {
			diags.Errorf(l.lines[m.Path], "%s", problem).Hint = "run \"go mod tidy\" and commit what it writes; does build.flags or build.env choose other modules?"
		}
	}
	return diags
}

// readSums reads the sums that the project has for versions of modules.
func (l *locks) readSums() map[string]string {
	sums := map[string]string{}
	for _, data := range l.sumFiles() {
		for line := range strings.Lines(string(data)) {
			if f := strings.Fields(line); len(f) == 3 {
				sums[f[0]+" "+f[1]] = f[2]
			}
		}
	}
	return sums
}

// sum returns the sum that the project has for a version of a module.
func (l *locks) sum(modulePath, version string) (string, bool) {
	sum, ok := l.sums()[modulePath+" "+version]
	return sum, ok
}

// sumFiles returns the files that have sums, and what fetch was told of those that a
// workspace lacks.
func (l *locks) sumFiles() (files [][]byte) {
	add := func(fsys fs.FS, name string) {
		if data, err := fs.ReadFile(fsys, name); err == nil {
			files = append(files, data)
		}
	}
	if l.work != nil {
		if l.fetched != nil {
			add(l.fetched, "go.work.sum")
		}
		add(l.fs, path.Join(l.dir, "go.work.sum"))
	}
	var names []string
	for _, m := range l.modules {
		names = append(names, strings.TrimSuffix(m.src.Name, ".mod")+".sum")
	}
	language.Together(names, func(name string) { _, _ = fs.ReadFile(l.fs, name) })
	for _, name := range names {
		add(l.fs, name)
	}
	return files
}

// vendoredVersion returns the version of a module that is vendored, "" where it is not.
func (l *locks) vendoredVersion(modulePath string) string {
	if l.vendor == nil {
		l.vendor = map[string]string{}
		data, _ := fs.ReadFile(l.fs, path.Join(l.dir, "vendor/modules.txt"))
		for line := range strings.Lines(string(data)) {
			// # example.com/a v1.0.0 => example.com/b v1.1.0
			if f := strings.Fields(line); len(f) > 2 && f[0] == "#" {
				l.vendor[f[1]] = f[2]
			}
		}
	}
	return l.vendor[modulePath]
}

// check returns what is wrong with a module of a program, "" where it is named.
func (l *locks) check(m *debug.Module) string {
	used := m
	if m.Replace != nil {
		used = m.Replace
	}
	switch {
	case used.Sum == "" && (used.Version == "(devel)" || used.Version == ""):
		if !l.ours[m.Path] {
			return fmt.Sprintf("the program has %s from a directory, and no file of the project says so", m.Path)
		}
	case used.Sum == "" && l.vendored(l.fs):
		if have := l.vendoredVersion(m.Path); have == "" || have != m.Version && m.Replace == nil {
			return fmt.Sprintf("the program has %s %s, and vendor/modules.txt has %s", m.Path, m.Version, cmp.Or(have, "none"))
		}
	default:
		switch known, locked := l.sum(used.Path, used.Version); {
		case !locked:
			return fmt.Sprintf("the program has %s %s, and no go.sum of the project has it", used.Path, used.Version)
		case used.Sum != "" && used.Sum != known:
			return fmt.Sprintf("the program has %s %s with the sum %s, and go.sum says %s", used.Path, used.Version, used.Sum, known)
		}
	}
	return ""
}
