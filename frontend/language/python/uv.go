package python

import (
	"path"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/toml"
)

// readUVLock takes uv.lock for the truth; uv itself exports what it says.
// https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
func readUVLock(l *lockfile, m *manifest, file string, _ []string) diag.List {
	root, diags := m.toml(file)
	l.kind, l.closed, l.hashed = uvLock, true, true
	l.member(m, path.Dir(file), false, diag.Range{}) // the workspace's own
	packages := root.Get("package").List()
	needed := uvNeeded(packages, m.name)
	for _, p := range packages {
		name := l.record(p)
		if needed != nil && !needed[name] {
			continue
		}
		source := p.Get("source")
		if source.Get("git") != nil {
			diags.Add(fromRepository(name, source.Get("git")))
		}
		for _, kind := range []string{"editable", "virtual", "directory"} {
			if dir := source.Get(kind); dir != nil {
				l.member(m, path.Join(path.Dir(file), dir.Text()), kind != "virtual", dir.Range)
			}
		}
	}
	return diags
}

// uvNeeded returns the packages of a uv.lock that one of its members needs, with
// all extras and groups; nil when the lock does not have it.
func uvNeeded(packages []*toml.Value, member string) map[string]bool {
	byName := map[string]*toml.Value{}
	for _, p := range packages {
		byName[normal(p.Get("name").Text())] = p
	}
	if byName[member] == nil {
		return nil
	}
	needed := map[string]bool{member: true}
	for todo := []string{member}; len(todo) > 0; todo = todo[1:] {
		p := byName[todo[0]]
		lists := []*toml.Value{p.Get("dependencies")}
		for _, kind := range []string{"optional-dependencies", "dev-dependencies"} {
			for _, name := range p.Get(kind).Names() {
				lists = append(lists, p.Get(kind, name))
			}
		}
		for _, list := range lists {
			for _, d := range list.List() {
				if name := normal(d.Get("name").Text()); !needed[name] {
					needed[name] = true
					todo = append(todo, name)
				}
			}
		}
	}
	return needed
}
