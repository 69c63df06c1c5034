package python

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

// inContext returns the path in the build context of what a file of base refers to
// by a path or a file: URL, as all tools write them. It reports one that leads out.
func inContext(base, value, name string, rng diag.Range) (file string, diags diag.List) {
	value, _, _ = strings.Cut(value, "#")
	value = strings.TrimPrefix(strings.TrimPrefix(value, "file:"), "//")
	file = path.Join(base, value)
	if condaPath.MatchString(value) {
		diags.Errorf(rng, "conda wrote %q, a directory of the machine that it built the package on", value).Hint =
			"write the list anew with versions: pip list --format=freeze > requirements.txt"
		return "", diags
	}
	if path.IsAbs(value) {
		diags.Errorf(rng, "%s is at %q of the machine that the lock was made on, which is not in the build context", name, value).Hint =
			"name it by a path from the project's directory"
		return "", diags
	}
	if file == ".." || strings.HasPrefix(file, "../") {
		diags.Errorf(rng, "%s is at %q, outside of the build context", name, value).Hint =
			"build from the directory that holds both, and write \"project\": the path of this one from there"
		return "", diags
	}
	return file, diags
}

// condaPath matches where conda's packages were built, as "pip freeze" tells of them.
var condaPath = regexp.MustCompile(`^/(croot/|home/conda/|Users/[^/]+/(ana|mini)conda|opt/conda/|private/var/folders/.*/(croot|perseverance)|tmp/(build/|abs_)|work$|[^ ]*/feedstock_root/|[^ ]*/conda-bld/)`)

// archive adds a package's file of the context, which fetch sees then, and returns
// where it is in the step.
func (l *lockfile) archive(m *manifest, base, value, name string, rng diag.Range) (place string, diags diag.List) {
	file, diags := inContext(base, value, name, rng)
	if diags.Err() != nil {
		return "", diags
	}
	if !language.IsFile(m.fsys, file) {
		diags.Errorf(rng, "%s is at %q, and there is no such file in the build context", name, file).Missing = file
		return "", diags
	}
	l.manifests = append(l.manifests, file)
	return "file://" + path.Join(language.SourceDir, file), diags
}

// archives returns the packages' files of a directory, or an error where there is none.
func archives(m *manifest, base, value string, rng diag.Range) (files []string, diags diag.List) {
	dir, diags := inContext(base, value, "what it links to", rng)
	if diags.Err() != nil {
		return nil, diags
	}
	for _, file := range language.Glob(m.fsys, dir, "*") {
		if isArchive(file) && language.IsFile(m.fsys, file) {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		diags.Errorf(rng, "there is no package's file in %q of the build context", dir).Missing = dir
	}
	return files, diags
}

// linkTo has the installer look for packages in a directory of the context.
func (l *lockfile) linkTo(dir string) {
	line := logicalLine{text: "--find-links " + path.Join(language.SourceDir, dir)}
	if !slices.Contains(l.links, line) {
		l.links = append(l.links, line)
	}
}

// directory adds a directory of the context that is installed from its source. One
// that is not in the context is an error, where the project needs it.
func (l *lockfile) directory(m *manifest, base, value, name string, rng diag.Range) diag.List {
	dir, diags := inContext(base, value, name, rng)
	switch {
	case diags.Err() != nil || dir == m.dir:
	case !language.IsDir(m.fsys, dir):
		diags.Errorf(rng, "%s is at %q, and there is no such directory in the build context", name, dir).Missing = dir
	default:
		l.manifestIn(m, dir)
		l.locals = append(l.locals, diag.Text{Value: dir, Range: rng})
	}
	return diags
}

// manifestIn adds the project file of a directory.
func (l *lockfile) manifestIn(m *manifest, dir string) {
	if name := path.Join(dir, "pyproject.toml"); language.IsFile(m.fsys, name) {
		l.manifests = append(l.manifests, name)
	}
}

// localSources lays the packages' files that a project file names into its fetch.
// Directories are known to be installed only where a lock says so.
func (l *lockfile) localSources(m *manifest) (diags diag.List) {
	sources := m.pyproject.Get("tool", "uv", "sources")
	diags.Add(m.workspaceSources())
	for _, name := range sources.Names() {
		for _, way := range waysOf(sources.Get(name)) {
			at := way.Get("path")
			switch {
			case way.Get("git") != nil:
				diags.Errorf(way.Get("git").Range, "%s comes from a repository, and its commit is known from a lock alone", name).Hint = "run \"uv lock\" and commit uv.lock"
			case at == nil:
			case isArchive(at.Text()):
				_, more := l.archive(m, m.dir, at.Text(), name, at.Range)
				diags.Add(more)
			default:
				diags.Errorf(at.Range, "%s is a directory, and what it needs is known from a lock alone", name).Hint = "run \"uv lock\" and commit uv.lock"
			}
		}
	}
	for _, d := range m.pyproject.Get("project", "dependencies").List() {
		if gitRequirement.MatchString(d.Text()) {
			diags.Errorf(d.Range, "%q comes from a repository, and what is installed of it is known from a lock alone", d.Text()).Hint = "run \"uv lock\" and commit uv.lock"
		}
		if name, url, ok := strings.Cut(d.Text(), "@"); ok && strings.HasPrefix(strings.TrimSpace(url), "file:") {
			_, more := l.archive(m, m.dir, strings.TrimSpace(url), strings.TrimSpace(name), d.Range)
			diags.Add(more)
		}
	}
	return diags
}

// workspaceSources reports dependencies that are members of a workspace without a lock:
// what they need is known to nobody. Sources of the workspace count for all members.
func (m *manifest) workspaceSources() (diags diag.List) {
	for dir := range language.Parents(m.dir) {
		root, _ := m.toml(path.Join(dir, "pyproject.toml"))
		for _, name := range root.Get("tool", "uv", "sources").Names() {
			for _, way := range waysOf(root.Get("tool", "uv", "sources", name)) {
				r, declared := m.declares(m.groups(), normal(name))
				if way.Get("workspace").Text() == "true" && declared {
					diags.Errorf(r.rng, "%s is a member of the workspace, and there is no uv.lock that says what it needs", name).Hint = "run \"uv lock\" and commit uv.lock"
				}
			}
		}
	}
	return diags
}

// waysOf returns the tables of a value that is one or a list of them.
func waysOf(v *toml.Value) []*toml.Value {
	if len(v.Items) > 0 {
		return v.Items
	}
	return []*toml.Value{v}
}
