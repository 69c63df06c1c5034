package python

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/json"
)

// readPipfile reads a Pipfile. https://github.com/pypa/pipfile
func (m *manifest) readPipfile() diag.List {
	file := path.Join(m.dir, "Pipfile")
	root, diags := m.toml(file)
	if root == nil {
		return diags
	}
	m.pipfile, m.files = root, append(m.files, file)
	for table, group := range map[string]string{"packages": "", "dev-packages": "dev"} {
		deps := root.Get(table)
		for _, name := range deps.Names() {
			m.addPoetry(name, deps.Get(name).Text(), group, deps.Get(name).Range)
		}
	}
	slices.SortStableFunc(m.requirements, func(a, b requirement) int { return strings.Compare(a.group, b.group) })
	return diags
}

// readPipfileLock turns Pipfile.lock into requirements.
func readPipfileLock(l *lockfile, m *manifest, file string, groups []string) diag.List {
	src, err := source(m.fsys, m.memo, file)
	if err != nil {
		var diags diag.List
		diags.Errorf(diag.Range{}, "cannot read %q: %v", file, err)
		return diags
	}
	lock, diags := json.Parse(src)
	l.kind, l.closed, l.hashed, l.open = listed, true, true, true
	sources := m.pipfileSources(lock)
	var b strings.Builder
	for _, section := range []struct{ name, group string }{{"default", ""}, {"develop", "dev"}} {
		if section.group == "" || slices.Contains(groups, section.group) {
			diags.Add(l.pipfileSection(&b, m, lock.Get(section.name), sources))
		}
	}
	l.text = b.String()
	return diags
}

// pipfileSection adds the packages of a section.
func (l *lockfile) pipfileSection(b *strings.Builder, m *manifest, packages *json.Value, sources map[string]string) (diags diag.List) {
	names := packages.Keys()
	slices.Sort(names)
	for _, name := range names {
		p, version := packages.Get(name), packages.Get(name, "version")
		index, known := sources[p.Get("index").Text()]
		switch {
		case !known:
			diags.Errorf(p.Get("index").Place(), "%s comes from the index %q, which %s has no source for", name, p.Get("index").Text(), path.Base(l.source)).Hint = l.refresh()
			continue
		case !slices.ContainsFunc([]string{"version", "git", "file", "path"}, func(key string) bool { return p.Get(key).Text() != "" }):
			diags.Errorf(p.Place(), "%s has %s, and neither a version of it nor a place", path.Base(l.source), name).Hint = l.refresh()
			continue
		}
		l.versions[normal(name)] = diag.Text{Value: strings.TrimPrefix(version.Text(), "=="), Range: p.Place()}
		diags.Add(l.pipfileEntry(b, m, p, normal(name), index))
	}
	return diags
}

// pipfileEntry adds one package of an index, which may be at a URL or a path as well:
// pipenv writes both as "file" or as "path".
func (l *lockfile) pipfileEntry(b *strings.Builder, m *manifest, p *json.Value, name, index string) (diags diag.List) {
	text := func(key string) string { return p.Get(key).Text() }
	var hashes []string
	for _, h := range p.Get("hashes").Texts() {
		hashes = append(hashes, h.Value)
	}
	place := cmp.Or(text("file"), text("path"))
	switch {
	case text("git") != "":
		return l.pinClone(b, clone{name, text("git"), text("ref"), text("subdirectory"), p.Place()}, text("markers"), "")
	case place == "":
		l.pin(b, name+text("version"), text("markers"), index, hashes)
	case !isArchive(place):
		return l.directory(m, m.dir, place, name, p.Place())
	case strings.Contains(place, "://") && !strings.HasPrefix(place, "file:"):
		l.pin(b, name+" @ "+place, text("markers"), "", hashes)
	default:
		place, diags = l.archive(m, m.dir, place, name, p.Place())
		l.pin(b, name+" @ "+place, text("markers"), "", hashes)
	}
	return diags
}

// pipfileSources returns the addresses of sources by their names: those of the lock, as
// pipenv installs it, and of the Pipfile. "" stands for the usual one.
func (m *manifest) pipfileSources(lock *json.Value) map[string]string {
	addresses := map[string]string{}
	for _, s := range m.pipfile.Get("source").List() {
		addresses[s.Get("name").Text()] = s.Get("url").Text()
	}
	if sources := lock.Get("_meta", "sources"); sources != nil {
		for _, s := range sources.Items {
			addresses[s.Get("name").Text()] = s.Get("url").Text()
		}
	}
	addresses[""] = ""
	return addresses
}
