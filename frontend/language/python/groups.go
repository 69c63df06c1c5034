package python

import (
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/toml"
)

// groups returns the names of the extras and groups that are declared.
func (m *manifest) groups() []string {
	var names []string
	for _, r := range m.requirements {
		if r.group != "" && !slices.Contains(names, r.group) {
			names = append(names, r.group)
		}
	}
	for _, n := range slices.Concat(
		m.pyproject.Get("project", "optional-dependencies").Names(), m.pyproject.Get("dependency-groups").Names(),
		m.pyproject.Get("tool", "poetry", "extras").Names(), m.pyproject.Get("tool", "poetry", "group").Names()) {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// readGroups reads dependency groups, and what uv and PDM had before them.
// https://peps.python.org/pep-0735/
func (m *manifest) readGroups(root *toml.Value) {
	for _, groups := range []*toml.Value{root.Get("dependency-groups"), root.Get("tool", "pdm", "dev-dependencies")} {
		for _, name := range groups.Names() {
			m.readGroup(groups, name, name, 0)
		}
	}
	for _, d := range root.Get("tool", "uv", "dev-dependencies").List() {
		m.add(d.Text(), "dev", d.Range)
	}
}

// readGroup adds what a group has, and what the groups that it includes have.
func (m *manifest) readGroup(groups *toml.Value, name, as string, depth int) {
	for _, d := range groups.Get(name).List() {
		if other := d.Get("include-group"); other != nil && depth < 8 {
			m.readGroup(groups, other.Text(), as, depth+1)
		} else if d.Text() != "" {
			m.add(d.Text(), as, d.Range)
		}
	}
}

// groupsOf returns the extras and groups that a spec asks for, and reports those
// that the project does not declare.
func groupsOf(m *manifest, want spec.Texts) (groups []string, diags diag.List) {
	known := m.groups()
	for _, w := range want {
		if slices.Contains(known, w.Value) {
			groups = append(groups, w.Value)
			continue
		}
		d := diags.Errorf(w.Range, "the project declares no extra or group %q", w.Value)
		switch d.Hint = diag.DidYouMean(w.Value, known); {
		case d.Hint == "" && len(known) > 0:
			d.Hint = "it declares " + diag.Quoted(known)
		case d.Hint == "":
			d.Hint = "it declares none: remove this"
		}
	}
	return groups, diags
}

// developmentGroups are the names of groups that a program needs nothing of, by
// convention.
var developmentGroups = append([]string{"docs", "doc", "lint", "linting", "typing", "types", "format", "ci"}, testGroups...)

// withDefaults returns groups with those that a file installs by default, but for
// development.
func withDefaults(groups, defaults []string) []string {
	for _, name := range defaults {
		if !slices.Contains(developmentGroups, name) && !slices.Contains(groups, name) {
			groups = append(groups[:len(groups):len(groups)], name)
		}
	}
	return groups
}

// defaultGroups returns groups with those that uv installs by default, but for
// development. https://docs.astral.sh/uv/concepts/projects/dependencies/#default-groups
func (m *manifest) defaultGroups(groups []string) []string {
	defaults := m.pyproject.Get("tool", "uv", "default-groups")
	if defaults.Text() == "all" {
		return withDefaults(groups, m.pyproject.Get("dependency-groups").Names())
	}
	return withDefaults(groups, texts(defaults))
}

// texts returns the texts of a list.
func texts(list *toml.Value) []string {
	var all []string
	for _, v := range list.List() {
		all = append(all, v.Text())
	}
	return all
}

// testGroups are the names of groups that tests need, by convention.
var testGroups = []string{"dev", "test", "tests", "testing"}
