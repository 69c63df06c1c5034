package python

import (
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/toml"
)

// uvLockVersion is the version of uv.lock that our uv reads.
const uvLockVersion = "1"

// readUVLock takes uv.lock for the truth; uv itself exports what it says.
// https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
func readUVLock(l *lockfile, m *manifest, file string, groups []string) diag.List {
	root, diags := m.toml(file)
	if v := root.Get("version"); v != nil && v.Text() != uvLockVersion {
		diags.Errorf(v.Place(), "%s is of version %s, want %s", file, v.Text(), uvLockVersion).Hint = "write it with uv " + uvRelease + ": uvx uv@" + uvRelease + " lock"
	}
	l.kind, l.closed, l.hashed = uvLock, true, true
	l.manifestIn(m, path.Dir(file)) // the workspace's own
	packages := root.Get("package").List()
	needed := uvNeeded(packages, m.name, groups)
	for _, p := range packages {
		name := l.record(p)
		if dir := p.Get("source", "virtual"); dir != nil {
			l.manifestIn(m, path.Join(path.Dir(file), dir.Text()))
		}
		if needed == nil || needed[name] {
			diags.Add(l.uvPackage(m, p, name, path.Dir(file)))
		} else if dir := p.Get("source", "editable"); dir != nil {
			l.manifestIn(m, path.Join(path.Dir(file), dir.Text())) // uv reads all members of a workspace
		}
	}
	return diags
}

// uvPackage takes a package of a uv.lock, whose paths are relative to base.
func (l *lockfile) uvPackage(m *manifest, p *toml.Value, name, base string) (diags diag.List) {
	source := p.Get("source")
	switch {
	case source.Get("git") != nil:
		at := source.Get("git")
		c := uvClone(at.Text())
		c.name, c.rng = name, at.Range
		return l.clone(c)
	case source.Get("virtual") != nil:
		return nil
	case source.Get("path") != nil:
		at := source.Get("path")
		_, diags = l.archive(m, base, at.Text(), name, at.Range)
	case source.Get("registry") != nil && !strings.Contains(source.Get("registry").Text(), "://"):
		at := source.Get("registry")
		files, more := archives(m, base, at.Text(), at.Range)
		l.manifests = append(l.manifests, files...)
		diags.Add(more)
	}
	for _, kind := range []string{"editable", "directory"} {
		if at := source.Get(kind); at != nil {
			return l.directory(m, base, at.Text(), name, at.Range)
		}
	}
	files := fileNames(append(p.Get("wheels").List(), p.Get("sdist"))...)
	if source.Get("url") != nil || source.Get("path") != nil {
		files = fileNames(source)
	}
	l.packages = append(l.packages, locked{name, files})
	return diags
}

// uvNeeded returns the packages of a uv.lock that one of its members needs with some
// extras and groups, on any platform; nil when the lock does not have it.
func uvNeeded(packages []*toml.Value, member string, groups []string) map[string]bool {
	w := uvWalk{byName: map[string][]*toml.Value{}, seen: map[uvStep]bool{}, needed: map[string]bool{}}
	for _, p := range packages {
		name := normal(p.Get("name").Text())
		w.byName[name] = append(w.byName[name], p)
	}
	if w.byName[member] == nil {
		return nil
	}
	w.add(member, groups)
	for _, p := range w.byName[member] {
		for _, g := range groups {
			w.follow(p.Get("dev-dependencies", g))
		}
	}
	for ; len(w.todo) > 0; w.todo = w.todo[1:] {
		step := w.todo[0]
		for _, p := range w.byName[step.name] {
			list := p.Get("dependencies")
			if step.extra != "" {
				list = p.Get("optional-dependencies", step.extra)
			}
			w.follow(list)
		}
	}
	return w.needed
}

// uvWalk follows the dependencies of a uv.lock.
type uvWalk struct {
	byName map[string][]*toml.Value
	seen   map[uvStep]bool
	needed map[string]bool
	todo   []uvStep
}

// uvStep is a package with one of its extras, "" for itself.
type uvStep struct{ name, extra string }

// follow adds what a list of dependencies names.
func (w *uvWalk) follow(list *toml.Value) {
	for _, d := range list.List() {
		var extras []string
		for _, e := range d.Get("extra").List() {
			extras = append(extras, e.Text())
		}
		w.add(normal(d.Get("name").Text()), extras)
	}
}

// add adds a package with extras.
func (w *uvWalk) add(name string, extras []string) {
	w.needed[name] = true
	for _, e := range append([]string{""}, extras...) {
		if step := (uvStep{name, e}); !w.seen[step] {
			w.seen[step] = true
			w.todo = append(w.todo, step)
		}
	}
}
