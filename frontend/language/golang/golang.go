// Package golang knows Go: workspaces and their modules, main packages, versions.
package golang

import (
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Language builds programs with the official golang image. The compiler crosses
// to every platform by itself; with cgo, Debian's cross compilers do the C part.
var Language = language.Language{
	Name:    "go",
	Aliases: []string{"golang"},
	Markers: markers,
	Mirrors: mirrors,
	Rules: []language.Rule{
		{ID: cgoStub, Doc: "A module that does nothing without cgo"},
		{ID: unknownVariable, Doc: "The linker is told to set a variable that there is not"},
	},
	EndOfLife: func(v string) (string, bool) {
		return defaultVersion, release{version: v}.less(release{version: defaultVersion})
	},
	Complaints: complaints,

	Recipe:   recipe,
	Diagnose: diagnose,
	Composed: composed,
	Contents: contents,
}

var markers = []string{"go.mod", "go.work"}

const (
	// defaultVersion builds projects that ask for no version: the older of
	// the two minors that the Go team supports, so that images of it are
	// everywhere. https://go.dev/doc/devel/release#policy
	defaultVersion = "1.26"
	modCache       = "/go/pkg/mod"
)

// mirrors are the variables of the go command about where modules come from.
// https://go.dev/ref/mod#environment-variables
var mirrors = []string{"GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH"}

// authenticates refuses a GOAUTH of the spec that is a command: fetch, which has the network
// and the credentials of whoever builds, runs none of a project.
// https://pkg.go.dev/cmd/go#hdr-GOAUTH_environment_variable
func authenticates(s *spec.Spec) (diags diag.List) {
	value, set := s.Build.Env.Get("GOAUTH")
	for way := range strings.SplitSeq(value.Value, ";") {
		if way = strings.TrimSpace(way); set && way != "" && way != "off" && way != "netrc" {
			diags.Errorf(value.Range, "GOAUTH runs a command, %q, where modules are fetched", way).Hint =
				"give credentials as a secret, --secret id=netrc,src=$HOME/.netrc, or the command as a build arg"
			return diags
		}
	}
	return diags
}

func recipe(p *language.Project, target spec.Platform) (*language.Recipe, diag.List) {
	g, err := platformOf(target)
	if err != nil {
		var diags diag.List
		diags.Errorf(p.Spec.Platforms.Range(), "%v", err)
		return nil, diags
	}
	entry, ws, diags := entryOf(p, g)
	if ws == nil {
		return nil, diags
	}
	toolchain, decision, more := chooseToolchain(p, ws)
	diags.Add(more)
	if entry == nil {
		return nil, diags
	}
	fetch, more := fetchModules(p, entry, g)
	diags.Add(more, stubs(p, entry, g), unknownVariables(p, entry, g), withoutDebian(p, g), needsLibc(p.Spec), unquotable(p.Spec.Build.Ldflags), authenticates(p.Spec))
	if diags.Err() != nil {
		return nil, diags
	}
	decisions := []language.Decision{
		decision, {Name: "entrypoint", Value: path.Join(entry.dir, entry.pkg), Why: entry.why},
	}
	for _, v := range g.env {
		decisions = append(decisions, language.Decision{Name: "level", Value: v.Name + "=" + v.Value, Why: target.String()})
	}
	native := native(p, entry, fetch.all)
	compile := compile(p, entry, g, target, fetch.program)
	fetches := fetch.steps()
	if p.Apart {
		compiled, told := apart(p, entry, g, &compile)
		decisions = append(decisions, told)
		fetches = append(fetches, compiled...)
	}
	return &language.Recipe{
		Toolchain: toolchain,
		Packages:  packages(p, g),
		Fetches:   fetches,
		Compile:   compile,
		Native:    scripted(native, p.Spec),
		Test:      test(native, p.Spec),
		Program:   entry.name,
		Image:     language.ProgramImage(entry.name),
		Runtimes:  []language.Runtime{{Variant: "static"}, {Variant: "base"}, {Variant: "cc"}},
		Decisions: decisions,
	}, diags
}

// entryOf returns the program, nil where there is none, and the workspace that it is
// in, or would be looked for in; no workspace where that cannot be read.
func entryOf(p *language.Project, g platform) (*entrypoint, *workspace, diag.List) {
	ws, diags := workspaceAround(p)
	if diags.Err() != nil {
		return nil, nil, diags
	}
	entry, more := newFinder(p, ws, g).entry(p.Spec.Entrypoint)
	diags.Add(more)
	if entry != nil {
		ws = entry.workspace
	}
	return entry, ws, diags
}

// workspaceAround returns the workspace that the project is in. Without one it is
// empty, since a nested module may still be the entrypoint's.
func workspaceAround(p *language.Project) (*workspace, diag.List) {
	ws, diags := workspaceOf(p)
	if ws != nil || diags.Err() != nil {
		return ws, diags
	}
	if !p.Spec.Entrypoint.IsSet() {
		diags = append(diags, language.NoProject(p, markers))
	}
	return &workspace{dir: p.Dir()}, diags
}

// test returns the step that runs the tests of the program's module.
func test(native language.Step, s *spec.Spec) language.Step {
	step := scripted(native, s, "-test")
	step.Args = append([]string{"go", "test"}, append(tagFlags(s), "./...")...)
	return step
}
