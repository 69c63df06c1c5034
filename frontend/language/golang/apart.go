package golang

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Where the steps of what is compiled apart leave their results.
const (
	listDir    = "/opt/go-list" // the names of packages
	libraryDir = "/opt/go-library"
	apartDir   = "/opt/go-build"
)

// apartCache is the compiler's cache of builds that take over what was compiled apart.
// Whoever writes to the cache in a registry decides what that is, so it serves them alone.
var apartCache = language.Cache{Name: "go-build-apart", Path: caches[0].Path}

var (
	//go:embed list.sh
	listScript string
	//go:embed apart.sh
	apartScript string
	//go:embed seed.sh
	seedScript string
	//go:embed toolchain.sh
	toolchainScript string
)

// apart returns the steps that compile what the program imports of others: packages of
// Go's library, and of modules. What each compiles is all that is imported in the end,
// which a step lists when imports or modules have changed: an edit repeats the others only
// where it adds something to that. The compile step begins with what they leave, and all
// of them run on what was taken of the toolchain. Where it cannot be done there are none,
// and the decision says why.
func apart(p *language.Project, e *entrypoint, g platform, compile *language.Step) ([]*language.Fetch, language.Decision) {
	told := language.Decision{Name: "dependencies", Value: "compiled with the program", Why: together(p, e)}
	if told.Why != "" {
		return nil, told
	}
	told.Value, told.Why = "compiled apart", "so that a cache carries them"
	taken := language.TakeToolchain(p, toolchainScript)
	compile.Fetches = slices.Concat(language.Refs(taken), compile.Fetches)
	list := listing(p, e, outside(p, e, g), *compile)
	library := compiling(p, e, *compile, "compile Go's library for "+e.name, language.FetchRef{Fetch: list, Part: "library"})
	library.Output, library.Dir, library.Env = libraryDir, ".", library.Env.Set("GOCACHE", libraryDir).Set("GOWORK", "off")
	library.Fetches = append(library.Fetches, language.Refs(taken)...)
	modules := compiling(p, e, *compile, "compile what "+e.name+" imports", language.FetchRef{Fetch: list, Part: "modules"})
	modules.Manifests, modules.Dir, modules.Env = list.Manifests, e.dir, modules.Env.Set("LIBRARY", libraryDir)
	modules.Fetches = slices.Concat(compile.Fetches, modules.Fetches, language.Refs(library))
	takeOver(compile, library, modules)
	steps := []*language.Fetch{list, library, modules}
	if taken != nil {
		steps = slices.Insert(steps, 0, taken)
	}
	return steps, told
}

// listing returns the step that lists all that packages import.
func listing(p *language.Project, e *entrypoint, packages []string, compile language.Step) *language.Fetch {
	step := language.Step{
		Name: "list what " + e.name + " imports",
		Args: slices.Concat([]string{"go", "list", "-e", "-deps", "-f={{if .Standard}}library{{else}}modules{{end}} {{.ImportPath}}"},
			tagFlags(p.Spec), p.Spec.Build.Flags.Values()),
		Env:      apartEnvironment(p.Spec, compile.Env).Set("GOCACHE", "/tmp/go-build"),
		Dir:      e.dir,
		Platform: compile.Platform,
		Fetches:  compile.Fetches,
		Range:    e.rng,
		Files:    []language.File{{Path: "packages", Data: strings.Join(packages, "\n") + "\n"}},
	}
	through(&step, "list.sh", listScript, path.Join(language.FilesDir, "packages"), listDir)
	through(&step, "inputs.sh", inputsScript, language.SourceDir)
	manifests, _ := e.workspace.manifests(p.FS)
	if e.workspace.vendored(p.FS) {
		manifests = append(manifests, path.Join(e.workspace.dir, "vendor"))
	}
	return &language.Fetch{Step: step, Manifests: manifests, Output: listDir, Sealed: true}
}

// compiling returns a step that compiles the packages of a list.
func compiling(p *language.Project, e *entrypoint, compile language.Step, name string, list language.FetchRef) *language.Fetch {
	step := language.Step{
		Name:     name,
		Args:     slices.Concat([]string{"go", "list", "-e", "-deps", "-export", "-f={{\"\"}}", "-trimpath"}, tagFlags(p.Spec), p.Spec.Build.Flags.Values()),
		Env:      apartEnvironment(p.Spec, compile.Env),
		Caches:   []language.Cache{apartCache},
		Platform: compile.Platform,
		Fetches:  []language.FetchRef{list},
		Range:    e.rng,
	}
	through(&step, "apart.sh", apartScript, path.Join(listDir, "packages"))
	useIndex(&step)
	through(&step, "inputs.sh", inputsScript, language.SourceDir)
	return &language.Fetch{Step: step, Output: apartDir, Sealed: true}
}

// together returns why dependencies are compiled with the program, "" where they can be
// compiled apart.
func together(p *language.Project, e *entrypoint) string {
	profile := path.Join(e.dir, e.pkg, "default.pgo")
	switch {
	case p.Spec.Build.Cgo.Or(false), enablesCgo(p.Spec):
		return "cgo"
	case linksOutside(p.Spec):
		return "flags that have a C compiler link"
	case runsForeign(p.Spec):
		return "flags that may run programs of the project"
	case slices.ContainsFunc(goFlags(p.Spec), ofProject):
		return "flags that name files of the project"
	case language.IsFile(p.FS, profile):
		return profile + ", by which all are compiled"
	}
	return ""
}

// ofProject reports whether a flag is about files that are not seen apart.
func ofProject(flag string) bool {
	name, _, _ := cutFlag(flag)
	return readsMore(flag) || namesPaths(flag) || name == "modfile" || name == "pgo"
}

// enablesCgo reports whether the environment has cgo compile after all.
func enablesCgo(s *spec.Spec) bool {
	enabled, set := s.Build.Env.Get("CGO_ENABLED")
	return set && enabled.Value != "0"
}

// linksOutside reports whether flags say how the program is linked: it may be by the linker
// of a C compiler, also without cgo.
func linksOutside(s *spec.Spec) bool {
	return slices.ContainsFunc(slices.Concat(goFlags(s), s.Build.Ldflags.Items.Values()), func(words string) bool {
		return strings.Contains(words, "linkmode")
	})
}

// apartEnvironment returns the environment of compile without what is the program's alone.
func apartEnvironment(s *spec.Spec, env spec.Vars) spec.Vars {
	for _, x := range s.Build.Env {
		if name := x.Name.Value; name == "GOFLAGS" || slices.Contains(harmless, name) {
			env = env.Set(name, x.Value.Value)
		}
	}
	return env.Set("GOCACHE", apartDir).Set("KEPT", apartCache.Path)
}

// takeOver has a step begin with what was compiled apart.
func takeOver(step *language.Step, library, modules *language.Fetch) {
	step.Caches = []language.Cache{apartCache}
	step.Env = step.Env.Set("APART", library.Output+" "+modules.Output)
	step.Fetches = append(step.Fetches, language.Refs(library, modules)...)
	through(step, "seed.sh", seedScript)
}

// outside returns the packages that the program's own packages import and that are not of
// the project, with the one that every program has; of a program of another module that
// itself.
func outside(p *language.Project, e *entrypoint, g platform) (paths []string) {
	if !strings.HasPrefix(e.pkg, ".") {
		return []string{e.pkg}
	}
	w := newWalk(newFinder(p, e.workspace, g))
	w.visit(path.Join(e.dir, e.pkg))
	for _, other := range w.others {
		paths = append(paths, other.path)
	}
	paths = append(paths, "runtime")
	slices.Sort(paths)
	return slices.Compact(paths)
}
