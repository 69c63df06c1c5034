package python

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

// lockfile is what is installed, and which file says so.
type lockfile struct {
	source     string   // the file that is the truth; "" when nothing is declared
	passedOver []string // others that say something of dependencies
	kind       lockKind
	text       string        // of requirements.txt in FilesDir; "" where source is read as it is
	constraint string        // of constraints.txt in FilesDir
	closed     bool          // every package is named with its version: nothing is resolved
	hashed     bool          // every line has hashes
	manifests  []string      // files that say it, and packages' files of the context
	locals     []diag.Text   // directories of the context that are installed from source, without the project's own
	links      []logicalLine // lines for directories of the context that have packages' files
	packages   []locked      // what is taken of indexes, where the lock says more than requirements do
	open       bool          // what is installed, or its files, is known only when it is fetched
	versions   map[string]diag.Text
	tool       string   // what makes the lock: "uv lock"
	indexes    []string // that the project takes for its default one
	own        []string // that the project names beside it
	clones     []clone
}

// lockKind says who reads the truth.
type lockKind string

const (
	noLock      lockKind = ""
	uvLock      lockKind = "uv"           // uv exports requirements from uv.lock
	listed      lockKind = "requirements" // text of ours
	projectFile lockKind = "project"      // the installer reads pyproject.toml itself
	asked       lockKind = "asked"        // the project's build backend says what it needs
)

// lockFiles are the files that can be the truth, the first that is there. A
// requirements file beside a lock is often what a hosting service wanted.
var lockFiles = []struct {
	name, tool string
	read       func(l *lockfile, m *manifest, file string, groups []string) diag.List
}{
	{"uv.lock", "uv lock", readUVLock},
	{"pylock.toml", "", readPylock},
	{"poetry.lock", "poetry lock", readPoetryLock},
	{"pdm.lock", "pdm lock", readPDMLock},
	{"Pipfile.lock", "pipenv lock", readPipfileLock},
}

// lockOf decides which file is the truth about what is installed with the
// given extras and groups.
func lockOf(m *manifest, groups []string) (*lockfile, diag.List) {
	key := strings.Join(append([]string{m.dir}, groups...), "\n")
	return language.Once(m.memo, key, func() (*lockfile, diag.List) { return readLock(m, groups) })
}

func readLock(m *manifest, groups []string) (*lockfile, diag.List) {
	l := &lockfile{manifests: slices.Clone(m.files), versions: map[string]diag.Text{}}
	var diags diag.List
	for _, f := range lockFiles {
		file := findUp(m, f.name)
		switch {
		case file == "":
		case l.source != "":
			l.passedOver = append(l.passedOver, file)
		default:
			l.source, l.tool = file, f.tool
			l.manifests = append(l.manifests, file)
			l.indexes, l.own = m.indexes()
			diags.Add(f.read(l, m, file, groups))
			diags.Add(l.stale(m, groups))
		}
	}
	list, listed := m.list()
	switch {
	case l.source != "":
		if listed {
			l.passedOver = append(l.passedOver, list.file)
		}
		l.manifests = slices.DeleteFunc(l.manifests, isRequirements)
	case listed && !m.declaresInProject():
		diags.Add(l.useRequirements(m, list, groups))
	case len(m.requirements) > 0 || m.dynamic:
		diags.Add(l.useProject(m))
	}
	slices.Sort(l.manifests)
	l.manifests = slices.Clip(slices.Compact(l.manifests))
	l.locals = slices.DeleteFunc(slices.Clone(l.locals), func(t diag.Text) bool { return t.Value == m.dir })
	return l, diags
}

// declaresInProject reports whether pyproject.toml itself lists dependencies,
// and not in files beside it.
func (m *manifest) declaresInProject() bool {
	return len(m.pyproject.Get("project", "dependencies").List()) > 0 || m.pyproject.Get("tool", "poetry", "dependencies") != nil
}

// findUp returns the path of a lock of the project: in its directory, or for
// a member of a workspace further up in the context. "" when there is none.
func findUp(m *manifest, name string) string {
	if file := path.Join(m.dir, name); language.IsFile(m.fsys, file) {
		return file
	}
	if name != "uv.lock" {
		return ""
	}
	for dir := range language.Parents(m.dir) {
		root, _ := m.toml(path.Join(dir, "pyproject.toml"))
		if root.Get("tool", "uv", "workspace") != nil && language.IsFile(m.fsys, path.Join(dir, name)) {
			return path.Join(dir, name)
		}
	}
	return ""
}

// useProject lets the installer read the project's own file.
func (l *lockfile) useProject(m *manifest) (diags diag.List) {
	at := diag.Range{}
	if len(m.requirements) > 0 {
		at = m.requirements[0].rng
	}
	l.open = true
	for _, name := range []string{"pyproject.toml", "setup.py", "setup.cfg"} {
		file := path.Join(m.dir, name)
		if !language.IsFile(m.fsys, file) || name == "pyproject.toml" && m.pyproject.Get("project") == nil {
			continue
		}
		l.source, l.kind = file, projectFile
		if m.dynamic || name != "pyproject.toml" {
			l.kind = asked
		}
		diags.Add(l.localSources(m))
		d := diags.Warnf(at, "the dependencies of %s are not locked, so the next build may install others", file)
		d.Rule, d.Hint, d.Missing = "MissingLock", "run \"uv lock\" and commit uv.lock", path.Join(m.dir, "uv.lock")
		if name != "pyproject.toml" {
			d.Hint = fmt.Sprintf("run \"uv pip compile --generate-hashes -o requirements.txt %s\" and commit requirements.txt", name)
		}
		return diags
	}
	d := diags.Errorf(at, "dependencies are declared and there is no lock file")
	d.Hint, d.Missing = "run \"poetry lock\" or \"pipenv lock\" and commit the result", path.Join(m.dir, "poetry.lock")
	return diags
}

// record notes the version of a package of a lock, if it has one, and returns its name.
func (l *lockfile) record(p *toml.Value) (name string) {
	name = normal(p.Get("name").Text())
	l.versions[name] = diag.Text{Value: p.Get("version").Text(), Range: p.Get("version").Place()}
	return name
}

// hashes returns the hashes of a list of files.
func hashes(files *toml.Value) []string {
	var all []string
	for _, f := range files.List() {
		all = append(all, f.Get("hash").Text())
	}
	return all
}

// fileNames returns the names of a list of files, not nil: locks name them in one of
// several ways.
func fileNames(files ...*toml.Value) []string {
	names := []string{}
	for _, f := range files {
		for _, key := range []string{"filename", "name", "file", "url", "path"} {
			if name := f.Get(key).Text(); name != "" {
				name, _, _ = strings.Cut(name, "#")
				names = append(names, path.Base(name))
				break
			}
		}
	}
	return names
}

// pin adds a package of a lock as a requirement with its hashes and marker, and the
// index that the lock has it from, "" where that is not said.
func (l *lockfile) pin(b *strings.Builder, requirement, marker, index string, hashes []string) {
	b.WriteString(requirement)
	if marker != "" {
		b.WriteString(" ; " + marker)
	}
	if index != "" {
		b.WriteString(" --index=" + anonymous(index))
	}
	for _, h := range hashes {
		b.WriteString(" --hash=" + h)
	}
	if len(hashes) == 0 {
		l.hashed = false
	}
	b.WriteString("\n")
}

// wanted reports whether a package of a lock is in a group that is installed.
func wanted(in *toml.Value, groups []string) bool {
	return slices.ContainsFunc(in.List(), func(g *toml.Value) bool {
		return g.Text() == "default" || g.Text() == "main" || slices.Contains(groups, g.Text())
	})
}
