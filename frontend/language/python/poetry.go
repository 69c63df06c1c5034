package python

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/toml"
)

// readPoetry reads Poetry's own tables, which are older than [project].
// https://python-poetry.org/docs/pyproject/
func (m *manifest) readPoetry(p *toml.Value) {
	if p == nil {
		return
	}
	if m.name == "" {
		m.name = normal(p.Get("name").Text())
	}
	m.readPoetryTable(p.Get("dependencies"), "")
	m.readPoetryTable(p.Get("dev-dependencies"), "dev")
	for _, g := range p.Get("group").Names() {
		m.readPoetryTable(p.Get("group", g, "dependencies"), g)
	}
	m.readScripts(p.Get("scripts"))
	m.readPlugins(p.Get("plugins"))
}

func (m *manifest) readPoetryTable(deps *toml.Value, group string) {
	for _, name := range deps.Names() {
		d := deps.Get(name)
		version := d.Text()
		if d.Table != nil {
			version = d.Get("version").Text()
		}
		switch {
		case name == "python":
			if m.requiresPython.Value == "" {
				m.requiresPython = diag.Text{Value: version, Range: d.Range}
			}
		case d.Get("optional").Text() == "true":
			m.addPoetry(name, version, m.extraOf(name), d.Range)
		default:
			m.addPoetry(name, version, group, d.Range)
		}
	}
}

func (m *manifest) addPoetry(name, version, group string, rng diag.Range) {
	m.requirements = append(m.requirements, requirement{normal(name), strings.TrimSpace(name + " " + version), group, rng})
}

// extraOf returns the extra of Poetry that an optional dependency is in; one
// that is in none is never installed, which a name that no one can write says.
func (m *manifest) extraOf(name string) string {
	extras := m.pyproject.Get("tool", "poetry", "extras")
	for _, e := range extras.Names() {
		for _, d := range extras.Get(e).List() {
			if normal(d.Text()) == normal(name) {
				return e
			}
		}
	}
	return "(none)"
}

// readPoetryLock turns poetry.lock into requirements.
func readPoetryLock(l *lockfile, m *manifest, file string, groups []string) diag.List {
	root, diags := m.toml(file)
	l.kind, l.closed, l.hashed = listed, true, true
	packages := root.Get("package").List()
	markers := poetryMarkers(m, packages, groups)
	var b strings.Builder
	for _, p := range packages {
		name := l.record(p)
		marker, used := markers[name]
		if !used {
			continue
		}
		requirement, index := name+"=="+p.Get("version").Text(), ""
		switch source := p.Get("source"); source.Get("type").Text() {
		case "git":
			c := clone{name, source.Get("url").Text(), source.Get("resolved_reference").Text(), source.Get("subdirectory").Text(), source.Get("url").Place()}
			diags.Add(l.pinClone(&b, c, marker, p.Get("version").Text()))
			continue
		case "legacy":
			index = source.Get("url").Text()
		case "directory":
			diags.Add(l.directory(m, m.dir, source.Get("url").Text(), name, source.Get("url").Place()))
			continue
		case "file":
			place, more := l.archive(m, m.dir, source.Get("url").Text(), name, source.Get("url").Place())
			diags.Add(more)
			requirement = name + " @ " + place
		case "url":
			requirement = name + " @ " + source.Get("url").Text()
		}
		before15 := root.Get("metadata", "files", p.Get("name").Text()) // of Poetry
		l.packages = append(l.packages, locked{name, fileNames(append(p.Get("files").List(), before15.List()...)...)})
		l.pin(&b, requirement, marker, index, slices.Concat(hashes(p.Get("files")), hashes(before15)))
	}
	l.text = b.String()
	return diags
}

var extraMarker = regexp.MustCompile(`extra\s*==\s*["']([^"']+)["']`)

// poetryMarkers returns the packages of a poetry.lock that are installed, each
// with its marker. Locks since Poetry 2 say both; in older ones the packages
// are followed from those that the project declares.
func poetryMarkers(m *manifest, packages []*toml.Value, groups []string) map[string]string {
	byName := map[string]*toml.Value{}
	out := map[string]string{}
	modern := false
	for _, p := range packages {
		name := normal(p.Get("name").Text())
		byName[name] = p
		in := p.Get("groups")
		modern = modern || in != nil
		if in == nil || !wanted(in, groups) {
			continue
		}
		marker := p.Get("markers")
		text := marker.Text()
		if marker != nil && marker.Table != nil {
			text = marker.Get("main").Text()
		}
		if e := extraMarker.FindStringSubmatch(text); e != nil {
			if !slices.Contains(groups, e[1]) {
				continue
			}
			text = ""
		}
		out[name] = text
	}
	if modern {
		return out
	}
	w := poetryWalk{packages: byName, ways: map[string][]string{}}
	for _, r := range m.requirements {
		if r.group == "" || slices.Contains(groups, r.group) {
			w.add(r.name, "")
		}
	}
	return w.follow()
}

// poetryWalk follows the dependencies of an old poetry.lock.
type poetryWalk struct {
	packages map[string]*toml.Value
	ways     map[string][]string // by package, the markers with which it is needed
	todo     []poetryStep
}

// poetryStep is a package that is needed where a marker holds, "" for everywhere.
type poetryStep struct{ name, marker string }

// add marks a package as needed where a marker holds. One that is needed in so many
// ways that they cannot be told is needed everywhere.
func (w *poetryWalk) add(name, marker string) {
	ways := w.ways[name]
	if w.packages[name] == nil || slices.Contains(ways, "") || slices.Contains(ways, marker) {
		return
	}
	if len(ways) >= 8 || len(marker) > 2000 {
		marker = ""
	}
	w.ways[name] = append(ways, marker)
	w.todo = append(w.todo, poetryStep{name, marker})
}

// follow returns the marker of every package that is needed.
func (w *poetryWalk) follow() map[string]string {
	for ; len(w.todo) > 0; w.todo = w.todo[1:] {
		deps := w.packages[w.todo[0].name].Get("dependencies")
		for _, d := range deps.Names() {
			for _, way := range waysOf(deps.Get(d)) {
				if way.Get("optional").Text() != "true" {
					w.add(normal(d), both(w.todo[0].marker, way.Get("markers").Text()))
				}
			}
		}
	}
	out := map[string]string{}
	for name, ways := range w.ways {
		out[name] = ways[0]
		switch {
		case slices.Contains(ways, ""):
			out[name] = ""
		case len(ways) > 1:
			out[name] = "(" + strings.Join(ways, ") or (") + ")"
		}
	}
	return out
}

// both returns the marker that holds where two do.
func both(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "", a == b:
		return a
	}
	return "(" + a + ") and (" + b + ")"
}
