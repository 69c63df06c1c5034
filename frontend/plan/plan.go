// Package plan decides what a build does: from the spec and what its language
// made of the project to plain data that a back end can print or run.
//
// There are two parts, because what the program needs is known only when it is
// compiled: New plans up to the compiled program, Export what follows.
package plan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Plan is everything that building one image for one platform does.
type Plan struct {
	Name         string // of the target; "" is the top level
	Language     *language.Language
	Host, Target spec.Platform
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

	// Locked says that what is fetched is the same each time.
	Locked bool `json:"-"`
	// Uses are the plans of the targets that this one takes files of, by name.
	Uses map[string]*Plan `json:",omitempty"`
}

// New returns the plan for a spec and its project on a target platform. It
// does no I/O but reading p.FS; equal inputs give equal plans. It returns a
// plan only when there are no errors in the list.
func New(p *language.Project, target spec.Platform) (*Plan, diag.List) {
	return decide(p, target, supported(p.Spec, target))
}

// ForTests returns the plan by which a project's tests run: on the host, which need
// not be a platform that the project supports. It is as New otherwise.
func ForTests(p *language.Project) (*Plan, diag.List) {
	return decide(p, p.Host, nil)
}

// decide returns the plan for a target of which some problems are known.
func decide(p *language.Project, target spec.Platform, diags diag.List) (*Plan, diag.List) {
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
		Language: lang,
		Host:     p.Host, Target: target,
		Runtime: RuntimeOf(p.Spec),
		Spec:    p.Spec,
		Locked:  !slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Rule == "MissingLock" }),
	}
	diags.Add(needsToolchain(p.Spec, recipe, lang), unprobed(p.Spec, target))
	diags.Add(mirrorsInBuildEnv(p.Spec, recipe), nativeCPU(p.Spec), lacksInterpreter(out.Runtime, lang), inProgramsPlace(p, recipe))
	for _, step := range slices.Concat(recipe.Compile.Chain(), recipe.Native.Chain(), recipe.Test.Chain()) {
		giveBuildEnv(p.Spec, recipe, step)
		if step.Warm != nil {
			giveBuildEnv(p.Spec, recipe, &step.Warm.Step)
		}
	}
	out.Recipe = recipe
	out.Overlay = overlay(p.Spec.Build.Files)
	out.Scripts = scripts(p.Spec.Build.Script, recipe.Native)
	out.Test = test(p.Spec.Test, recipe.Test)
	if len(out.Overlay)+len(out.Scripts) > 0 {
		// They may read and write whatever they like, for compile to read.
		for _, step := range recipe.Compile.Chain() {
			step.Unread = nil
		}
	}
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

// nativeCPU warns of variables that compile for the builder's own processor.
func nativeCPU(s *spec.Spec) (diags diag.List) {
	for _, x := range s.Build.Env {
		diags.Add(language.NativeCPU(x.Value.Range, x.Value.Value))
	}
	return diags
}

// foreignKeys reports keys of the build block that mean nothing for a language.
func foreignKeys(s *spec.Spec, lang *language.Language) (diags diag.List) {
	for _, k := range s.Build.Foreign(lang.Name) {
		diags.Errorf(k.Range, "build.%s means nothing for %s", k.Key, lang.Name).Hint =
			"it is a key of " + strings.Join(k.Languages, " and ")
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
			diags.Errorf(at, "%s needs a toolchain, and %s has none", key, lang.Name).Hint =
				"name an image as \"toolchain\""
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

// scripts returns the steps of build.script.
func scripts(commands spec.Commands, native language.Step) []language.Step {
	var steps []language.Step
	for _, c := range commands {
		step := native
		step.Args, step.Range, step.Runs = c.Args.Values(), c.Range, language.Own
		step.Warm = warmFor(step)
		step.Name = "run " + strings.Join(step.Args, " ")
		steps = append(steps, step)
	}
	return steps
}

// warmFor returns what is done before a step, nil where its command has no use for it.
func warmFor(step language.Step) *language.Warm {
	if step.Warm == nil || len(step.Args) == 0 || step.Args[0] != step.Warm.Program {
		return nil
	}
	return step.Warm
}

// test returns the step that runs the project's tests: the language's, or the
// spec's command in its place.
func test(t spec.Test, step language.Step) language.Step {
	if len(t.Command) > 0 {
		step.Args, step.Range = t.Command.Values(), t.Range
		step.Reports, step.Otherwise, step.Does = false, nil, ""
	}
	step.Runs, step.Warm = language.Own, warmFor(step)
	if !step.IsZero() {
		step.Name = "test " + cmp.Or(step.Does, strings.Join(step.Args, " "))
	}
	return step
}
