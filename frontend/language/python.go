package language

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Python puts dependencies into a virtual environment for each platform without
// running anything of it, and the project's source beside it. uv does the
// installing: it is the one installer that picks wheels, and evaluates markers,
// for a platform that it does not run on.
var Python = Language{
	Name:        "python",
	Aliases:     []string{"py", "python3", "cpython"},
	Markers:     pyMarkers,
	Mirrors:     pyMirrors,
	Keys:        []string{"extras"},
	Interpreted: true,
	EndOfLife:   pyEndOfLife,
	Recipe:      pyRecipe,
}

var pyMarkers = []string{"pyproject.toml", "requirements.txt", "setup.py", "Pipfile", "setup.cfg"}

// pyMirrors are the variables of pip and uv about where packages come from.
// https://pip.pypa.io/en/stable/topics/configuration/
// https://docs.astral.sh/uv/reference/environment/
var (
	pipMirrors = []string{"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_TRUSTED_HOST"}
	uvMirrors  = []string{"UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "UV_INDEX_STRATEGY", "UV_INSECURE_HOST", "UV_TORCH_BACKEND"}
	pyMirrors  = slices.Concat(pipMirrors, uvMirrors)
)

const (
	pyUVRelease = "0.13.9"
	pyUVDir     = "/opt/uv"
	pyVenv      = "/opt/venv" // in the builder and in the image
	pyCompiled  = "/opt/compiled"
)

var (
	//go:embed python_fetch.py
	pyFetchScript string
	//go:embed python_compile.py
	pyCompileScript string
	//go:embed python_tree.py
	pyTreeScript string
)

// pyProject is what is known of a Python project when its steps are written.
type pyProject struct {
	*Project
	m       *pyManifest
	lock    *pyLock
	groups  []string
	version pyVersion
	runtime pyRuntime
	entry   *pyEntry
}

func pyRecipe(p *Project, target spec.Platform) (*Recipe, diag.List) {
	m, diags := readPyManifest(p.FS, p.Dir())
	if len(m.files) == 0 && !p.Spec.Entrypoint.IsSet() {
		diags = append(diags, noProject(p, pyMarkers))
	}
	y := &pyProject{Project: p, m: m}
	var more diag.List
	y.groups, more = pyGroups(m, p.Spec.Build.Extras)
	diags.Add(more)
	y.lock, more = pyLockOf(m, y.groups)
	diags.Add(more, y.locals())
	runtimes, more := y.interpreter()
	diags.Add(more)
	wheels, ok := pyWheelsFor(target, y.runtime.libc)
	native, nativeOK := pyWheelsFor(p.Build, pyBuildLibc)
	if !ok || !nativeOK {
		diags.Errorf(p.Spec.Platforms.Range(), "python packages cannot be installed for %s", target).Hint = "build for linux/amd64, linux/arm64 or linux/riscv64"
	}
	if diags.Err() != nil {
		return nil, diags
	}
	y.entry, more = pyEntrypoint(p, m, y.groups)
	diags.Add(more)
	if diags.Err() != nil {
		return nil, diags
	}
	return y.recipe(wheels, native, runtimes), diags
}

// pyBuildLibc is what wheels the toolchain image can load: it is of Debian 13.
const pyBuildLibc = "manylinux_2_40"

// interpreter decides the version, and what runs the program: distroless where
// it has the version, the official slim image of it elsewhere, or what a custom
// runtime has.
func (y *pyProject) interpreter() (runtimes []Runtime, diags diag.List) {
	has := ""
	if y.Runtime != nil {
		wanted, _ := pyVersionOf(y.Project, y.m, "")
		only := ""
		if wanted.pinned {
			only = wanted.minor()
		}
		if y.runtime, has, diags = pyRuntimeOf(y.Project, only); diags.Err() != nil {
			return nil, diags
		}
	}
	y.version, diags = pyVersionOf(y.Project, y.m, has)
	if y.Runtime == nil {
		y.runtime = pyRuntime{"/usr/local/bin/python" + y.version.minor(), pyBuildLibc}
		runtimes = []Runtime{{Ref: pyImage(y.version.minor())}}
		if y.version.minor() == pyDistroless {
			y.runtime.interpreter = "/usr/bin/python" + pyDistroless
			runtimes = []Runtime{{Variant: "python3"}}
		}
	}
	return runtimes, diags
}

// locals reports requirements that are directories and are not in the context.
func (y *pyProject) locals() (diags diag.List) {
	y.lock.locals = slices.DeleteFunc(y.lock.locals, func(l fileText) bool { return l.value == y.Dir() })
	for _, l := range y.lock.locals {
		if !isDir(y.FS, l.value) {
			diags.Errorf(l.rng, "there is no directory %q in the build context", l.value).Missing = l.value
		}
	}
	return diags
}

// recipe puts the steps together. Dependencies are fetched for the target and,
// where commands of the project run, for the build platform too.
func (y *pyProject) recipe(wheels, native pyWheels, runtimes []Runtime) *Recipe {
	tool := y.fetchTool()
	fetches := []*Fetch{tool}
	packages := func(name string, on pyWheels, lock *pyLock, groups []string) *Fetch {
		fetches = append(fetches, y.fetchPackages(name, tool, on, lock, groups))
		return fetches[len(fetches)-1]
	}
	var deps, local *Fetch
	if y.lock.kind != pyNone || y.entry.script != "" {
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
	lock, _ := pyLockOf(y.m, groups) // what is wrong there fails the tests alone
	compile := y.compile(tool, backends)
	if len(y.Spec.Build.Packages) > 0 {
		compile.Platform = wheels.platform // packages are installed for each, so each has its own toolchain
	}
	tests := packages("fetch test dependencies", native, lock, groups)
	return &Recipe{
		Toolchain: pyToolchain(y.Project, y.version),
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

func (y *pyProject) packages() string {
	return path.Join("lib", "python"+y.version.minor(), "site-packages")
}

// files are the scripts of our own that steps run.
func (y *pyProject) files(name, script string) []File {
	return []File{{name, script}, {"tree.py", pyTreeScript}}
}

// pyEnv is the environment of steps that fetch.
var pyEnv = spec.Vars{
	{Name: "PIP_CERT", Value: CABundle},
	{Name: "PIP_DISABLE_PIP_VERSION_CHECK", Value: "1"},
	{Name: "PIP_ROOT_USER_ACTION", Value: "ignore"},
	{Name: "PYTHONHASHSEED", Value: "0"},
	{Name: "SSL_CERT_FILE", Value: CABundle},
	{Name: "UV_CACHE_DIR", Value: pyCaches[0].Path},
	{Name: "UV_PYTHON_DOWNLOADS", Value: "never"},
}

var pyCaches = []Cache{{Name: "uv", Path: "/var/cache/uv"}}

var pySecrets = []Secret{{ID: "netrc", Path: "/root/.netrc"}, {ID: "pip.conf", Path: "/etc/pip.conf"}}

// fetchTool returns the step that gets uv, with the pip that the toolchain has:
// an index that has packages has it too.
func (y *pyProject) fetchTool() *Fetch {
	return &Fetch{
		Step: Step{
			Name:    "fetch uv",
			Args:    []string{"python3", "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--only-binary", ":all:", "--target", pyUVDir, "uv==" + pyUVRelease},
			Env:     pyEnv,
			Dir:     ".",
			Mirrors: pipMirrors,
			Secrets: pySecrets,
		},
		Output: pyUVDir,
	}
}

// fetch returns a step that installs packages into the virtual environment,
// without its manifests; args say which packages.
func (y *pyProject) fetch(name string, tool *Fetch, on pyWheels, args ...string) *Fetch {
	return &Fetch{
		Step: Step{
			Name: name,
			Args: append([]string{"python3", path.Join(FilesDir, "fetch.py"), "--for", on.platform.String(), "--platform", on.name, "--python", y.version.minor()}, args...),
			Env:  pyEnv, Dir: ".", Caches: pyCaches, Files: y.files("fetch.py", pyFetchScript),
			Fetches: refs(tool), Mirrors: pyMirrors, Secrets: pySecrets, Range: y.entry.rng,
		},
		Output: pyVenv,
	}
}

// fetchPackages returns the step that installs what a lock says for a platform.
func (y *pyProject) fetchPackages(name string, tool *Fetch, on pyWheels, lock *pyLock, groups []string) *Fetch {
	f := y.fetch(name, tool, on)
	f.Dir, f.Platform, f.Manifests = y.Dir(), on.platform, lock.manifests
	switch lock.kind {
	case pyUV:
		f.Args = append(f.Args, "--uv-lock")
	case pyListed:
		f.Args = append(f.Args, "--requirements", path.Join(FilesDir, "requirements.txt"))
		f.Files = append(f.Files, File{"requirements.txt", lock.text})
	case pyProjectFile:
		f.Args = append(f.Args, "--requirements", path.Base(lock.source))
	}
	if lock.constraint != "" {
		f.Args = append(f.Args, "--constraints", path.Join(FilesDir, "constraints.txt"))
		f.Files = append(f.Files, File{"constraints.txt", lock.constraint})
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
func (y *pyProject) groupFlags(lock *pyLock, groups []string) []string {
	if lock.kind != pyUV && lock.kind != pyProjectFile {
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
func (y *pyProject) installed() []string {
	var dirs []string
	for _, l := range y.lock.locals {
		dirs = append(dirs, l.value)
	}
	if y.m.packaged {
		dirs = append(dirs, y.Dir())
	}
	return dirs
}

// fetchBackends returns the step that gets what builds the project's packages,
// nil when none is built.
func (y *pyProject) fetchBackends(tool *Fetch, on pyWheels) *Fetch {
	var requires []string
	for _, dir := range y.installed() {
		m, _ := readPyManifest(y.FS, dir)
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

// pyVersionEnv are the variables by which build backends that ask git for a
// version are told one: a build context has no repository.
// https://setuptools-scm.readthedocs.io/en/latest/overrides/
var pyVersionEnv = []struct{ requires, name string }{
	{"setuptools-scm", "SETUPTOOLS_SCM_PRETEND_VERSION"},
	{"hatch-vcs", "SETUPTOOLS_SCM_PRETEND_VERSION"},
	{"pbr", "PBR_VERSION"},
	{"pdm-backend", "PDM_BUILD_SCM_VERSION"},
	{"poetry-dynamic-versioning", "POETRY_DYNAMIC_VERSIONING_BYPASS"},
	{"uv-dynamic-versioning", "UV_DYNAMIC_VERSIONING_BYPASS"},
}

// versionEnv returns the variable for the version of the project's package, ""
// where its files say the version.
func (y *pyProject) versionEnv() string {
	if y.m.pyproject.Get("project", "version") != nil || y.m.pyproject.Get("tool", "poetry", "version").Text() > "0.0.0" {
		return ""
	}
	for _, v := range pyVersionEnv {
		if slices.ContainsFunc(y.m.backend.requires, func(r string) bool { return pyNormal(pyReqName.FindString(r)) == v.requires }) {
			return v.name
		}
	}
	return ""
}

// compile returns the step that puts the project together. Nothing of it is for
// a platform, so all share it.
func (y *pyProject) compile(tool, backends *Fetch) Step {
	args := []string{"python3", path.Join(FilesDir, "compile.py"), "--spec", y.buildFiles()}
	for _, dir := range y.installed() {
		args = append(args, "--install", dir)
	}
	env := spec.Vars{{Name: "PYTHONHASHSEED", Value: "0"}, {Name: "SOURCE_DATE_EPOCH", Value: "315532800"}}
	if backends == nil {
		tool = nil
	} else {
		env = append(env, spec.Vars{{Name: "PATH", Value: pyVenv + "/bin:" + SystemPath}, {Name: "UV_CACHE_DIR", Value: "/tmp/uv"}, {Name: "UV_PYTHON_DOWNLOADS", Value: "never"}}...)
		for _, v := range pyVersionEnv {
			env = env.Set(v.name, "0.0.0")
		}
	}
	return Step{
		Name: "compile " + y.entry.name, Args: args, Env: env, Dir: y.Dir(),
		Files: y.files("compile.py", pyCompileScript), Fetches: refs(tool, backends), Range: y.entry.rng,
	}
}

// buildFiles returns the names of the files beside the source that only the
// build reads.
func (y *pyProject) buildFiles() string {
	names := []string{"stagefront.yaml", "stagefront.yml"}
	if r := y.Spec.Language.Range; !r.IsZero() && !slices.Contains(names, path.Base(r.Source.Name)) {
		names = append(names, path.Base(r.Source.Name))
	}
	return strings.Join(names, ",")
}

// sourcePath returns where the source is imported from on the builder.
func (y *pyProject) sourcePath() string {
	dir := path.Join(SourceDir, y.Dir())
	if isDir(y.FS, path.Join(y.Dir(), "src")) {
		return dir + "/src:" + dir
	}
	return dir
}

// native returns how commands of the project run on the builder.
func (y *pyProject) native(deps *Fetch) Step {
	return Step{
		Env: spec.Vars{
			{Name: "PATH", Value: pyVenv + "/bin:" + SystemPath},
			{Name: "PYTHONDONTWRITEBYTECODE", Value: "1"},
			{Name: "PYTHONHASHSEED", Value: "0"},
			{Name: "PYTHONPATH", Value: y.sourcePath()},
		},
		Dir: y.Dir(), Fetches: refs(deps), Range: y.entry.rng,
	}
}

// test returns the step that runs the project's tests.
func (y *pyProject) test(deps *Fetch) Step {
	s := y.native(deps)
	s.Args, s.Compiled = y.testCommand(), pyCompiled
	s.Env = s.Env.Set("PYTHONPATH", y.sourcePath()+":"+path.Join(pyCompiled, "venv", y.packages()))
	return s
}

// testGroups returns the groups that are installed, and those for tests.
func (y *pyProject) testGroups() []string {
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
func (y *pyProject) testCommand() []string {
	_, pytest := y.m.declares(y.testGroups(), "pytest")
	_, django := y.m.declares(y.groups, "django")
	switch {
	case pytest:
		return []string{"python", "-m", "pytest", "-p", "no:cacheprovider"}
	case django && isFile(y.FS, path.Join(y.Dir(), "manage.py")):
		return []string{"python", "manage.py", "test"}
	case isDir(y.FS, path.Join(y.Dir(), "tests")):
		return []string{"python", "-m", "unittest", "discover", "-s", "tests"}
	}
	return []string{"python", "-m", "unittest", "discover"}
}

// distribution returns the packages that the spec asks for.
func (y *pyProject) distribution(target spec.Platform) *Packages {
	want := y.Spec.Build.Packages
	if len(want) == 0 {
		return nil
	}
	return &Packages{Libraries: want.Values(), Architecture: target.Architecture, Range: want[0].Range}
}

// image returns what goes into the image: the interpreter's place in the
// environment, the dependencies, and the project.
func (y *pyProject) image(deps *Fetch) Image {
	bin := pyVenv + "/bin"
	i := Image{
		Layers: []Layer{{
			Name: "environment",
			Files: []File{{pyVenv + "/pyvenv.cfg", fmt.Sprintf("home = %s\ninclude-system-site-packages = false\nversion = %s\n",
				path.Dir(y.runtime.interpreter), y.version.minor())}},
			Links: []Link{{bin + "/python", y.runtime.interpreter}, {bin + "/python3", "python"}, {bin + "/python" + y.version.minor(), "python"}},
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
		i.Layers = append(i.Layers, Layer{Name: "dependencies", Copies: []Copy{{
			From: FetchRef{deps}, Path: "/", To: pyVenv, Natives: "natives",
			Exclude: []string{"natives", "pyvenv.cfg", "bin/python", "bin/python3", "bin/python" + y.version.minor()},
		}}})
	}
	i.Layers = append(i.Layers, Layer{Name: "project", Copies: []Copy{
		{Path: "app", To: AppDir, Natives: "app.natives"},
		{Path: "venv", To: pyVenv, Natives: "venv.natives"},
	}})
	return i
}

// importPath returns PYTHONPATH: the source first, so that what is started is
// what is seen in it.
func (y *pyProject) importPath() string {
	if d := y.entry.dir; d != "" && d != "." {
		return path.Join(AppDir, d) + ":" + AppDir
	}
	return AppDir
}

func (y *pyProject) decisions() []Decision {
	list := []Decision{
		{"python", y.version.version, y.version.why},
		{"entrypoint", y.entry.name, y.entry.why},
	}
	list = append(list, y.entry.decisions...)
	source := Decision{"dependencies", "none", "nothing declares any"}
	if y.lock.source != "" {
		source = Decision{"dependencies", y.lock.source, "the first of lock files, requirements and project files"}
		if len(y.lock.passedOver) > 0 {
			source.Why += "; passed over " + strings.Join(y.lock.passedOver, ", ")
		}
	}
	list = append(list, source)
	if y.m.packaged {
		list = append(list, Decision{"package", y.m.name + ", installed beside its source", y.m.backend.rng.FileLine()})
		name := y.versionEnv()
		if v, ok := y.Spec.Build.Env.Get(name); ok {
			list = append(list, Decision{"package version", v.Value, v.Range.FileLine()})
		} else if name != "" {
			list = append(list, Decision{"package version", "0.0.0", "the build context has no repository to ask; set " + name + " in \"build.env\""})
		}
	}
	return list
}
