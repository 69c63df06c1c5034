package python

import (
	_ "embed"
	"path"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

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
