package frontend

import (
	"context"
	"path"
	"slices"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerui"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// platforms returns the platforms to build for; the host's when none was asked for.
// Tests run on the host, whatever is asked for.
func (r *request) platforms() []spec.Platform {
	if len(r.UI.TargetPlatforms) == 0 {
		return []spec.Platform{r.Host()}
	}
	var all []spec.Platform
	for _, p := range r.UI.TargetPlatforms {
		if r.UI.Target == spec.TestTarget {
			all = append(all, r.Host())
			continue
		}
		all = append(all, llb.Platform(p))
	}
	return all
}

// all returns, for every platform in the order of platforms, the plans of what was
// asked for, and what is wrong in any of them or in the targets whose files they
// take. An image has one plan; the artifacts and the tests of a file without an
// entrypoint of its own are those of all its targets.
func (r *request) all(ctx context.Context) ([][]*plan.Plan, diag.List) {
	var all [][]*plan.Plan
	var diags diag.List
	for _, platform := range r.platforms() {
		var plans []*plan.Plan
		for _, name := range r.names(ctx) {
			p, more := r.plan(ctx, name, platform)
			diags.Add(more)
			plans = append(plans, p)
		}
		all = append(all, plans)
	}
	return all, diags
}

// names returns the targets of the file that are built for the one asked for.
func (r *request) names(ctx context.Context) []string {
	if r.UI.Target != spec.TestTarget && r.UI.Target != spec.BinaryTarget {
		return []string{r.UI.Target}
	}
	if r.hasDefault(ctx) {
		return []string{""}
	}
	return r.doc.Programs()
}

// hasDefault reports whether the top level is an image of its own: it says what
// it starts, or the project has one program alone. Where that is found out by compile
// alone, targets that say what they start tell that there are several.
func (r *request) hasDefault(ctx context.Context) bool {
	if r.doc.Programs()[0] == "" {
		return true
	}
	platform := r.platforms()[0]
	p, _ := r.plan(ctx, "", platform)
	return p != nil && !(p.Late && slices.ContainsFunc(r.doc.Targets(), func(t spec.Target) bool {
		s, _ := r.spec(t.Name.Value, platform)
		return s != nil && s.Entrypoint.IsSet()
	}))
}

// asked returns the targets that a request without a target is about: every
// image of the file.
func (r *request) asked(ctx context.Context) []string {
	switch r.UI.Target {
	case "", spec.TestTarget, spec.BinaryTarget:
	default:
		return []string{r.UI.Target}
	}
	var names []string
	if r.hasDefault(ctx) {
		names = append(names, "")
	}
	for _, t := range r.doc.Targets() {
		names = append(names, t.Name.Value)
	}
	return names
}

// planKey is what a plan is asked for by.
type planKey struct {
	target   string
	platform spec.Platform
}

// planned is a plan, or why there is none.
type planned struct {
	plan  *plan.Plan
	diags diag.List
}

// plan returns the plan of a target for a platform, with the plans of the
// targets that it takes files of.
func (r *request) plan(ctx context.Context, target string, platform spec.Platform) (*plan.Plan, diag.List) {
	made, _ := r.plans.Get(planKey{target, platform}, func() (*planned, error) {
		p, diags := r.newPlan(ctx, target, platform)
		return &planned{p, diags}, nil
	})
	return made.plan, slices.Clone(made.diags)
}

// spec returns what the file says of a target on a platform.
func (r *request) spec(target string, platform spec.Platform) (*spec.Spec, diag.List) {
	return r.doc.Spec(spec.Request{BuildArgs: r.UI.BuildArgs, Platform: platform, Target: target, Asking: r.asking})
}

func (r *request) newPlan(ctx context.Context, target string, platform spec.Platform) (*plan.Plan, diag.List) {
	s, diags := r.spec(target, platform)
	if s == nil { // what is wrong besides is told with it
		diags.Add(languages.Unknown(r.doc.Languages()...))
		return nil, diags
	}
	project := &language.Project{FS: r.source.tree, Spec: s, SpecFile: path.Base(r.File.Name), Host: r.Host(), Memo: &r.manifests}
	project.Shared = len(r.doc.Targets()) > 0
	project.Apart = r.carried()
	if !s.Entrypoint.IsSet() {
		for _, t := range r.doc.Targets() {
			project.Targets = append(project.Targets, t.Name.Value)
		}
	}
	diags.Add(r.lookInto(ctx, project, platform))
	if diags.Err() != nil {
		return nil, diags
	}
	p, more := r.decide(project, platform)
	diags.Add(more)
	if p == nil {
		return nil, diags
	}
	diags.Add(p.SetMirrors(r.UI.BuildArgs))
	p.Name, p.Uses = target, map[string]*plan.Plan{}
	r.place(p)
	for _, name := range r.uses(s) {
		used, more := r.plan(ctx, name, platform)
		diags.Add(more)
		p.Uses[name] = used
	}
	return p, diags
}

// decide returns the plan of a project for what was asked for.
func (r *request) decide(project *language.Project, platform spec.Platform) (*plan.Plan, diag.List) {
	if r.UI.Target == spec.TestTarget {
		return plan.ForTests(project)
	}
	return plan.New(project, platform)
}

// lookInto opens the custom runtime of a project that needs an interpreter or a server
// of it.
func (r *request) lookInto(ctx context.Context, p *language.Project, platform spec.Platform) diag.List {
	runtime := plan.RuntimeOf(p.Spec)
	lang, _, _ := languages.Detect(p)
	if lang == nil || lang.Interpreter == "" && !lang.OpensRuntime || runtime.Kind != plan.Custom || r.closed {
		return nil
	}
	image, err := r.Resolve(ctx, runtime.Ref, platform, "runtime "+platform.String())
	var tree *daemon.Tree
	if err == nil {
		tree, err = r.Solve(ctx, image.State)
	}
	if err != nil {
		return runtime.Lacking(err)
	}
	p.Runtime = tree
	return nil
}

// place gives steps that nothing in the spec is for the place of their target.
func (r *request) place(p *plan.Plan) {
	t, ok := r.doc.Target(p.Name)
	for _, step := range slices.Concat(p.Compile.Chain(), p.Test.Chain()) {
		if ok && step.Range.IsZero() {
			step.Range = t.Name.Range
		}
	}
}

// uses returns the targets of the file that a spec takes files of. A named
// context of whoever builds comes before a target of that name.
func (r *request) uses(s *spec.Spec) []string {
	var names []string
	seen := map[string]bool{}
	for _, f := range slices.Concat(s.Files, s.Build.Files) {
		t, ok := r.doc.Target(f.Source.Value)
		if name := t.Name.Value; ok && !seen[name] {
			seen[name] = true
			if !r.hasContext(name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// hasContext reports whether whoever builds gave a named context.
func (r *request) hasContext(name string) bool {
	_, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return false
	}
	given, err := r.UI.NamedContext(name, dockerui.ContextOpt{})
	return err != nil || given != nil
}
