package python

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/toml"
)

// pylockGroup is how a pylock.toml says that a package is for an extra or a group.
var pylockGroup = regexp.MustCompile(`^["']([^"']+)["'] in (?:extras|dependency_groups)$`)

// readPylock turns pylock.toml into requirements: it names where every file was
// when the lock was made, which whoever builds may have elsewhere.
// https://packaging.python.org/en/latest/specifications/pylock-toml/
func readPylock(l *lockfile, m *manifest, file string, groups []string) diag.List {
	root, diags := m.toml(file)
	l.kind, l.closed, l.hashed = listed, true, true
	var b strings.Builder
	for _, p := range root.Get("packages").List() {
		name, marker := l.record(p), p.Get("marker").Text()
		if in := pylockGroup.FindStringSubmatch(marker); in != nil {
			if !slices.Contains(groups, in[1]) {
				continue
			}
			marker = ""
		}
		requirement := name + "==" + p.Get("version").Text()
		files := append(p.Get("wheels").List(), p.Get("sdist"))
		switch {
		case p.Get("vcs") != nil:
			diags.Add(fromRepository(name, p.Get("name")))
		case p.Get("directory") != nil:
			l.member(m, path.Join(m.dir, p.Get("directory", "path").Text()), true, p.Get("directory", "path").Place())
			continue
		case p.Get("archive") != nil:
			requirement, files = name+" @ "+p.Get("archive", "url").Text(), []*toml.Value{p.Get("archive")}
		}
		var sums []string
		for _, f := range files {
			if sum := f.Get("hashes", "sha256").Text(); sum != "" {
				sums = append(sums, "sha256:"+sum)
			}
		}
		l.pin(&b, requirement, marker, sums)
	}
	l.text = b.String()
	return diags
}
