// Package python knows Python: what manifests declare and locks pin, what starts a
// project, and which wheels its runtime can load.
package python

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Language puts dependencies into a virtual environment for each platform without
// running anything of it, and the project's source beside it. uv does the
// installing: it is the one installer that picks wheels, and evaluates markers,
// for a platform that it does not run on.
var Language = language.Language{
	Name:        "python",
	Aliases:     []string{"py", "python3", "cpython"},
	Markers:     markers,
	Mirrors:     mirrors,
	Interpreter: "python",
	EndOfLife:   endOfLife,
	Recipe:      recipe,
}

var markers = []string{"pyproject.toml", "requirements.txt", "setup.py", "Pipfile", "setup.cfg"}

// mirrors are the variables of pip and uv about where packages come from.
// https://pip.pypa.io/en/stable/topics/configuration/
// https://docs.astral.sh/uv/reference/environment/
var (
	pipMirrors = []string{"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_TRUSTED_HOST"}
	uvMirrors  = []string{"UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "UV_INDEX_STRATEGY", "UV_INSECURE_HOST", "UV_TORCH_BACKEND"}
	mirrors    = slices.Concat(pipMirrors, uvMirrors)
)

const (
	uvRelease   = "0.13.9"
	uvDir       = "/opt/uv"
	venv        = "/opt/venv" // in the builder and in the image
	compiledDir = "/opt/compiled"
)

var (
	//go:embed fetch.py
	fetchScript string
	//go:embed compile.py
	compileScript string
	//go:embed tree.py
	treeScript string
)

// project is what is known of a Python project when its steps are written.
type project struct {
	*language.Project
	m       *manifest
	lock    *lockfile
	groups  []string
	version release
	runtime interpreter
	entry   *entrypoint
}

func recipe(p *language.Project, target spec.Platform) (*language.Recipe, diag.List) {
	m, diags := manifestOf(p, p.Dir())
	if len(m.files) == 0 && !p.Spec.Entrypoint.IsSet() {
		diags = append(diags, language.NoProject(p, markers))
	}
	y := &project{Project: p, m: m}
	var more diag.List
	y.groups, more = groupsOf(m, p.Spec.Build.Extras)
	diags.Add(more)
	y.lock, more = lockOf(m, y.groups)
	diags.Add(more, y.locals())
	runtimes, more := y.interpreter()
	diags.Add(more)
	wheels, ok := wheelsFor(target, y.runtime.libc)
	native, nativeOK := wheelsFor(p.Build, buildLibc)
	if !ok || !nativeOK {
		diags.Errorf(p.Spec.Platforms.Range(), "python packages cannot be installed for %s", target).Hint = "build for linux/amd64, linux/arm64 or linux/riscv64"
	}
	if diags.Err() != nil {
		return nil, diags
	}
	y.entry, more = findEntrypoint(p, m, y.groups)
	diags.Add(more)
	if diags.Err() != nil {
		return nil, diags
	}
	return y.recipe(wheels, native, runtimes), diags
}

// buildLibc is what wheels the toolchain image can load: it is of Debian 13.
const buildLibc = "manylinux_2_40"

// interpreter decides the version, and what runs the program: distroless where
// it has the version, the official slim image of it elsewhere, or what a custom
// runtime has.
func (y *project) interpreter() (runtimes []language.Runtime, diags diag.List) {
	has := ""
	if y.Runtime != nil {
		wanted, _ := versionOf(y.Project, y.m, "")
		only := ""
		if wanted.pinned {
			only = wanted.minor()
		}
		if y.runtime, has, diags = interpreterOf(y.Project, only); diags.Err() != nil {
			return nil, diags
		}
	}
	y.version, diags = versionOf(y.Project, y.m, has)
	if y.Runtime == nil {
		y.runtime = interpreter{"/usr/local/bin/python" + y.version.minor(), buildLibc}
		runtimes = []language.Runtime{{Ref: imageOf(y.version.minor())}}
		if y.version.minor() == distrolessVersion {
			y.runtime.path = "/usr/bin/python" + distrolessVersion
			runtimes = []language.Runtime{{Variant: "python3"}}
		}
	}
	return runtimes, diags
}

// locals reports requirements that are directories and are not in the context.
func (y *project) locals() (diags diag.List) {
	for _, l := range y.lock.locals {
		if !language.IsDir(y.FS, l.Value) {
			diags.Errorf(l.Range, "there is no directory %q in the build context", l.Value).Missing = l.Value
		}
	}
	return diags
}

// recipe puts the steps together. Dependencies are fetched for the target and,
// where commands of the project run, for the build platform too.
func (y *project) recipe(wheels, native wheelSet, runtimes []language.Runtime) *language.Recipe {
	tool := y.fetchTool()
	fetches := []*language.Fetch{tool}
	packages := func(name string, on wheelSet, lock *lockfile, groups []string) *language.Fetch {
		fetches = append(fetches, y.fetchPackages(name, tool, on, lock, groups))
		return fetches[len(fetches)-1]
	}
	var deps, local *language.Fetch
	if y.lock.kind != noLock || y.entry.script != "" {
		deps = packages("fetch dependencies", wheels, y.lock, y.groups)
		if wheels == native {
			local = deps
		} else if len(y.Spec.Build.Script) > 0 {
			local = packages("fetch dependencies", native, y.lock, y.groups)
		}
	}
	backends := y.fetchBackends(tool, native)
	if backends != nil {
		fetches = append(fetches, backends)
	}
	groups := y.testGroups()
	lock, _ := lockOf(y.m, groups) // what is wrong there fails the tests alone
	compile := y.compile(tool, backends)
	if len(y.Spec.Build.Packages) > 0 {
		compile.Platform = wheels.platform // packages are installed for each, so each has its own toolchain
	}
	tests := packages("fetch test dependencies", native, lock, groups)
	return &language.Recipe{
		Toolchain: toolchainOf(y.Project, y.version),
		Packages:  y.distribution(wheels.platform),
		Fetches:   fetches,
		Compile:   compile,
		Native:    y.native(local),
		Test:      y.test(tests),
		Image:     y.image(deps),
		Runtimes:  runtimes,
		Decisions: y.decisions(),
	}
}

func (y *project) packages() string {
	return path.Join("lib", "python"+y.version.minor(), "site-packages")
}

// files are the scripts of our own that steps run.
func (y *project) files(name, script string) []language.File {
	return []language.File{{Path: name, Data: script}, {Path: "tree.py", Data: treeScript}}
}

// fetchEnv is the environment of steps that fetch.
var fetchEnv = spec.Vars{
	{Name: "PIP_CERT", Value: language.CABundle},
	{Name: "PIP_DISABLE_PIP_VERSION_CHECK", Value: "1"},
	{Name: "PIP_ROOT_USER_ACTION", Value: "ignore"},
	{Name: "PYTHONHASHSEED", Value: "0"},
	{Name: "SSL_CERT_FILE", Value: language.CABundle},
	{Name: "UV_CACHE_DIR", Value: caches[0].Path},
	{Name: "UV_PYTHON_DOWNLOADS", Value: "never"},
}

var caches = []language.Cache{{Name: "uv", Path: "/var/cache/uv"}}

var secrets = []language.Secret{{ID: "netrc", Path: "/root/.netrc"}, {ID: "pip.conf", Path: "/etc/pip.conf"}}

// fetchTool returns the step that gets uv, with the pip that the toolchain has:
// an index that has packages has it too.
func (y *project) fetchTool() *language.Fetch {
	return &language.Fetch{
		Step: language.Step{
			Name:    "fetch uv",
			Args:    []string{"python3", "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--only-binary", ":all:", "--target", uvDir, "uv==" + uvRelease},
			Env:     fetchEnv,
			Dir:     ".",
			Mirrors: pipMirrors,
			Secrets: secrets,
		},
		Output: uvDir,
	}
}

// fetch returns a step that installs packages into the virtual environment,
// without its manifests; args say which packages.
func (y *project) fetch(name string, tool *language.Fetch, on wheelSet, args ...string) *language.Fetch {
	return &language.Fetch{
		Step: language.Step{
			Name: name,
			Args: append([]string{"python3", path.Join(language.FilesDir, "fetch.py"), "--for", on.platform.String(), "--platform", on.name, "--python", y.version.minor()}, args...),
			Env:  fetchEnv, Dir: ".", Caches: caches, Files: y.files("fetch.py", fetchScript),
			Fetches: language.Refs(tool), Mirrors: mirrors, Secrets: secrets, Range: y.entry.rng,
		},
		Output: venv,
	}
}

// fetchPackages returns the step that installs what a lock says for a platform.
func (y *project) fetchPackages(name string, tool *language.Fetch, on wheelSet, lock *lockfile, groups []string) *language.Fetch {
	f := y.fetch(name, tool, on)
	f.Dir, f.Platform, f.Manifests = y.Dir(), on.platform, lock.manifests
	switch lock.kind {
	case uvLock:
		f.Args = append(f.Args, "--uv-lock")
	case listed:
		f.Args = append(f.Args, "--requirements", path.Join(language.FilesDir, "requirements.txt"))
		f.Files = append(f.Files, language.File{Path: "requirements.txt", Data: lock.text})
	case projectFile:
		f.Args = append(f.Args, "--requirements", path.Base(lock.source))
	}
	if lock.constraint != "" {
		f.Args = append(f.Args, "--constraints", path.Join(language.FilesDir, "constraints.txt"))
		f.Files = append(f.Files, language.File{Path: "constraints.txt", Data: lock.constraint})
	}
	f.Args = append(f.Args, y.groupFlags(lock, groups)...)
	if lock.closed {
		f.Args = append(f.Args, "--closed")
	}
	if lock.hashed {
		f.Args = append(f.Args, "--hashed")
	}
	return f
}

// groupFlags returns the flags for extras and groups where the installer reads
// the project's own file or lock.
func (y *project) groupFlags(lock *lockfile, groups []string) []string {
	if lock.kind != uvLock && lock.kind != projectFile {
		return nil
	}
	var flags []string
	for _, g := range groups {
		switch {
		case y.m.pyproject.Get("project", "optional-dependencies", g) != nil:
			flags = append(flags, "--extra", g)
		case y.m.pyproject.Get("dependency-groups", g) != nil, g == "dev" && y.m.pyproject.Get("tool", "uv", "dev-dependencies") != nil:
			flags = append(flags, "--group", g)
		}
	}
	return flags
}

// installed returns the directories whose packages are installed from source.
func (y *project) installed() []string {
	var dirs []string
	for _, l := range y.lock.locals {
		dirs = append(dirs, l.Value)
	}
	if y.m.packaged {
		dirs = append(dirs, y.Dir())
	}
	return dirs
}

// fetchBackends returns the step that gets what builds the project's packages,
// nil when none is built.
func (y *project) fetchBackends(tool *language.Fetch, on wheelSet) *language.Fetch {
	var requires []string
	for _, dir := range y.installed() {
		m, _ := manifestOf(y.Project, dir)
		if m.backend != nil {
			requires = append(requires, m.backend.requires...)
		} else {
			requires = append(requires, "setuptools>=40.8.0")
		}
	}
	if len(requires) == 0 {
		return nil
	}
	var args []string
	for _, r := range requires {
		args = append(args, "--also", r)
	}
	return y.fetch("fetch build backends", tool, on, args...)
}

// versionVariables are the variables by which build backends that ask git for a
// version are told one: a build context has no repository.
// https://setuptools-scm.readthedocs.io/en/latest/overrides/
var versionVariables = []struct{ requires, name string }{
	{"setuptools-scm", "SETUPTOOLS_SCM_PRETEND_VERSION"},
	{"hatch-vcs", "SETUPTOOLS_SCM_PRETEND_VERSION"},
	{"pbr", "PBR_VERSION"},
	{"pdm-backend", "PDM_BUILD_SCM_VERSION"},
	{"poetry-dynamic-versioning", "POETRY_DYNAMIC_VERSIONING_BYPASS"},
	{"uv-dynamic-versioning", "UV_DYNAMIC_VERSIONING_BYPASS"},
}

// versionEnv returns the variable for the version of the project's package, ""
// where its files say the version.
func (y *project) versionEnv() string {
	if y.m.pyproject.Get("project", "version") != nil || y.m.pyproject.Get("tool", "poetry", "version").Text() > "0.0.0" {
		return ""
	}
	for _, v := range versionVariables {
		if slices.ContainsFunc(y.m.backend.requires, func(r string) bool { return normal(requirementName.FindString(r)) == v.requires }) {
			return v.name
		}
	}
	return ""
}

// compile returns the step that puts the project together. Nothing of it is for
// a platform, so all share it.
func (y *project) compile(tool, backends *language.Fetch) language.Step {
	args := []string{"python3", path.Join(language.FilesDir, "compile.py"), "--spec", y.buildFiles()}
	for _, dir := range y.installed() {
		args = append(args, "--install", dir)
	}
	env := spec.Vars{{Name: "PYTHONHASHSEED", Value: "0"}, {Name: "SOURCE_DATE_EPOCH", Value: "315532800"}}
	if backends == nil {
		tool = nil
	} else {
		env = append(env, spec.Vars{{Name: "PATH", Value: venv + "/bin:" + language.SystemPath}, {Name: "UV_CACHE_DIR", Value: "/tmp/uv"}, {Name: "UV_PYTHON_DOWNLOADS", Value: "never"}}...)
		for _, v := range versionVariables {
			env = env.Set(v.name, "0.0.0")
		}
	}
	return language.Step{
		Name: "compile " + y.entry.name, Args: args, Env: env, Dir: y.Dir(),
		Files: y.files("compile.py", compileScript), Fetches: language.Refs(tool, backends), Range: y.entry.rng,
	}
}

// buildFiles returns the names of the files beside the source that only the
// build reads.
func (y *project) buildFiles() string {
	names := []string{"stagefront.yaml", "stagefront.yml"}
	if r := y.Spec.Language.Range; !r.IsZero() && !slices.Contains(names, path.Base(r.Source.Name)) {
		names = append(names, path.Base(r.Source.Name))
	}
	return strings.Join(names, ",")
}

// sourcePath returns where the source is imported from on the builder.
func (y *project) sourcePath() string {
	dir := path.Join(language.SourceDir, y.Dir())
	if language.IsDir(y.FS, path.Join(y.Dir(), "src")) {
		return dir + "/src:" + dir
	}
	return dir
}

// native returns how commands of the project run on the builder.
func (y *project) native(deps *language.Fetch) language.Step {
	return language.Step{
		Env: spec.Vars{
			{Name: "PATH", Value: venv + "/bin:" + language.SystemPath},
			{Name: "PYTHONDONTWRITEBYTECODE", Value: "1"},
			{Name: "PYTHONHASHSEED", Value: "0"},
			{Name: "PYTHONPATH", Value: y.sourcePath()},
		},
		Dir: y.Dir(), Fetches: language.Refs(deps), Range: y.entry.rng,
	}
}

// test returns the step that runs the project's tests.
func (y *project) test(deps *language.Fetch) language.Step {
	s := y.native(deps)
	s.Args, s.Compiled = y.testCommand(), compiledDir
	s.Env = s.Env.Set("PYTHONPATH", y.sourcePath()+":"+path.Join(compiledDir, "venv", y.packages()))
	return s
}

// testGroups returns the groups that are installed, and those for tests.
func (y *project) testGroups() []string {
	groups := slices.Clone(y.groups)
	for _, g := range y.m.groups() {
		if slices.Contains(testGroups, g) && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	return groups
}

// testCommand returns pytest where the project declares it, Django's own for
// its projects, and the standard library's elsewhere.
func (y *project) testCommand() []string {
	_, pytest := y.m.declares(y.testGroups(), "pytest")
	_, django := y.m.declares(y.groups, "django")
	switch {
	case pytest:
		return []string{"python", "-m", "pytest", "-p", "no:cacheprovider"}
	case django && language.IsFile(y.FS, path.Join(y.Dir(), "manage.py")):
		return []string{"python", "manage.py", "test"}
	case language.IsDir(y.FS, path.Join(y.Dir(), "tests")):
		return []string{"python", "-m", "unittest", "discover", "-s", "tests"}
	}
	return []string{"python", "-m", "unittest", "discover"}
}

// distribution returns the packages that the spec asks for.
func (y *project) distribution(target spec.Platform) *language.Packages {
	want := y.Spec.Build.Packages
	if len(want) == 0 {
		return nil
	}
	a, _ := arch.Variant(target.Architecture, target.Variant)
	return &language.Packages{Libraries: want.Values(), Architecture: a.Debian.Name, Range: want[0].Range}
}

// image returns what goes into the image: the interpreter's place in the
// environment, the dependencies, and the project.
func (y *project) image(deps *language.Fetch) language.Image {
	bin := venv + "/bin"
	i := language.Image{
		Layers: []language.Layer{{
			Name: "environment",
			Files: []language.File{{Path: venv + "/pyvenv.cfg", Data: fmt.Sprintf("home = %s\ninclude-system-site-packages = false\nversion = %s\n",
				path.Dir(y.runtime.path), y.version.minor())}},
			Links: []language.Link{{Path: bin + "/python", To: y.runtime.path}, {Path: bin + "/python3", To: "python"}, {Path: bin + "/python" + y.version.minor(), To: "python"}},
		}},
		Path: []string{bin},
		Env: append(spec.Vars{
			{Name: "PYTHONDONTWRITEBYTECODE", Value: "1"},
			{Name: "PYTHONPATH", Value: y.importPath()},
			{Name: "PYTHONUNBUFFERED", Value: "1"},
		}, y.entry.env...),
		Entrypoint: append([]string{bin + "/python"}, y.entry.args...),
	}
	if y.entry.script != "" {
		i.Entrypoint = []string{path.Join(bin, y.entry.script)}
	}
	if deps != nil {
		i.Layers = append(i.Layers, language.Layer{Name: "dependencies", Copies: []language.Copy{{
			From: language.FromFetch(deps), Path: "/", To: venv, Natives: "natives",
			Exclude: []string{"natives", "pyvenv.cfg", "bin/python", "bin/python3", "bin/python" + y.version.minor()},
		}}})
	}
	i.Layers = append(i.Layers, language.Layer{Name: "project", Copies: []language.Copy{
		{Path: "app", To: language.AppDir, Natives: "app.natives"},
		{Path: "venv", To: venv, Natives: "venv.natives"},
	}})
	return i
}

// importPath returns PYTHONPATH: the source first, so that what is started is
// what is seen in it.
func (y *project) importPath() string {
	if d := y.entry.dir; d != "" && d != "." {
		return path.Join(language.AppDir, d) + ":" + language.AppDir
	}
	return language.AppDir
}

func (y *project) decisions() []language.Decision {
	list := []language.Decision{
		{Name: "python", Value: y.version.version, Why: y.version.why},
		{Name: "entrypoint", Value: y.entry.name, Why: y.entry.why},
	}
	list = append(list, y.entry.decisions...)
	source := language.Decision{Name: "dependencies", Value: "none", Why: "nothing declares any"}
	if y.lock.source != "" {
		source = language.Decision{Name: "dependencies", Value: y.lock.source, Why: "the first of lock files, requirements and project files"}
		if len(y.lock.passedOver) > 0 {
			source.Why += "; passed over " + strings.Join(y.lock.passedOver, ", ")
		}
	}
	list = append(list, source)
	if y.m.packaged {
		list = append(list, language.Decision{Name: "package", Value: y.m.name + ", installed beside its source", Why: y.m.backend.rng.FileLine()})
		name := y.versionEnv()
		if v, ok := y.Spec.Build.Env.Get(name); ok {
			list = append(list, language.Decision{Name: "package version", Value: v.Value, Why: v.Range.FileLine()})
		} else if name != "" {
			list = append(list, language.Decision{Name: "package version", Value: "0.0.0", Why: "the build context has no repository to ask; set " + name + " in \"build.env\""})
		}
	}
	return list
}
