// Package golang knows Go: workspaces and their modules, main packages, versions.
package golang

import (
	"go/version"
	"path"
	"slices"
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
	EndOfLife: func(v string) (string, bool) {
		return defaultVersion, release{version: v}.less(release{version: defaultVersion})
	},
	Recipe:   recipe,
	Diagnose: diagnose,
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

func recipe(p *language.Project, target spec.Platform) (*language.Recipe, diag.List) {
	g, err := platformOf(target)
	if err != nil {
		var diags diag.List
		diags.Errorf(p.Spec.Platforms.Range(), "%v", err)
		return nil, diags
	}
	ws, diags := workspaceOf(p)
	if ws == nil && diags.Err() == nil {
		ws = &workspace{dir: p.Dir()} // a nested module may still be the entrypoint's
		if !p.Spec.Entrypoint.IsSet() {
			diags = append(diags, language.NoProject(p, markers))
		}
	}
	if diags.Err() != nil {
		return nil, diags
	}
	entry, more := newFinder(p, ws, g).entry(p.Spec.Entrypoint)
	diags.Add(more)
	if entry != nil {
		ws = entry.workspace
	}
	toolchain, decision, more := chooseToolchain(p, ws)
	diags.Add(more)
	if entry == nil {
		return nil, diags
	}
	fetch, more := fetchModules(p, entry)
	diags.Add(more, stubs(p, entry), withoutDebian(p, g))
	if diags.Err() != nil {
		return nil, diags
	}
	native := language.Step{Env: environment(p, entry), Dir: entry.dir, Caches: caches, Fetches: language.Refs(fetch...), Range: entry.rng}
	test := native
	test.Args = append([]string{"go", "test"}, append(tagFlags(p.Spec), "./...")...)
	r := &language.Recipe{
		Toolchain: toolchain,
		Packages:  packages(p, g),
		Fetches:   fetch,
		Compile:   compile(p, entry, g, target, fetch),
		Native:    native,
		Test:      test,
		Program:   entry.name,
		Image:     language.ProgramImage(entry.name),
		Runtimes:  []language.Runtime{{Variant: "static"}, {Variant: "base"}, {Variant: "cc"}},
		Decisions: []language.Decision{decision, {Name: "entrypoint", Value: path.Join(entry.dir, entry.pkg), Why: entry.why}},
	}
	return r, diags
}

// chooseToolchain decides the image: the spec's toolchain, or the golang image of
// the spec's version, of .go-version, or of go.mod. A go line is a floor, so
// the newest patch of its minor is taken; what people pin is taken exactly.
func chooseToolchain(p *language.Project, ws *workspace) (language.Toolchain, language.Decision, diag.List) {
	var diags diag.List
	if t := p.Spec.Toolchain; t.IsSet() {
		return language.Toolchain{Ref: t.Value, Range: t.Range}, language.Decision{Name: "go", Value: "what the toolchain image has", Why: t.Range.String()}, nil
	}
	floor, declared := ws.declared()
	pinned, isPinned := pinnedRelease(p.FS, p.Dir())
	use := release{version: defaultVersion}
	exact, forward := "", ""
	switch v := p.Spec.Version; {
	case v.IsSet():
		use = release{strings.TrimPrefix(v.Value, "go"), v.Range}
		if !version.IsValid("go"+use.version) || version.Lang("go"+use.version) == "go1" {
			diags.Errorf(v.Range, "got version %q, want one such as 1.26 or 1.26.3", v.Value)
			return language.Toolchain{}, language.Decision{}, diags
		}
		if declared && !use.covers(floor) {
			diags.Errorf(v.Range, "go %s is older than go %s, which %s asks for", use.version, floor.version, floor.rng.FileLine()).Hint =
				"remove \"version\", or raise it"
		}
	case isPinned && (!declared || pinned.covers(floor)):
		use = pinned
		if pinned.minor() != pinned.version {
			forward = imageOf(pinned.minor())
		}
	case declared:
		exact, use = floor.version, release{floor.minor(), floor.rng}
	}
	t := language.Toolchain{Ref: imageOf(use.version), Forward: forward, Version: use.version, Range: use.rng, Hint: noImage}
	if exact != "" && exact != use.version {
		t.Exact, t.Version, t.VersionEnv = imageOf(exact), exact, "GOLANG_VERSION"
		t.Older = func(have string) bool { return release{version: have}.less(release{version: exact}) }
	}
	why := "default"
	if !use.rng.IsZero() {
		why = use.rng.FileLine()
	}
	return t, language.Decision{Name: "go", Value: use.version, Why: why}, diags
}

// covers reports whether images of version v hold at least w: a minor alone is its newest patch.
func (v release) covers(w release) bool {
	return !v.less(w) || v.version == w.minor()
}

const noImage = "is there such a version? Set \"version\" to one that has an image, or \"toolchain\" to an image of your own"

// imageOf returns the official image of a version, on the newest Debian that
// it is built for; trixie images begin with 1.24.
// https://github.com/docker-library/golang
func imageOf(v string) string {
	suite := "trixie"
	if version.Compare("go"+v, "go1.24") < 0 {
		suite = "bookworm"
	}
	return "golang:" + v + "-" + suite
}

// fetchModules returns the step that downloads the modules, none when there are none to download.
func fetchModules(p *language.Project, e *entrypoint) ([]*language.Fetch, diag.List) {
	ws := e.workspace
	if ws.vendored(p.FS) || !ws.requires() {
		return nil, nil
	}
	manifests, diags := ws.manifests(p.FS)
	if !slices.ContainsFunc(manifests, func(m string) bool { return strings.HasSuffix(m, ".sum") }) {
		m := ws.modules[0]
		d := diags.Errorf(m.src.Line(m.file.Require[0].Syntax.Start.Line), "modules are required and there is no go.sum")
		d.Rule = "MissingLock"
		d.Hint, d.Missing = "run \"go mod tidy\" and commit go.sum", path.Join(m.dir, "go.sum")
	}
	return []*language.Fetch{{
		Step: language.Step{
			Name: "fetch modules",
			// The zips stay behind: compile reads the unpacked trees, and the layer is a third smaller.
			Args: []string{"sh", "-c", "go mod download && find " + modCache + "/cache/download -name '*.zip' -delete"},
			Env: spec.Vars{
				{Name: "GOMODCACHE", Value: modCache},
				{Name: "GOTOOLCHAIN", Value: "local"},
				{Name: "GOWORK", Value: gowork(ws)},
			},
			// Not the module's directory: all programs of a workspace share one fetch.
			Dir:     ws.dir,
			Mirrors: mirrors,
			Secrets: []language.Secret{{ID: "netrc", Path: "/root/.netrc"}},
			Range:   e.rng,
		},
		Manifests: manifests,
		Output:    modCache,
	}}, diags
}

// gowork returns the GOWORK of a workspace: its go.work, or off, so that one
// further up that does not use the module is not found.
func gowork(ws *workspace) string {
	if ws.work == nil {
		return "off"
	}
	return path.Join(language.SourceDir, ws.dir, "go.work")
}

var caches = []language.Cache{{Name: "go-build", Path: "/var/cache/go-build"}}

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
		{Name: "GOFLAGS", Value: ""},
		{Name: "GOMODCACHE", Value: modCache},
		{Name: "GOPROXY", Value: "off"},
		{Name: "GOTOOLCHAIN", Value: "local"},
		{Name: "GOWORK", Value: gowork(e.workspace)},
	}
}

func compile(p *language.Project, e *entrypoint, g platform, target spec.Platform, fetch []*language.Fetch) language.Step {
	env := append(environment(p, e), spec.Vars{
		{Name: "GOARCH", Value: g.architecture},
		{Name: "GOOS", Value: "linux"},
	}...)
	env = append(env, g.env...)
	if p.Spec.Build.Cgo.Or(false) {
		env = append(env, cross(g)...)
	}
	return language.Step{
		Name:     "compile " + e.pkg,
		Args:     buildArgs(p.Spec, e),
		Env:      env,
		Dir:      e.dir,
		Caches:   caches,
		Platform: target,
		Fetches:  language.Refs(fetch...),
		Range:    e.rng,
	}
}

// cross returns the variables that make cgo use Debian's cross compiler.
func cross(g platform) spec.Vars {
	return spec.Vars{
		{Name: "CC", Value: g.triple + "-gcc"},
		{Name: "CXX", Value: g.triple + "-g++"},
		{Name: "PKG_CONFIG_LIBDIR", Value: "/usr/lib/" + g.triple + "/pkgconfig:/usr/share/pkgconfig"},
	}
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

// ldflags returns the value of -ldflags: ours, then the spec's. The go
// command splits it at blanks and understands quotes, so the items of a list are quoted.
func ldflags(want spec.Argv) string {
	flags := []string{"-s", "-w", "-buildid="}
	for _, f := range want.Items {
		switch {
		case !want.List || !strings.ContainsAny(f.Value, " \t\n'\""):
			flags = append(flags, f.Value)
		case strings.Contains(f.Value, "'"):
			flags = append(flags, `"`+f.Value+`"`)
		default:
			flags = append(flags, "'"+f.Value+"'")
		}
	}
	return strings.Join(flags, " ")
}

// packages returns the C compiler for the target and what the spec asks for,
// nil when the toolchain image has it all.
func packages(p *language.Project, g platform) *language.Packages {
	b := p.Spec.Build
	pk := &language.Packages{Libraries: b.Packages.Values(), Architecture: g.debian, Range: b.Cgo.Range}
	if b.Cgo.Or(false) && g.architecture != p.Build.Architecture {
		pk.Names = []string{"gcc-" + g.triple, "g++-" + g.triple, "libc6-dev-" + g.debian + "-cross"}
		for i, name := range pk.Names {
			pk.Names[i] = strings.ReplaceAll(name, "x86_64", "x86-64")
		}
	}
	if len(pk.Names)+len(pk.Libraries) == 0 {
		return nil
	}
	if len(b.Packages) > 0 {
		pk.Range = b.Packages[0].Range
	}
	return pk
}

// cgoModules are modules that build without cgo into stubs that fail when they are used.
var cgoModules = []string{"github.com/mattn/go-sqlite3"}

// stubs warns of modules that are useless without cgo.
func stubs(p *language.Project, e *entrypoint) (diags diag.List) {
	if p.Spec.Build.Cgo.Or(false) {
		return nil
	}
	for _, m := range e.workspace.modules {
		for _, r := range m.file.Require {
			if slices.Contains(cgoModules, r.Mod.Path) {
				d := diags.Warnf(m.src.Line(r.Syntax.Start.Line), "%s is a stub without cgo", r.Mod.Path)
				d.Rule, d.Hint = "CgoStub", "write \"build: {cgo: true}\" if the program uses it"
			}
		}
	}
	return diags
}
