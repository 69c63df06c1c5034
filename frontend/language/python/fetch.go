package python

import (
	"path"
	"slices"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// files are the programs of our own that steps run.
func files(names ...string) []language.File {
	var all []language.File
	for _, name := range names {
		data, err := programs.ReadFile(name)
		if err != nil {
			panic(err) // it is part of us
		}
		all = append(all, language.File{Path: name, Data: string(data)})
	}
	return all
}

// fetchEnv is the environment of steps that fetch. A registry that does not answer is
// given up after half a minute, each of the times that it is asked.
var fetchEnv = spec.Vars{
	{Name: "PIP_CERT", Value: language.CABundle},
	{Name: "PIP_DEFAULT_TIMEOUT", Value: "30"},
	{Name: "PIP_DISABLE_PIP_VERSION_CHECK", Value: "1"},
	{Name: "PIP_RETRIES", Value: "2"},
	{Name: "PIP_ROOT_USER_ACTION", Value: "ignore"},
	{Name: "PYTHONHASHSEED", Value: "0"},
	{Name: "SSL_CERT_FILE", Value: language.CABundle},
	{Name: "UV_CACHE_DIR", Value: caches[0].Path},
	{Name: "UV_HTTP_RETRIES", Value: "2"},
	{Name: "UV_HTTP_TIMEOUT", Value: "30"},
	{Name: "UV_PYTHON_DOWNLOADS", Value: "never"},
}

// caches has what was downloaded, apart for each way to the indexes. Nothing that is
// built is in it: no package's code runs where it can be written to.
var caches = []language.Cache{{Name: "uv-downloads", Path: "/var/cache/uv"}}

var secrets = []language.Secret{{ID: "netrc", Path: "/root/.netrc"}, {ID: "pip.conf", Path: "/etc/pip.conf"}}

// fetchTool returns the step that gets uv, with the pip that the toolchain has:
// an index that has packages has it too.
func (y *project) fetchTool() *language.Fetch {
	return &language.Fetch{
		Step: language.Step{
			Name:    "fetch uv",
			Args:    []string{"python3", path.Join(language.FilesDir, "tool.py"), "install", "--quiet", "--no-deps", "--no-compile", "--only-binary", ":all:", "--target", uvDir, "uv==" + uvRelease},
			Env:     fetchEnv,
			Dir:     ".",
			Files:   files("tool.py", "advice.py"),
			Mirrors: pipMirrors,
			Secrets: secrets,
		},
		Output: uvDir,
	}
}

// prepared are our programs that steps run, and a module that they import as they go.
var prepared = []string{"build", "compile", "fetch", "native"}

// run returns the start of a call of one of our programs.
func run(program string) []string {
	return []string{"python3", "-X", "pycache_prefix=" + bytecodeDir, path.Join(programsDir, program)}
}

// prepare returns the step that compiles our programs and what they import. Each of them
// would do so anew, in a tenth of a second. It ends where the toolchain has another Python
// than the image is to have. Steps have the programs from here: a graph travels with each of
// its solves, and most of it is such files.
func (y *project) prepare() *language.Fetch {
	return &language.Fetch{
		Step: language.Step{
			Name: "prepare the build", Args: append([]string{"python3", path.Join(language.FilesDir, "prepare.py"), y.version.minor(), programsDir, bytecodeDir}, prepared...),
			Env: sealedEnv[:2:2], Dir: ".",
			Files: files("advice.py", "aside.py", "build.py", "clone.py", "compile.py", "fetch.py", "guard.py", "indexes.py", "native.py", "prepare.py", "sdist.py", "tree.py", "wanted.py"),
		},
		Output: programsDir,
		Sealed: true,
	}
}

// compileLibrary returns the step that compiles Python's own library for commands of the
// project. Each would do so anew, which is more than half of what Django's take. It stands
// in the place of the toolchain's, with all that is beside it there: a toolchain of the
// project's own, which may have much, keeps what it has.
func (y *project) compileLibrary() *language.Fetch {
	if y.Spec.Toolchain.IsSet() {
		return nil
	}
	at := "/usr/local/lib/python" + y.version.minor() // in official images; what is given for one may have it elsewhere
	return &language.Fetch{
		Step: language.Step{
			Name: "compile Python's library",
			Args: []string{"python3", path.Join(language.FilesDir, "library.py"), at, libraryDir},
			Env:  sealedEnv[:2:2], Dir: ".", Files: files("library.py"),
		},
		Output: libraryDir,
		Places: []language.Place{{Path: ".", At: at}},
		Sealed: true,
	}
}

// steps are the steps that a recipe refers to.
type steps struct {
	*project
	native         wheelSet
	all            []*language.Fetch
	tool, backends *language.Fetch
	metadata       *language.Fetch // what the project's build backend says, nil where nobody asks it
	headers        *language.Fetch // of the target's Python, nil where nothing is compiled with them
	taken          *language.Fetch // what our own programs need of the toolchain, nil where all of it is used
}

func (s *steps) add(f *language.Fetch) *language.Fetch {
	s.all = append(s.all, f)
	return f
}

// newSteps returns the steps that get tools, and what is asked of the project.
func (y *project) newSteps(native wheelSet) *steps {
	s := &steps{project: y, native: native}
	s.add(y.programs)
	if y.library != nil {
		s.add(y.library)
	}
	if y.Apart && len(y.installed()) == 0 {
		if taken := language.TakeToolchain(y.Project, toolchainScript); taken != nil {
			s.taken = s.add(taken)
		}
	}
	s.tool = s.add(y.fetchTool())
	if requires := y.buildRequires(); len(requires) > 0 {
		s.backends = s.add(y.fetchBackends(s.tool, native, requires))
	}
	if y.lock.kind == asked || y.repository() != "" {
		s.metadata = s.add(y.ask(s.backends))
	}
	return s
}

// packages adds the steps that install what a lock says for a platform, and returns
// the one that has the result.
func (s *steps) packages(what string, on wheelSet, lock *lockfile, groups []string) *language.Fetch {
	f := s.add(s.fetchPackages("fetch "+what, s.tool, on, lock, groups))
	if lock.kind == asked {
		f.Args = append(f.Args, "--metadata", metadataDir)
		f.Fetches = append(f.Fetches, language.Refs(s.metadata)...)
	}
	if !lock.needsSource(on, s.version.minor()) {
		f.Args = append(f.Args, "--wheels")
		return f
	}
	if compiler := s.compiler(on.platform); compiler != "" {
		f.Args = append(f.Args, "--compiler", compiler)
	}
	return s.add(s.build("build "+what, f, on))
}

// fetch returns a step that downloads packages into the virtual environment, without
// its manifests; args say which packages.
func (y *project) fetch(name string, tool *language.Fetch, on wheelSet, args ...string) *language.Fetch {
	return &language.Fetch{
		Step: language.Step{
			Name: name, Args: append(y.command("fetch.py", on), args...),
			Env: fetchEnv, Dir: ".", Caches: caches,
			Fetches: language.Refs(y.programs, tool), Mirrors: mirrors, Secrets: secrets, Range: y.entry.rng,
		},
		Output: venv,
	}
}

// command returns the arguments of one of our programs that is for a platform.
func (y *project) command(program string, on wheelSet) []string {
	return append(run(program), "--for", on.platform.String(), "--platform", on.name, "--python", y.version.minor())
}

// build returns the step that builds what a fetch found to be source alone. It runs
// what packages bring, so it is sealed and has a cache of its own.
func (s *steps) build(name string, fetched *language.Fetch, on wheelSet) *language.Fetch {
	f := &language.Fetch{
		Step: language.Step{
			Name: name, Args: append(s.command("build.py", on), s.checked(venv)...), Runs: language.Dependencies, Platform: fetched.Platform,
			Env: sealedEnv, Dir: ".",
			Fetches: language.Refs(s.programs, s.tool), Range: s.entry.rng,
		},
		Onto: language.FetchRef{Fetch: fetched}, Output: venv, Sealed: true,
	}
	f.Packages = s.compiles(&f.Step, on.platform)
	return f
}

// sealedEnv is the environment of steps that build and have no network.
var sealedEnv = spec.Vars{
	{Name: "PATH", Value: language.SystemPath},
	{Name: "PYTHONHASHSEED", Value: "0"},
	{Name: "SOURCE_DATE_EPOCH", Value: "315532800"},
	{Name: "UV_CACHE_DIR", Value: "/tmp/uv"},
	{Name: "UV_PYTHON_DOWNLOADS", Value: "never"},
}

// fetchPackages returns the step that downloads what a lock says for a platform.
func (y *project) fetchPackages(name string, tool *language.Fetch, on wheelSet, lock *lockfile, groups []string) *language.Fetch {
	f := y.fetch(name, tool, on, y.checked(venv)...)
	f.Platform, f.Said = on.platform, lock.source
	y.sees(f, lock)
	switch lock.kind {
	case uvLock:
		f.Args = append(f.Args, "--uv-lock", path.Join(language.SourceDir, lock.source), "--member", y.m.name)
	case listed:
		f.Args = append(f.Args, "--requirements", path.Join(language.FilesDir, "requirements.txt"))
		f.Files = append(f.Files, language.File{Path: "requirements.txt", Data: lock.text})
	case projectFile:
		f.Args = append(f.Args, "--project", path.Base(lock.source))
	}
	if lock.source != "" {
		f.Args = append(f.Args, "--source", lock.source)
	}
	if more := y.added(); more != "" {
		f.Args = append(f.Args, "--add", more)
	}
	if lock.constraint != "" {
		f.Args = append(f.Args, "--constraints", path.Join(language.FilesDir, "constraints.txt"))
		f.Files = append(f.Files, language.File{Path: "constraints.txt", Data: lock.constraint})
	}
	for _, index := range lock.indexes {
		f.Args = append(f.Args, "--default-index", index)
	}
	for _, index := range lock.own {
		f.Args = append(f.Args, "--own-index", index)
	}
	if len(lock.clones) > 0 {
		f.Packages = true
		f.Env = f.Env[:len(f.Env):len(f.Env)].Set("GIT_SSL_CAINFO", language.CABundle).Set("GIT_TERMINAL_PROMPT", "0")
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
	if lock.kind == noLock || lock.kind == listed {
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

// buildRequires returns what builds the project's packages, and says what it needs.
func (y *project) buildRequires() (requires []string) {
	dirs := y.installed()
	if y.lock.kind == asked && !slices.Contains(dirs, y.Dir()) {
		dirs = append(dirs, y.Dir())
	}
	for _, dir := range dirs {
		m, _ := manifestOf(y.Project, dir)
		if m.backend != nil {
			requires = append(requires, m.backend.requires...)
		} else {
			requires = append(requires, "setuptools>=40.8.0")
		}
	}
	return requires
}

// fetchBackends returns the step that gets what builds the project's packages, as wheels.
func (y *project) fetchBackends(tool *language.Fetch, on wheelSet, requires []string) *language.Fetch {
	var args []string
	for _, r := range requires {
		args = append(args, "--also", r)
	}
	return y.fetch("fetch build backends", tool, on, append(args, "--wheels")...)
}
