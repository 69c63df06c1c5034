package python

import (
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// readPDMLock turns pdm.lock into requirements.
func readPDMLock(l *lockfile, m *manifest, file string, groups []string) diag.List {
	root, diags := m.toml(file)
	l.kind, l.closed, l.hashed = listed, true, true
	var b strings.Builder
	for _, p := range root.Get("package").List() {
		name := l.record(p)
		if in := p.Get("groups"); in != nil && !wanted(in, groups) || len(p.Get("extras").List()) > 0 {
			continue // a package with extras stands in the lock a second time without
		}
		if at := p.Get("git"); at != nil {
			c := clone{name, at.Text(), p.Get("revision").Text(), p.Get("subdirectory").Text(), at.Range}
			diags.Add(l.pinClone(&b, c, p.Get("marker").Text(), p.Get("version").Text()))
			continue
		}
		requirement := name + "==" + p.Get("version").Text()
		if at := p.Get("url"); at != nil {
			requirement = name + " @ " + at.Text()
		}
		if at := p.Get("path"); at != nil {
			if !isArchive(at.Text()) {
				diags.Add(l.directory(m, m.dir, at.Text(), name, at.Range))
				continue
			}
			place, more := l.archive(m, m.dir, at.Text(), name, at.Range)
			diags.Add(more)
			requirement = name + " @ " + place
		}
		l.packages = append(l.packages, locked{name, fileNames(p.Get("files").List()...)})
		l.pin(&b, requirement, p.Get("marker").Text(), "", hashes(p.Get("files")))
	}
	l.text = m.pdmSources() + b.String()
	return diags
}

// pdmSources returns the indexes of a project as lines of requirements: its lock does not
// say which has a package.
func (m *manifest) pdmSources() string {
	var b strings.Builder
	for _, s := range m.pyproject.Get("tool", "pdm", "source").List() {
		option := "--extra-index-url "
		if s.Get("name").Text() == "pypi" {
			option = "--index-url " // it stands for the default one
		}
		b.WriteString(option + anonymous(s.Get("url").Text()) + "\n")
	}
	return b.String()
}
