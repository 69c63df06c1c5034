package golang

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

const apartDir = "/opt/go-build"

// apartCache is the compiler's cache of builds that take over what was compiled apart.
// Whoever writes to the cache in a registry decides what that is, so it serves them alone.
var apartCache = language.Cache{Name: "go-build-apart", Path: caches[0].Path}

var (
	//go:embed apart.sh
	apartScript string
	//go:embed seed.sh
	seedScript string
)

// apart returns the step that compiles what the program imports of others: packages of
// Go's library and of modules. An edit of the program's own packages repeats it only when
// they import another one. Where it cannot be done it is nil, and the decision says why.
func apart(p *language.Project, e *entrypoint, g platform, compile language.Step) (*language.Fetch, language.Decision) {
	told := language.Decision{Name: "dependencies", Value: "compiled with the program", Why: together(p, e)}
	if told.Why != "" {
		return nil, told
	}
	packages := outside(p, e, g)
	step := language.Step{
		Name:     "compile what " + e.name + " imports",
		Args:     slices.Concat([]string{"go", "list", "-e", "-deps", "-export", "-f={{\"\"}}", "-trimpath"}, tagFlags(p.Spec), p.Spec.Build.Flags.Values()),
		Env:      apartEnvironment(p.Spec, compile.Env),
		Dir:      e.dir,
		Caches:   []language.Cache{apartCache},
		Platform: compile.Platform,
		Fetches:  compile.Fetches,
		Range:    e.rng,
		Files:    []language.File{{Path: "packages", Data: strings.Join(packages, "\n") + "\n"}},
	}
	through(&step, "apart.sh", apartScript, path.Join(language.FilesDir, "packages"))
	useIndex(&step)
	through(&step, "inputs.sh", inputsScript, language.SourceDir)
	manifests, _ := e.workspace.manifests(p.FS)
	if e.workspace.vendored(p.FS) {
		manifests = append(manifests, path.Join(e.workspace.dir, "vendor"))
	}
	told.Value, told.Why = "compiled apart", "so that a cache carries them"
	return &language.Fetch{Step: step, Manifests: manifests, Output: apartDir, Sealed: true}, told
}

// together returns why dependencies are compiled with the program, "" where they can be
// compiled apart.
func together(p *language.Project, e *entrypoint) string {
	profile := path.Join(e.dir, e.pkg, "default.pgo")
	switch {
	case p.Spec.Build.Cgo.Or(false):
		return "cgo"
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
func takeOver(step *language.Step, compiled *language.Fetch) {
	step.Caches = []language.Cache{apartCache}
	step.Env = step.Env.Set("APART", compiled.Output)
	step.Fetches = append(slices.Clone(step.Fetches), language.FetchRef{Fetch: compiled})
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
