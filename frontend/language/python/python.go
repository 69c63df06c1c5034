// Package python knows Python: what manifests declare and locks pin, what starts a
// project, and which wheels its runtime can load.
package python

import (
	"cmp"
	"embed"
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
	Name:         "python",
	Aliases:      []string{"py", "python3", "cpython"},
	Markers:      markers,
	Mirrors:      mirrors,
	Interpreter:  "python",
	Locales:      true,
	EndOfLife:    endOfLife,
	Contents:     contents,
	Interpreters: interpreters,
	Complaints:   complaints,
	Recipe:       recipe,
	Cause:        cause,
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
	venv        = "/opt/venv"     // in the builder and in the image
	programsDir = "/opt/programs" // ours, with the bytecode of what they import
	bytecodeDir = programsDir + "/bytecode"
	compiledDir = "/opt/compiled"
	libraryDir  = "/opt/library" // where Python's own library is compiled
)

var (
	//go:embed advice.py aside.py ask.py build.py clone.py compile.py fetch.py guard.py indexes.py library.py
	//go:embed native.py prepare.py sdist.py tool.py tree.py wanted.py with_port.py
	programs embed.FS
	//go:embed toolchain.sh
	toolchainScript string
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
	// programs is the step that compiles our programs, and has them for all others.
	programs *language.Fetch
	// library is the step that compiles Python's own library, nil where none does.
	library *language.Fetch
}

func recipe(p *language.Project, target spec.Platform) (*language.Recipe, diag.List) {
	m, diags := manifestOf(p, p.Dir())
	if len(m.files) == 0 && !p.Spec.Entrypoint.IsSet() {
		diags = append(diags, noProject(p))
	}
	y := &project{Project: p, m: m}
	var more diag.List
	y.groups, more = groupsOf(m, p.Spec.Build.Extras)
	diags.Add(more)
	y.groups = m.defaultGroups(y.groups)
	y.lock, more = lockOf(m, y.groups)
	diags.Add(more, y.locals(), m.credentials(y.lock), m.missingProse(), y.clonesBySSH(), y.notBuilt())
	runtimes, more := y.interpreter()
	diags.Add(more)
	wheels, ok := wheelsFor(target, y.runtime.libc)
	native, nativeOK := wheelsFor(p.Host, buildLibc)
	if !ok || !nativeOK {
		diags.Errorf(p.Spec.Platforms.Range(), "python packages cannot be installed for %s", target).Hint = "build for linux/amd64, linux/arm64 or linux/riscv64"
	}
	if diags.Err() != nil {
		return nil, diags
	}
	y.programs, y.library = y.prepare(), y.compileLibrary()
	y.entry, more = findEntrypoint(p, m, y.groups)
	diags.Add(more)
	if diags.Err() != nil {
		return nil, diags
	}
	diags.Add(y.noRepository(), y.unpinned())
	return y.recipe(wheels, native, runtimes), diags
}

// noProject says that there is no project, or that there is one that conda alone reads.
func noProject(p *language.Project) diag.Diagnostic {
	d := language.NoProject(p, markers)
	for _, name := range []string{"environment.yml", "environment.yaml"} {
		if file := path.Join(p.Dir(), name); language.IsFile(p.FS, file) {
			d.Message = fmt.Sprintf("%s lists packages of conda, which are not installed here, and there is no %s", file, language.Alternatives(markers))
			d.Hint = "write what the program needs of Python's own index into requirements.txt or pyproject.toml; libraries of the system go into \"build.packages\""
		}
	}
	return d
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
	s := y.newSteps(native)
	var deps, local *language.Fetch
	if y.lock.kind != noLock || y.entry.script != "" || y.added() != "" {
		deps = s.packages("dependencies", wheels, y.lock, y.groups)
		if wheels == native {
			local = deps
		} else if len(y.Spec.Build.Script) > 0 {
			local = s.packages("dependencies", native, y.lock, y.groups)
		}
	}
	groups := y.testGroups()
	lock, _ := lockOf(y.m, groups) // what is wrong there fails the tests alone
	compile := y.compile(s)
	if compile.Runs.Foreign() && s.compiles(&compile, wheels.platform) {
		compile.Args = append(compile.Args, "--platform", wheels.name)
	}
	if len(y.Spec.Build.Packages) > 0 {
		compile.Platform = wheels.platform // packages are installed for each, so each has its own toolchain
	}
	tests := s.packages("test dependencies", native, lock, groups)
	return &language.Recipe{
		Toolchain: toolchainOf(y.Project, y.version),
		Packages:  y.distribution(wheels.platform),
		Fetches:   s.all,
		Compile:   compile,
		Native:    y.native(local),
		Test:      y.test(tests),
		Image:     y.image(deps),
		Runtimes:  runtimes,
		Decisions: append(y.decisions(), y.compiledDecision(wheels.platform)...),
	}
}

// distribution returns the packages that the spec asks for, and the tools that clone and
// ask repositories.
func (y *project) distribution(target spec.Platform) *language.Packages {
	a, _ := arch.Variant(target.Architecture, target.Variant)
	p := y.Project.Packages(a.Debian.Name)
	tools, at := y.tools()
	tools = append(tools, y.crossCompilers(target)...)
	if len(tools) == 0 {
		return p
	}
	if p == nil {
		host, _ := arch.Variant(y.Host.Architecture, y.Host.Variant) // tools alone are the same for all targets
		p = &language.Packages{Architecture: host.Debian.Name, Range: at}
	}
	p.Names = tools
	return p
}

// tools returns the distribution's packages that fetch runs, and what asks for them.
func (y *project) tools() (names []string, at diag.Range) {
	if y.repository() != "" {
		names, at = []string{"git"}, y.m.backend.rng
	}
	for _, c := range y.lock.clones {
		for _, name := range []string{"git", "openssh-client"} {
			if (name == "git" || c.overSSH()) && !slices.Contains(names, name) {
				names, at = append(names, name), c.rng
			}
		}
	}
	return names, at
}

func (y *project) decisions() []language.Decision {
	list := []language.Decision{
		{Name: "python", Value: y.version.version, Why: y.version.why},
		{Name: "entrypoint", Value: y.entry.name, Why: y.entry.why},
	}
	list = append(list, y.entry.decisions...)
	if dirs := y.importDirs(); len(dirs) > 1 {
		list = append(list, language.Decision{Name: "import path", Value: y.importPath(), Why: "where " + y.entry.name + " and what it imports are"})
	}
	source := language.Decision{Name: "dependencies", Value: "none", Why: "nothing declares any"}
	if y.lock.source != "" {
		source = language.Decision{Name: "dependencies", Value: y.lock.source, Why: "the first of lock files, requirements and project files"}
		if len(y.lock.passedOver) > 0 {
			source.Why += "; passed over " + strings.Join(y.lock.passedOver, ", ")
		}
	}
	list = append(list, source)
	if len(y.groups) > len(y.Spec.Build.Extras) {
		groups := y.groups[len(y.Spec.Build.Extras):]
		list = append(list, language.Decision{Name: "groups", Value: strings.Join(groups, ", "), Why: y.m.pyproject.Get("tool", "uv", "default-groups").Place().FileLine()})
	}
	if y.m.packaged {
		list = append(list, language.Decision{Name: "package", Value: cmp.Or(y.m.name, "the project's own") + ", with its metadata and scripts; its modules are imported from the source", Why: y.m.backend.rng.FileLine()})
		list = append(list, y.versionDecision()...)
	}
	if !y.startsTests() {
		list = append(list, language.Decision{Name: "left out", Value: "tests, locks and files of tools that no module names", Why: "the program does not read them; \"files\" brings what it does"})
	}
	return list
}
