package golang

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

var caches = []language.Cache{{Name: "go-build", Path: "/var/cache/go-build"}}

var (
	//go:embed cache.sh
	cacheScript string
	//go:embed inputs.sh
	inputsScript string
	//go:embed cgo.sh
	cgoScript string
	//go:embed index.sh
	indexScript string
)

// through makes a step's command run by a script of ours, with arguments of its own.
func through(step *language.Step, name, text string, args ...string) {
	step.Through = slices.Concat([]string{"sh", path.Join(language.FilesDir, name)}, args, step.Through)
	step.Files = append(step.Files, language.File{Path: name, Data: text})
}

// noIndex keeps the go command from an index of packages in its cache, which it finds
// by the paths of modules and the times and sizes of files. Those may be the same in
// projects that have nothing to do with each other.
const noIndex = "goindex=0"

// environment returns the environment in which the go command works without network,
// for the platform that it runs on.
func environment(p *language.Project, e *entrypoint) spec.Vars {
	cgo := "0"
	if p.Spec.Build.Cgo.Or(false) {
		cgo = "1"
	}
	return spec.Vars{
		{Name: "CGO_ENABLED", Value: cgo},
		{Name: "GOCACHE", Value: caches[0].Path},
		{Name: "GODEBUG", Value: noIndex},
		{Name: "GOFLAGS", Value: ""},
		{Name: "GOMODCACHE", Value: modCache},
		{Name: "GOPROXY", Value: "off"},
		{Name: "GOTOOLCHAIN", Value: "local"},
		{Name: "GOWORK", Value: gowork(e.workspace)},
	}
}

func compile(p *language.Project, e *entrypoint, g platform, target spec.Platform, fetch *language.Fetch) language.Step {
	env := append(environment(p, e), spec.Vars{
		{Name: "GOARCH", Value: g.architecture},
		{Name: "GOOS", Value: "linux"},
	}...)
	env = append(env, g.env...)
	cgo, alien := p.Spec.Build.Cgo.Or(false), runsForeign(p.Spec)
	if cgo {
		env = append(env, cross(g)...)
	}
	step := language.Step{
		Name:     "compile " + e.pkg,
		Args:     buildArgs(p.Spec, e),
		Env:      env,
		Dir:      e.dir,
		Caches:   caches,
		Platform: target,
		Fetches:  language.Refs(fetch),
		Unread:   unread(p, e, g),
		// Of a workspace's sums what fetch was told is written over what there is.
		Writes: e.workspace.work != nil && fetch != nil,
		Range:  e.rng,
	}
	if !cgo {
		through(&step, "cgo.sh", cgoScript)
	}
	// With cgo, paths of modules are among what objects are known by.
	if !cgo && !alien && !slices.ContainsFunc(goFlags(p.Spec), namesPaths) {
		step.Writes = true // it makes the source younger
		useIndex(&step)
	}
	through(&step, "inputs.sh", inputsScript, language.SourceDir)
	if alien {
		foreign(&step)
	}
	return step
}

// useIndex lets a step have an index of packages.
func useIndex(step *language.Step) { through(step, "index.sh", indexScript, language.SourceDir) }

// namesPaths reports whether it matters to a flag where modules are: to one that has
// other files in the place of theirs, of which an index would tell whoever asks for it
// next, and to one that leaves their paths in the program.
func namesPaths(flag string) bool {
	name, value, _ := cutFlag(flag)
	return name == "overlay" || name == "trimpath" && value != "" && value != "true"
}

// native returns how commands of the project run on the builder.
func native(p *language.Project, e *entrypoint, fetch *language.Fetch) language.Step {
	step := language.Step{Env: environment(p, e), Dir: e.dir, Caches: caches, Fetches: language.Refs(fetch), Range: e.rng}
	through(&step, "inputs.sh", inputsScript, language.SourceDir)
	return step
}

// scripted returns a step for commands of the project, before which what its packages
// import is compiled, without running any of it. What does not compile is told by the
// commands.
func scripted(step language.Step, s *spec.Spec, flags ...string) language.Step {
	warm := warm(step, s, flags...)
	foreign(&step)
	if !runsForeign(s) {
		step.Warm = warm
	}
	return step
}

func warm(step language.Step, s *spec.Spec, flags ...string) *language.Warm {
	step.Name = "compile for the builder"
	step.Args = slices.Concat([]string{"go", "list", "-e", "-deps", "-export", "-f={{\"\"}}"}, flags, tagFlags(s), []string{"./..."})
	return &language.Warm{Step: step, Program: "go"}
}

// buildArgs returns the go build command: stripped, and the same bytes from
// the same source wherever it is built.
func buildArgs(s *spec.Spec, e *entrypoint) []string {
	args := []string{"go", "build", "-trimpath", "-buildvcs=false", "-ldflags=" + ldflags(s.Build.Ldflags)}
	args = append(args, tagFlags(s)...)
	args = append(args, s.Build.Flags.Values()...)
	return append(args, "-o", path.Join(language.OutputDir, e.name), e.pkg)
}

func tagFlags(s *spec.Spec) []string {
	tags := tagsOf(s)
	if len(tags) == 0 {
		return nil
	}
	return []string{"-tags=" + strings.Join(tags, ",")}
}
