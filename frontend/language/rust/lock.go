package rust

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

const lockName = "Cargo.lock"

// lock is a Cargo.lock.
type lock struct {
	file     string
	src      *diag.Source
	packages []locked
	byName   map[string][]int // where in packages those of a name are
}

// locked is a package of a lock.
type locked struct {
	name, version string
	source        string // "" for packages of the context
	checksum      string // SHA-256 of its archive; "" where it has none
	needs         []string
	rng           diag.Range
}

// lockOf returns the lock of a workspace, nil when there is none.
func lockOf(p *language.Project, ws *workspace) (*lock, diag.List) {
	return language.Once(p.Memo, ws.lockFile(), func() (*lock, diag.List) { return readLock(p.FS, ws.lockFile()) })
}

func readLock(fsys fs.FS, file string) (*lock, diag.List) {
	root, src, diags := toml.Read(fsys, file)
	if root == nil {
		return nil, diags
	}
	l := &lock{file: file, src: src, byName: map[string][]int{}}
	for _, v := range root.Get("package").List() {
		p := locked{
			name: v.Get("name").Text(), version: v.Get("version").Text(), source: v.Get("source").Text(),
			checksum: v.Get("checksum").Text(), rng: v.Get("name").Place(),
		}
		for _, need := range v.Get("dependencies").List() {
			p.needs = append(p.needs, need.Text())
		}
		l.byName[p.name] = append(l.byName[p.name], len(l.packages))
		l.packages = append(l.packages, p)
	}
	return l, diags
}

// remote reports whether there is something to download.
func (l *lock) remote() bool {
	return slices.ContainsFunc(l.packages, func(p locked) bool { return p.source != "" })
}

// named returns the packages of a name.
func (l *lock) named(name string) (all []locked) {
	for _, i := range l.byName[name] {
		all = append(all, l.packages[i])
	}
	return all
}

// has reports whether a package of one of some names is locked.
func (l *lock) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return len(l.byName[name]) > 0 })
}

// spec returns how cargo is told which package is meant: by its name, with the version
// where others have the name too.
// https://doc.rust-lang.org/cargo/reference/pkgid-spec.html
func (l *lock) spec(name, version string) string {
	if len(l.named(name)) < 2 {
		return name
	}
	return name + "@" + version
}

// find returns the package that a line of another's dependencies names, nil for none:
// "serde", or "serde 1.0.228" where there are several.
func (l *lock) find(need string) *locked {
	name, rest, _ := strings.Cut(need, " ")
	version, source, _ := strings.Cut(rest, " ")
	for _, i := range l.byName[name] {
		p := &l.packages[i]
		if (version == "" || p.version == version) && (source == "" || p.source != "") { // what is of the context has none
			return p
		}
	}
	return nil
}

// onLocals returns the packages of the context that packages of elsewhere are compiled
// with, and which those are, each as "tokio needs mio": what is put in place of a
// dependency, for the most part. Whatever they need of the context is among them.
func (l *lock) onLocals() (names, why []string) {
	seen := map[*locked]bool{}
	for _, p := range l.packages {
		for _, need := range p.needs {
			if local := l.find(need); p.source != "" && local != nil && local.source == "" {
				l.reach(local, seen)
				why = append(why, fmt.Sprintf("%s needs %s", p.name, local.name))
			}
		}
	}
	return l.marked(seen), why
}

// reach marks a package of the context as seen, and whatever it needs of the context.
func (l *lock) reach(p *locked, seen map[*locked]bool) {
	if p == nil || p.source != "" || seen[p] {
		return
	}
	seen[p] = true
	for _, need := range p.needs {
		l.reach(l.find(need), seen)
	}
}

// needed returns the names of the packages of the context that one of them needs, its own
// among them.
func (l *lock) needed(name string) []string {
	seen := map[*locked]bool{}
	for _, i := range l.byName[name] {
		l.reach(&l.packages[i], seen)
	}
	return l.marked(seen)
}

// marked returns the names of the packages that are seen, in their order.
func (l *lock) marked(seen map[*locked]bool) (names []string) {
	for i := range l.packages {
		if seen[&l.packages[i]] {
			names = append(names, l.packages[i].name)
		}
	}
	return names
}

// missing returns what cargo --locked says of a workspace without a lock.
func missingLock(ws *workspace) (diags diag.List) {
	d := diags.Errorf(ws.src.Line(1), "there is no %s", ws.lockFile())
	d.Rule = "MissingLock"
	d.Hint, d.Missing = "run \"cargo generate-lockfile\" and commit Cargo.lock", ws.lockFile()
	return diags
}

// stale reports what the manifests ask for and the lock does not have: cargo would
// write it anew.
func (l *lock) stale(ws *workspace) (diags diag.List) {
	hint := func(d *diag.Diagnostic) { d.Hint = "run \"cargo update --workspace\" and commit Cargo.lock" }
	for _, c := range ws.crates {
		locals := slices.DeleteFunc(l.named(c.name), func(p locked) bool { return p.source != "" })
		if len(locals) == 0 && !c.member {
			continue // nothing needs it, or it is told of what does
		}
		if !slices.ContainsFunc(locals, func(p locked) bool { return c.version == "" || p.version == c.version }) {
			hint(diags.Errorf(c.root.Get("package").Place(), "%s does not have %s %s", l.file, c.name, c.version))
			continue
		}
		for _, d := range c.dependencies() {
			have := l.named(d.name)
			will := func(p locked) bool { return satisfies(p.version, d.version) }
			switch {
			case (d.dev || d.optional) && !c.member: // all features are those of members
			case len(have) == 0:
				hint(diags.Errorf(d.rng, "%s is asked for, and %s does not have it", d.name, l.file))
			case d.path == "" && !d.elsewhere && !slices.ContainsFunc(have, will):
				hint(diags.Errorf(d.rng, "%s %s is asked for, and %s has %s (%s)",
					d.name, d.version, l.file, have[0].version, have[0].rng.FileLine()))
			}
		}
	}
	return diags
}
