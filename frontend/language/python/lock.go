package python

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	version "github.com/aquasecurity/go-pep440-version"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/toml"
)

// lockfile is what is installed, and which file says so.
type lockfile struct {
	source     string   // the file that is the truth; "" when nothing is declared
	passedOver []string // others that say something of dependencies
	kind       lockKind
	text       string // of requirements.txt in FilesDir; "" where source is read as it is
	constraint string // of constraints.txt in FilesDir
	closed     bool   // every package is named with its version: nothing is resolved
	hashed     bool   // every line has hashes
	manifests  []string
	locals     []diag.Text // directories of the context that are installed from source
	versions   map[string]diag.Text
	tool       string // what makes the lock: "uv lock"
}

// lockKind says who reads the truth.
type lockKind string

const (
	noLock      lockKind = ""
	uvLock      lockKind = "uv"           // uv exports requirements from uv.lock
	listed      lockKind = "requirements" // text of ours
	projectFile lockKind = "project"      // the installer reads pyproject.toml or setup.py itself
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
	l.manifests = slices.Compact(l.manifests)
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
	for dir := m.dir; dir != "."; {
		dir = path.Dir(dir)
		root, _, _ := toml.Read(m.fsys, path.Join(dir, "pyproject.toml"))
		if root.Get("tool", "uv", "workspace") != nil && language.IsFile(m.fsys, path.Join(dir, name)) {
			return path.Join(dir, name)
		}
	}
	return ""
}

// useRequirements takes a requirements file for the truth, with those of the groups.
func (l *lockfile) useRequirements(m *manifest, list requirementsFile, groups []string) (diags diag.List) {
	reqs := *list.requirements
	for _, more := range m.lists {
		if slices.Contains(groups, more.group) {
			reqs.lines = slices.Concat(reqs.lines, more.lines)
			reqs.files = slices.Concat(reqs.files, more.files)
			reqs.locals = slices.Concat(reqs.locals, more.locals)
		}
	}
	l.source, l.kind = list.file, listed
	l.hashed = reqs.hashed()
	l.closed = l.hashed
	l.text = joined(reqs.options) + joined(uniqueLines(reqs.lines))
	l.constraint = joined(reqs.constraints)
	l.manifests = append(l.manifests, reqs.files...)
	l.locals = reqs.locals
	if l.hashed || len(reqs.lines) == 0 {
		return diags
	}
	d := diags.Warnf(reqs.lines[0].rng, "not every requirement of %s has a version, so the next build may install others", list.file)
	if reqs.pinned() {
		// Whether they name all that is installed is known only when it is resolved.
		d.Message = fmt.Sprintf("the requirements of %s have no hashes, so the next build may install other versions of what they need", list.file)
	}
	d.Rule, d.Hint = "MissingLock", "lock them: \"uv pip compile --generate-hashes\", or a lock file"
	return diags
}

func joined(lines []logicalLine) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text + "\n")
	}
	return b.String()
}

// uniqueLines drops lines that two files both have.
func uniqueLines(lines []logicalLine) []logicalLine {
	var out []logicalLine
	for _, l := range lines {
		if !slices.ContainsFunc(out, func(o logicalLine) bool { return o.text == l.text }) {
			out = append(out, l)
		}
	}
	return out
}

// useProject lets the installer read the project's own file.
func (l *lockfile) useProject(m *manifest) (diags diag.List) {
	at := diag.Range{}
	if len(m.requirements) > 0 {
		at = m.requirements[0].rng
	}
	for _, name := range []string{"pyproject.toml", "setup.py", "setup.cfg"} {
		file := path.Join(m.dir, name)
		if !language.IsFile(m.fsys, file) || name == "pyproject.toml" && m.pyproject.Get("project") == nil {
			continue
		}
		l.source, l.kind = file, projectFile
		l.manifests = append(l.manifests, setupReads(m)...)
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

var quotedText = regexp.MustCompile(`"([^"\n]+)"|'([^'\n]+)'`)

// setupNames returns the files that setup.py names in texts, whole or by what
// os.path.join puts behind a directory of the project.
func setupNames(m *manifest) (files []string) {
	data, _ := fs.ReadFile(m.fsys, path.Join(m.dir, "setup.py"))
	dirs := append([]string{m.dir}, language.Subdirs(m.fsys, m.dir, 2)...)
	for _, quoted := range quotedText.FindAllStringSubmatch(string(data), -1) {
		for _, dir := range dirs {
			if file := path.Join(dir, quoted[1]+quoted[2]); fs.ValidPath(file) && language.IsFile(m.fsys, file) {
				files = append(files, file)
			}
		}
	}
	return files
}

// setupReads returns the files that a build backend is likely to read when it
// is asked for dependencies: texts beside the project file, versions, and what
// setup.py names.
func setupReads(m *manifest) []string {
	files := setupNames(m)
	for _, pattern := range []string{"*.txt", "*.in", "*.md", "*.rst", "*.cfg", "setup.py", "LICENSE*", "VERSION*", "requirements/*", "*/__init__.py", "*/_version.py", "*/__version__.py", "*/version.py", "src/*/__init__.py"} {
		found, _ := fs.Glob(m.fsys, path.Join(m.dir, pattern))
		files = append(files, slices.DeleteFunc(found, func(f string) bool { return !language.IsFile(m.fsys, f) })...)
	}
	return files
}

// stale reports dependencies that the lock does not have, or in another version
// than the file that it is made from asks for.
func (l *lockfile) stale(m *manifest, groups []string) (diags diag.List) {
	if len(l.versions) == 0 && l.kind != listed {
		return nil
	}
	for _, r := range m.requirements {
		locked := path.Base(r.rng.Source.Name) == lockedFile(l.source)
		if !locked || r.group != "" && !slices.Contains(groups, r.group) || impliedServer(r) || strings.Contains(r.text, ";") {
			continue
		}
		have, ok := l.versions[r.name]
		switch {
		case !ok:
			diags.Errorf(r.rng, "%s is asked for, and %s does not have it", r.name, l.source).Hint = l.refresh()
		case !satisfies(have.Value, r.text):
			diags.Errorf(r.rng, "%s is asked for, and %s has %s (%s)", r.text, path.Base(l.source), have.Value, have.Range.FileLine()).Hint = l.refresh()
		}
	}
	return diags
}

// lockedFile returns the name of the file that a lock is made from.
func lockedFile(lock string) string {
	if path.Base(lock) == "Pipfile.lock" {
		return "Pipfile"
	}
	return "pyproject.toml"
}

func (l *lockfile) refresh() string {
	if l.tool == "" {
		return "write the lock anew and commit it"
	}
	return fmt.Sprintf("run %q and commit %s", l.tool, path.Base(l.source))
}

// satisfies reports whether a version is one of those that a requirement allows,
// as far as it is written the standard way.
// https://peps.python.org/pep-0440/#version-specifiers
func satisfies(have, requirement string) bool {
	rest := requirement[len(requirementName.FindString(requirement)):]
	if i := strings.Index(rest, "]"); i >= 0 {
		rest = rest[i+1:]
	}
	v, err := version.Parse(have)
	set, setErr := version.NewSpecifiers(strings.Trim(strings.TrimSpace(rest), "()"), version.WithPreRelease(true))
	return err != nil || setErr != nil || strings.TrimSpace(rest) == "" || strings.ContainsAny(rest, "^@") || set.Check(v)
}

// readUVLock takes uv.lock for the truth; uv itself exports what it says.
// https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
func readUVLock(l *lockfile, m *manifest, file string, _ []string) diag.List {
	root, _, diags := toml.Read(m.fsys, file)
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

// member adds a package of the context that a lock refers to: its manifest, and
// itself where the project needs it.
func (l *lockfile) member(m *manifest, dir string, installed bool, rng diag.Range) {
	if name := path.Join(dir, "pyproject.toml"); language.IsFile(m.fsys, name) {
		l.manifests = append(l.manifests, name)
	}
	if installed && dir != m.dir && language.IsDir(m.fsys, dir) {
		l.locals = append(l.locals, diag.Text{Value: dir, Range: rng})
	}
}

func fromRepository(name string, at *toml.Value) (diags diag.List) {
	diags.Errorf(at.Range, "%s comes from a repository, which cannot be cloned here", name).Hint = "lock a released version, or a wheel's URL"
	return diags
}

// pylockGroup is how a pylock.toml says that a package is for an extra or a group.
var pylockGroup = regexp.MustCompile(`^["']([^"']+)["'] in (?:extras|dependency_groups)$`)

// readPylock turns pylock.toml into requirements: it names where every file was
// when the lock was made, which whoever builds may have elsewhere.
// https://packaging.python.org/en/latest/specifications/pylock-toml/
func readPylock(l *lockfile, m *manifest, file string, groups []string) diag.List {
	root, _, diags := toml.Read(m.fsys, file)
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

// record notes the version of a package of a lock, and returns its name.
func (l *lockfile) record(p *toml.Value) (name string) {
	name = normal(p.Get("name").Text())
	if v := p.Get("version"); v != nil {
		l.versions[name] = diag.Text{Value: v.Text(), Range: v.Range}
	}
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

// pin adds a package of a lock as a requirement with its hashes and marker.
func (l *lockfile) pin(b *strings.Builder, requirement, marker string, hashes []string) {
	b.WriteString(requirement)
	if marker != "" {
		b.WriteString(" ; " + marker)
	}
	for _, h := range hashes {
		b.WriteString(" --hash=" + h)
	}
	if len(hashes) == 0 {
		l.hashed = false
	}
	b.WriteString("\n")
}

// readPDMLock turns pdm.lock into requirements.
func readPDMLock(l *lockfile, m *manifest, file string, groups []string) diag.List {
	root, _, diags := toml.Read(m.fsys, file)
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
		l.pin(&b, name+"=="+p.Get("version").Text(), p.Get("marker").Text(), hashes(p.Get("files")))
	}
	l.text = b.String()
	return diags
}

// wanted reports whether a package of a lock is in a group that is installed.
func wanted(in *toml.Value, groups []string) bool {
	return slices.ContainsFunc(in.List(), func(g *toml.Value) bool {
		return g.Text() == "default" || g.Text() == "main" || slices.Contains(groups, g.Text())
	})
}

// readPoetryLock turns poetry.lock into requirements.
func readPoetryLock(l *lockfile, m *manifest, file string, groups []string) diag.List {
	root, src, diags := toml.Read(m.fsys, file)
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
		requirement := name + "==" + p.Get("version").Text()
		switch source := p.Get("source"); source.Get("type").Text() {
		case "git":
			diags.Add(fromRepository(name, source.Get("url")))
		case "directory":
			l.member(m, path.Join(m.dir, source.Get("url").Text()), true, source.Get("url").Place())
			continue
		case "url":
			requirement = name + " @ " + source.Get("url").Text()
		}
		before15 := root.Get("metadata", "files", p.Get("name").Text()) // of Poetry
		l.pin(&b, requirement, marker, slices.Concat(hashes(p.Get("files")), hashes(before15)))
	}
	if src != nil {
		l.text = b.String()
	}
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
	w := poetryWalk{byName, out}
	for _, r := range m.requirements {
		if r.group == "" || slices.Contains(groups, r.group) {
			w.follow(r.name, "", 0)
		}
	}
	return out
}

// poetryWalk follows the dependencies of an old poetry.lock.
type poetryWalk struct {
	packages map[string]*toml.Value
	markers  map[string]string
}

// follow marks a package that is needed where marker holds, "" for everywhere.
func (w poetryWalk) follow(name, marker string, depth int) {
	p := w.packages[name]
	known, seen := w.markers[name]
	if p == nil || depth > 50 || seen && (known == "" || known == marker) {
		return
	}
	if seen && marker != "" {
		marker = "(" + known + ") or (" + marker + ")"
	}
	if len(marker) > 2000 {
		marker = "" // needed in so many places that it may be needed everywhere
	}
	w.markers[name] = marker
	deps := p.Get("dependencies")
	for _, d := range deps.Names() {
		for _, way := range poetryWays(deps.Get(d)) {
			if way.Get("optional").Text() == "true" {
				continue
			}
			w.follow(normal(d), both(marker, way.Get("markers").Text()), depth+1)
		}
	}
}

// poetryWays returns the constraints on a dependency, of which a lock may have several.
func poetryWays(d *toml.Value) []*toml.Value {
	if len(d.Items) > 0 {
		return d.Items
	}
	return []*toml.Value{d}
}

// both returns the marker that holds where two do.
func both(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return "(" + a + ") and (" + b + ")"
}

// readPipfileLock turns Pipfile.lock into requirements.
func readPipfileLock(l *lockfile, m *manifest, file string, groups []string) (diags diag.List) {
	data, _ := fs.ReadFile(m.fsys, file)
	src := &diag.Source{Name: file, Data: data, Language: "JSON"}
	var lock map[string]map[string]json.RawMessage
	if err := json.Unmarshal(data, &lock); err != nil {
		diags.Errorf(src.Line(1), "%s cannot be read: %v", file, err)
		return diags
	}
	l.kind, l.closed, l.hashed = listed, true, true
	var b strings.Builder
	for _, section := range []struct{ name, group string }{{"default", ""}, {"develop", "dev"}} {
		if section.group != "" && !slices.Contains(groups, section.group) {
			continue
		}
		diags.Add(l.pipfileSection(&b, src, lock[section.name]))
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
	Path    string
	File    string
}

func (l *lockfile) pipfileSection(b *strings.Builder, src *diag.Source, packages map[string]json.RawMessage) (diags diag.List) {
	var names []string
	for name := range packages {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var p pipfilePackage
		at := src.Line(1 + strings.Count(string(src.Data[:max(0, strings.Index(string(src.Data), `"`+name+`"`))]), "\n"))
		if err := json.Unmarshal(packages[name], &p); err != nil {
			diags.Errorf(at, "%s cannot be read: %v", name, err)
			continue
		}
		normal := normal(name)
		l.versions[normal] = diag.Text{Value: strings.TrimPrefix(p.Version, "=="), Range: at}
		switch {
		case p.Git != "":
			diags.Add(fromRepository(name, &toml.Value{Range: at}))
		case p.Path != "":
			l.locals = append(l.locals, diag.Text{Value: path.Join(path.Dir(src.Name), p.Path), Range: at})
		case p.File != "":
			l.pin(b, normal+" @ "+p.File, p.Markers, p.Hashes)
		default:
			l.pin(b, normal+p.Version, p.Markers, p.Hashes)
		}
	}
	return diags
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
		if d.Hint = diag.DidYouMean(w.Value, known); d.Hint == "" && len(known) > 0 {
			d.Hint = "it declares " + diag.Quoted(known)
		}
	}
	return groups, diags
}

// testGroups are the names of groups that tests need, by convention.
var testGroups = []string{"dev", "test", "tests", "testing"}
