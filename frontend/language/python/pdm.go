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
		if p.Get("git") != nil {
			diags.Add(fromRepository(name, p.Get("git")))
		}
		if in := p.Get("groups"); in != nil && !wanted(in, groups) || len(p.Get("extras").List()) > 0 {
			continue // a package with extras stands in the lock a second time without
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
		l.pin(&b, requirement, p.Get("marker").Text(), hashes(p.Get("files")))
	}
	l.text = b.String()
	return diags
}
