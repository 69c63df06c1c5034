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
	groups = withDefaults(groups, texts(root.Get("default-groups")))
	var b strings.Builder
	for _, p := range root.Get("packages").List() {
		name, marker := l.record(p), p.Get("marker").Text()
		if in := pylockGroup.FindStringSubmatch(marker); in != nil {
			if !slices.Contains(groups, in[1]) {
				continue
			}
			marker = ""
		}
		diags.Add(l.pylockPackage(&b, m, p, name, marker))
	}
	l.text = joined(l.links) + b.String()
	return diags
}

// pylockPackage adds a package of a pylock.toml, whose paths are relative to it.
func (l *lockfile) pylockPackage(b *strings.Builder, m *manifest, p *toml.Value, name, marker string) (diags diag.List) {
	requirement := name
	if v := p.Get("version").Text(); v != "" {
		requirement += "==" + v
	}
	files := append(p.Get("wheels").List(), p.Get("sdist"))
	switch {
	case p.Get("vcs", "type").Text() == "git" && p.Get("vcs", "url") != nil:
		vcs := p.Get("vcs")
		c := clone{name, vcs.Get("url").Text(), vcs.Get("commit-id").Text(), vcs.Get("subdirectory").Text(), vcs.Get("url").Place()}
		return l.pinClone(b, c, marker, p.Get("version").Text())
	case p.Get("vcs") != nil:
		diags.Errorf(p.Get("name").Place(), "%s comes from a repository that is none of git, or from a path", name).Hint = "lock a released version"
		return diags
	case p.Get("directory") != nil:
		at := p.Get("directory", "path")
		return l.directory(m, m.dir, at.Text(), name, at.Place())
	case p.Get("archive") != nil:
		files = []*toml.Value{p.Get("archive")}
		requirement, diags = l.pylockFile(m, p.Get("archive"), name)
	default:
		for _, f := range files {
			if at := f.Get("path"); at != nil && f.Get("url") == nil {
				_, more := l.archive(m, m.dir, at.Text(), name, at.Range)
				diags.Add(more)
				l.linkTo(path.Join(m.dir, path.Dir(at.Text())))
			}
		}
	}
	var sums []string
	for _, f := range files {
		if sum := f.Get("hashes", "sha256").Text(); sum != "" {
			sums = append(sums, "sha256:"+sum)
		}
	}
	l.packages = append(l.packages, locked{name, fileNames(files...)})
	l.pin(b, requirement, marker, p.Get("index").Text(), sums)
	return diags
}

// pylockFile returns the requirement for one file, at a URL or in the context.
func (l *lockfile) pylockFile(m *manifest, f *toml.Value, name string) (string, diag.List) {
	if at := f.Get("path"); at != nil && f.Get("url") == nil {
		place, diags := l.archive(m, m.dir, at.Text(), name, at.Range)
		return name + " @ " + place, diags
	}
	return name + " @ " + f.Get("url").Text(), nil
}
