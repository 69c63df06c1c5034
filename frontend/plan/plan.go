// Package plan decides what a build does: from the spec and what its language
// made of the project to plain data that a back end can print or run.
//
// There are two parts, because what the program needs is known only when it is
// compiled: New plans up to the compiled program, Export what follows.
package plan

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Plan is everything that building one image for one platform does.
type Plan struct {
	Name          string // of the target; "" is the top level
	Language      string
	Build, Target spec.Platform
	*language.Recipe
	Overlay   []Op            // files that are laid over the source; From is as for exports
	Scripts   []language.Step // before compile, each on the source as the one before left it
	Test      language.Step   // what --target test runs: the recipe's, or the spec's
	Secrets   []string        // ids; files of /run/secrets in fetch, scripts and compile
	SSH       bool            // whether fetch and scripts have the SSH agent
	Network   bool            // whether scripts and compile have the network
	Runtime   Runtime
	Spec      *spec.Spec `json:"-"`
	Decisions []language.Decision

	// Uses are the plans of the targets that this one takes files of, by name.
	Uses map[string]*Plan `json:",omitempty"`
}

// Runtime is what the program will run on.
type Runtime struct {
	Kind     RuntimeKind
	Ref      string   // of a custom image
	Debug    bool     // distroless with a shell
	Variants []string // of distroless, smallest first; one holds the program
	Range    diag.Range
}

// of returns the runtime for a recipe. What distroless has no variant for gets
// the image that the recipe names, whose layout must be asked for.
func (r Runtime) of(recipe *language.Recipe) Runtime {
	for _, x := range recipe.Runtimes {
		switch {
		case r.Kind != Distroless:
		case x.Ref != "":
			return Runtime{Kind: Custom, Ref: x.Ref, Range: r.Range}
		default:
			r.Variants = append(r.Variants, x.Variant)
		}
	}
	return r
}

// hasInterpreter reports a scratch image for a program that an interpreter runs.
func hasInterpreter(r Runtime, lang *language.Language) (diags diag.List) {
	if r.Kind == Scratch && lang.Interpreter != "" {
		diags.Errorf(r.Range, "scratch has no %s to run the program with", lang.Interpreter).Hint =
			"leave \"runtime\" out for distroless, or take an image that has it"
	}
	return diags
}

// RuntimeKind tells the runtimes apart whose layout we know.
type RuntimeKind string

const (
	Distroless RuntimeKind = "distroless"
	Scratch    RuntimeKind = "scratch"
	Custom     RuntimeKind = "custom"
)

// New returns the plan for a spec and its project on a target platform. It
// does no I/O but reading p.FS; equal inputs give equal plans. It returns a
// plan only when there are no errors in the list.
func New(p *language.Project, target spec.Platform) (*Plan, diag.List) {
	diags := supported(p.Spec, target)
	known := diags.Err() == nil // else the language would complain of the platform again
	lang, decision, more := languages.Detect(p)
	diags.Add(more)
	diags.Add(missingFiles(p))
	if lang == nil || !known {
		return nil, diags
	}
	out, more := For(lang, p, target)
	diags.Add(more)
	if diags.Err() != nil {
		return nil, diags
	}
	out.Decisions = append([]language.Decision{decision}, out.Decisions...)
	return out, diags
}

// For returns the plan for a project of a language, as New does.
func For(lang *language.Language, p *language.Project, target spec.Platform) (*Plan, diag.List) {
	recipe, diags := lang.Recipe(p, target)
	diags.Add(foreignKeys(p.Spec, lang))
	if diags.Err() != nil {
		return nil, diags
	}
	out := &Plan{
		Language: lang.Name,
		Build:    p.Build, Target: target,
		Runtime: RuntimeOf(p.Spec),
		Spec:    p.Spec,
	}
	diags.Add(needsToolchain(p.Spec, recipe, lang))
	diags.Add(mirrorsInBuildEnv(p.Spec, recipe), hasInterpreter(out.Runtime, lang))
	for _, step := range slices.Concat(recipe.Compile.Chain(), recipe.Native.Chain(), recipe.Test.Chain()) {
		step.Env = withBuildEnv(p.Spec, recipe, step.Env)
	}
	out.Recipe = recipe
	out.Overlay = overlay(p.Spec.Build.Files)
	out.Scripts = scripts(p.Spec.Build.Script, recipe.Native)
	out.Test = test(p.Spec.Test, recipe.Test)
	out.Secrets = p.Spec.Build.Secrets.Values()
	out.SSH = p.Spec.Build.SSH.Or(false)
	out.Network = p.Spec.Build.Network.Or("none") != "none"
	out.Runtime = out.Runtime.of(recipe)
	out.Decisions = append(out.Decisions, recipe.Decisions...)
	if diags.Err() != nil {
		return nil, diags
	}
	return out, diags
}

// foreignKeys reports keys of the build block that mean nothing for a language.
func foreignKeys(s *spec.Spec, lang *language.Language) (diags diag.List) {
	for _, k := range s.Build.Foreign(lang.Name) {
		diags.Errorf(k.Range, "build.%s means nothing for %s", k.Key, lang.Name).Hint = "it is a key of " + strings.Join(k.Languages, " and ")
	}
	return diags
}

// needsToolchain reports what only a toolchain can do for a language that has none.
func needsToolchain(s *spec.Spec, r *language.Recipe, lang *language.Language) (diags diag.List) {
	if r.Toolchain.Ref != "" {
		return nil
	}
	report := func(key string, at diag.Range) {
		if !at.IsZero() {
			diags.Errorf(at, "%s needs a toolchain, and %s has none", key, lang.Name).Hint = "name an image as \"toolchain\""
		}
	}
	for _, c := range s.Build.Script {
		report("build.script", c.Range)
	}
	report("build.packages", s.Build.Packages.Range())
	report("test", s.Test.Range)
	return diags
}

// supported reports a target that the spec's platforms leave out.
func supported(s *spec.Spec, target spec.Platform) (diags diag.List) {
	if len(s.Platforms) == 0 || slices.Contains(s.Platforms.Values(), target.String()) {
		return nil
	}
	diags.Errorf(s.Platforms.Range(), "the project does not support %s", target).Hint =
		"build for " + strings.Join(s.Platforms.Values(), ", ") + ", or add it here"
	return diags
}

// RuntimeOf returns the runtime that a spec asks for.
func RuntimeOf(s *spec.Spec) Runtime {
	r := Runtime{Kind: Custom, Ref: s.Runtime.Value, Range: s.Runtime.Range}
	switch s.Runtime.Or("distroless") {
	case "distroless":
		r = Runtime{Kind: Distroless, Range: s.Runtime.Range}
	case "distroless:debug":
		r = Runtime{Kind: Distroless, Debug: true, Range: s.Runtime.Range}
	case "scratch":
		r = Runtime{Kind: Scratch, Range: s.Runtime.Range}
	}
	return r
}

// DistrolessRef returns the image of a distroless variant on Debian 13. Its
// tags are moved when packages are updated; versions have none.
// https://github.com/GoogleContainerTools/distroless#what-images-are-available
func DistrolessRef(variant string, debug bool) string {
	tag := "nonroot"
	if debug {
		tag = "debug-nonroot"
	}
	return "gcr.io/distroless/" + variant + "-debian13:" + tag
}

// missingFiles reports sources of files that the build context does not have.
func missingFiles(p *language.Project) (diags diag.List) {
	for _, f := range slices.Concat(p.Spec.Files, p.Spec.Build.Files) {
		if !f.From.IsSet() || f.Source.IsSet() {
			continue
		}
		name := contextPath(f.From.Value)
		matches, err := fs.Glob(p.FS, name)
		if _, statErr := fs.Stat(p.FS, name); statErr == nil || err == nil && len(matches) > 0 {
			continue
		}
		d := diags.Errorf(f.From.Range, "no %q in the build context", name)
		d.Missing, d.Hint = name, similar(p.FS, name)
	}
	return diags
}

// similar returns the hint that names the entry nearest to one that is not there,
// directory by directory.
func similar(fsys fs.FS, name string) string {
	near := "."
	for _, part := range strings.Split(name, "/") {
		entries, _ := fs.ReadDir(fsys, near)
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if !slices.Contains(names, part) {
			var ok bool
			if part, ok = diag.Nearest(part, names); !ok {
				return ""
			}
		}
		near = path.Join(near, part)
	}
	return fmt.Sprintf("did you mean %q?", near)
}

// contextPath returns a path of the spec as fs.FS wants it.
func contextPath(p string) string {
	return cmp.Or(strings.TrimPrefix(path.Clean("/"+p), "/"), ".")
}

// withBuildEnv returns a step's environment with that of build.env. Names
// that belong to fetch stay there.
func withBuildEnv(s *spec.Spec, r *language.Recipe, env spec.Vars) spec.Vars {
	for _, x := range s.Build.Env {
		if !isMirror(r, x.Name.Value) {
			env = env.Set(x.Name.Value, x.Value.Value)
		}
	}
	return env
}

// overlay returns build.files as copies over the source.
func overlay(files spec.Files) []Op {
	var ops []Op
	for _, f := range files {
		from := language.FromContext
		if f.Source.IsSet() {
			from = language.FromSource(f.Source.Value)
		}
		to, _ := f.Place()
		ops = append(ops, Op{From: from, Copy: contextPath(f.From.Value), To: to, Mode: f.Mode.Value})
	}
	return ops
}

// scripts returns the steps of build.script.
func scripts(commands spec.Commands, native language.Step) []language.Step {
	var steps []language.Step
	for _, c := range commands {
		step := native
		step.Args, step.Range = c.Args.Values(), c.Range
		step.Name = "run " + strings.Join(step.Args, " ")
		steps = append(steps, step)
	}
	return steps
}

// test returns the step that runs the project's tests: the language's, or the
// spec's command in its place.
func test(t spec.Test, step language.Step) language.Step {
	if len(t.Command) > 0 {
		step.Args, step.Range = t.Command.Values(), t.Range
		step.Reports, step.Otherwise = false, nil
	}
	if !step.IsZero() {
		step.Name = "test " + strings.Join(step.Args, " ")
	}
	return step
}

// networked returns the steps of a recipe that may have mirrors of their own.
func networked(r *language.Recipe) []*language.Step {
	steps := slices.Concat(r.Compile.Chain(), r.Test.Chain())
	for _, f := range r.Fetches {
		steps = append(steps, &f.Step)
	}
	return steps
}

func isMirror(r *language.Recipe, name string) bool {
	return slices.ContainsFunc(networked(r), func(s *language.Step) bool { return slices.Contains(s.Mirrors, name) })
}

// mirrorsInBuildEnv adds the fetch variables of build.env to fetch, where a
// build arg of the same name wins. It reports values with credentials in them:
// a step's environment is part of the image's provenance.
func mirrorsInBuildEnv(s *spec.Spec, r *language.Recipe) (diags diag.List) {
	for _, x := range s.Build.Env {
		if !isMirror(r, x.Name.Value) {
			continue
		}
		if HasCredentials(x.Value.Value) {
			diags.Errorf(x.Value.Range, "%s has credentials in it", x.Name.Value).Hint = credentialsHint
		}
		if x.Value.Varies {
			diags.Errorf(x.Value.Range, "%s is another for each platform", x.Name.Value).Hint =
				"it is for fetch, which all platforms share; write it without ${TARGET…}"
		}
		setMirror(r, x.Name.Value, x.Value.Value)
	}
	return diags
}

// setMirror sets a variable in every step that knows it.
func setMirror(r *language.Recipe, name, value string) {
	for _, s := range networked(r) {
		if slices.Contains(s.Mirrors, name) {
			s.Env = s.Env.Set(name, value)
		}
	}
}

const credentialsHint = "give them as a secret: --secret id=netrc,src=$HOME/.netrc"

// SetMirrors gives fetch the mirrors among the build args of whoever builds. It
// reports those with credentials in them.
func (p *Plan) SetMirrors(buildArgs map[string]string) (diags diag.List) {
	for _, name := range languages.Named(p.Language).Mirrors {
		value, given := buildArgs[name]
		if !given {
			continue
		}
		if HasCredentials(value) {
			diags.Errorf(diag.Range{}, "build arg %s has credentials in it", name).Hint = credentialsHint
		}
		setMirror(p.Recipe, name, value)
	}
	return diags
}

// HasCredentials reports whether one of the URLs in a list has a user in it.
func HasCredentials(list string) bool {
	for _, u := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '|' || r == ' ' }) {
		_, rest, ok := strings.Cut(u, "://")
		host, _, _ := strings.Cut(rest, "/")
		if ok && strings.Contains(host, "@") {
			return true
		}
	}
	return false
}

// Source is where a spec's files come from, beside the build context.
type Source struct {
	Origin language.Origin
	Name   string // of the named context, target or image
	Range  diag.Range
}

// Sources returns where the files of the plan come from that its steps do not
// make, each once.
func (p *Plan) Sources() []Source {
	var sources []Source
	add := func(s Source) {
		if !slices.ContainsFunc(sources, func(o Source) bool { return o.Origin == s.Origin }) {
			sources = append(sources, s)
		}
	}
	if p.Runtime.Kind == Scratch && p.Spec.Certificates.Or(true) {
		add(Source{Origin: language.FromCABundle, Name: DistrolessRef("static", false)})
	}
	for _, c := range p.Image.Copies() {
		if c.From.Kind == language.OfImage {
			add(Source{Origin: c.From, Name: c.From.Name})
		}
	}
	for _, f := range slices.Concat(p.Spec.Build.Files, p.Spec.Files) {
		if f.Source.IsSet() {
			add(Source{language.FromSource(f.Source.Value), f.Source.Value, f.Source.Range})
		}
	}
	return sources
}
