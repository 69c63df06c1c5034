package python

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
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
func readPipfileLock(l *lockfile, m *manifest, file string, groups []string) (diags diag.List) {
	src, err := source(m.fsys, m.memo, file)
	if err != nil {
		diags.Errorf(diag.Range{}, "cannot read %q: %v", file, err)
		return diags
	}
	var lock map[string]map[string]json.RawMessage
	if err := json.Unmarshal(src.Data, &lock); err != nil {
		diags.Errorf(src.Line(1), "%s cannot be read: %v", file, err)
		return diags
	}
	l.kind, l.closed, l.hashed, l.open = listed, true, true, true
	places := entryPlaces(src)
	var b strings.Builder
	for _, section := range []struct{ name, group string }{{"default", ""}, {"develop", "dev"}} {
		if section.group != "" && !slices.Contains(groups, section.group) {
			continue
		}
		diags.Add(l.pipfileSection(&b, m, lock[section.name], places[section.name]))
	}
	l.text = b.String()
	return diags
}

// pipfilePackage is an entry of a Pipfile.lock.
type pipfilePackage struct {
	Version string
	Hashes  []string
	Markers string
	Extras  []string
	Git     string
	Ref     string
	Below   string `json:"subdirectory"`
	Index   string // the name of a source
	Path    string
	File    string
}

// pipfileSection adds the packages of a section, whose entries are at places.
func (l *lockfile) pipfileSection(
	b *strings.Builder, m *manifest, packages map[string]json.RawMessage, places map[string]diag.Range,
) (diags diag.List) {
	var names []string
	for name := range packages {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var p pipfilePackage
		at := places[name]
		if err := json.Unmarshal(packages[name], &p); err != nil {
			diags.Errorf(at, "%s cannot be read: %v", name, err)
			continue
		}
		normal := normal(name)
		l.versions[normal] = diag.Text{Value: strings.TrimPrefix(p.Version, "=="), Range: at}
		diags.Add(l.pipfileEntry(b, m, p, normal, at))
	}
	return diags
}

// pipfileEntry adds one package, which may be at a URL or a path: pipenv writes both
// as "file" or as "path".
func (l *lockfile) pipfileEntry(b *strings.Builder, m *manifest, p pipfilePackage, name string, at diag.Range) (diags diag.List) {
	place := cmp.Or(p.File, p.Path)
	switch {
	case p.Git != "":
		return l.pinClone(b, clone{name, p.Git, p.Ref, p.Below, at}, p.Markers, "")
	case place == "":
		l.pin(b, name+p.Version, p.Markers, m.pipfileSource(p.Index), p.Hashes)
	case !isArchive(place):
		return l.directory(m, m.dir, place, name, at)
	case strings.Contains(place, "://") && !strings.HasPrefix(place, "file:"):
		l.pin(b, name+" @ "+place, p.Markers, "", p.Hashes)
	default:
		place, diags = l.archive(m, m.dir, place, name, at)
		l.pin(b, name+" @ "+place, p.Markers, "", p.Hashes)
	}
	return diags
}

// pipfileSource returns the address of a source of the Pipfile, "" for no name.
func (m *manifest) pipfileSource(name string) string {
	for _, s := range m.pipfile.Get("source").List() {
		if name != "" && s.Get("name").Text() == name {
			return s.Get("url").Text()
		}
	}
	return ""
}

// entryPlaces returns the lines of the keys in the sections of a Pipfile.lock,
// which has been read as JSON before.
func entryPlaces(src *diag.Source) map[string]map[string]diag.Range {
	places := map[string]map[string]diag.Range{}
	d := json.NewDecoder(bytes.NewReader(src.Data))
	object := func(each func(key string)) {
		if open, _ := d.Token(); open != json.Delim('{') {
			return // null, which stands for an empty one
		}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return
			}
			each(key.(string))
		}
		_, _ = d.Token() // }
	}
	object(func(section string) {
		places[section] = map[string]diag.Range{}
		object(func(name string) {
			places[section][name] = src.LineAt(int(d.InputOffset()) - 1)
			var skipped json.RawMessage
			_ = d.Decode(&skipped)
		})
	})
	return places
}
