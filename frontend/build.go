// Package frontend is the conversation with BuildKit's gateway: it reads the
// spec and the project, plans, has the plan solved for every platform, opens
// what was compiled, and answers with the images.
package frontend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/frontend/gateway/client"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	stages "github.com/stagefront/stagefront/llb"
)

// build is one call of the frontend.
type build struct {
	client client.Client
	ui     *dockerui.Client
	source *dockerui.Source // the spec as BuildKit knows it
	file   *diag.Source     // the spec
	doc    *spec.Document
	asking bool           // for a request that builds nothing
	images memo[*image]   // by reference and platform
	made   memo[*planned] // by target and platform
	built  memo[*built]   // by target and platform
	warned sync.Map       // what warnOnce has sent

	context llb.State // the build context after its ignore rules
	project *files    // what is in it
	epoch   time.Time
}

// Build is the frontend: it answers a gateway's request with a result for
// every platform that was asked for.
func Build(ctx context.Context, c client.Client) (*client.Result, error) {
	if err := checkCaps(c.BuildOpts().Opts["frontend.caps"]); err != nil {
		return nil, err
	}
	ui, err := dockerui.NewClient(c)
	if err != nil {
		return nil, err
	}
	if ui.SBOM != nil {
		return nil, errors.New("SBOM attestations are not supported: build without --sbom")
	}
	b := &build{client: c, ui: ui}
	if id := c.BuildOpts().Opts["requestid"]; id != "" {
		return b.answerRequest(ctx, id)
	}
	if err := b.read(ctx); err != nil {
		return nil, err
	}
	diags := b.parse()
	if b.doc == nil {
		return nil, b.problems(diags)
	}
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	plans, more := b.plans()
	diags.Add(more)
	if diags.Err() != nil {
		return nil, b.problems(b.explainHidden(ctx, diags))
	}
	if err := b.lint(ctx); err != nil {
		return nil, err
	}
	result, err := ui.Build(ctx, func(ctx context.Context, _ *ocispecs.Platform, i int) (*dockerui.BuildResult, error) {
		return b.platform(ctx, plans[i])
	})
	if err != nil {
		return nil, err
	}
	return result.Finalize()
}

// read reads the spec file.
func (b *build) read(ctx context.Context) error {
	source, err := b.ui.ReadEntrypoint(ctx, "YAML")
	if err != nil {
		if canceled(err) {
			return err
		}
		return fmt.Errorf("cannot read the spec: %s", strings.TrimPrefix(err.Error(), "failed to read dockerfile: "))
	}
	b.source = source
	b.file = &diag.Source{Name: source.Filename, Data: source.Data, Language: "YAML"}
	return nil
}

// parse parses the spec; b.doc is nil when it cannot be.
func (b *build) parse() diag.List {
	doc, diags := spec.Parse(b.file)
	b.doc = doc
	return diags
}

// plans returns, for every platform in the order of b.targets, the plans of
// what was asked for, and what is wrong in any of them or in the targets whose
// files they take. An image has one plan; the artifacts and the tests of a file
// without an entrypoint of its own are those of all its targets.
func (b *build) plans() ([][]*plan.Plan, diag.List) {
	var all [][]*plan.Plan
	var diags diag.List
	for _, platform := range b.targets() {
		if b.ui.Target == spec.TestTarget {
			platform = b.builder()
		}
		var plans []*plan.Plan
		for _, name := range b.names() {
			p, more := b.plan(name, platform)
			diags.Add(more)
			plans = append(plans, p)
		}
		all = append(all, plans)
	}
	return all, diags
}

// names returns the targets of the file that are built for the one asked for.
func (b *build) names() []string {
	if b.ui.Target != spec.TestTarget && b.ui.Target != spec.BinaryTarget {
		return []string{b.ui.Target}
	}
	if b.hasDefault() {
		return []string{""}
	}
	return b.doc.Programs()
}

// hasDefault reports whether the top level is an image of its own: it says what
// it starts, or the project has one program alone.
func (b *build) hasDefault() bool {
	if b.doc.Programs()[0] == "" {
		return true
	}
	p, _ := b.plan("", b.targets()[0])
	return p != nil
}

// asked returns the targets that a request without a target is about: every
// image of the file.
func (b *build) asked() []string {
	switch b.ui.Target {
	case "", spec.TestTarget, spec.BinaryTarget:
	default:
		return []string{b.ui.Target}
	}
	var names []string
	if b.hasDefault() {
		names = append(names, "")
	}
	for _, t := range b.doc.Targets() {
		names = append(names, t.Name.Value)
	}
	return names
}

// planned is a plan, or why there is none.
type planned struct {
	plan  *plan.Plan
	diags diag.List
}

// plan returns the plan of a target for a platform, with the plans of the
// targets that it takes files of.
func (b *build) plan(target string, platform spec.Platform) (*plan.Plan, diag.List) {
	made, _ := b.made.get(target+" "+platform.String(), func() (*planned, error) {
		p, diags := b.newPlan(target, platform)
		return &planned{p, diags}, nil
	})
	return made.plan, slices.Clone(made.diags)
}

// spec returns what the file says of a target on a platform.
func (b *build) spec(target string, platform spec.Platform) (*spec.Spec, diag.List) {
	return b.doc.Spec(spec.Request{BuildArgs: b.ui.BuildArgs, Platform: platform, Target: target, Asking: b.asking})
}

func (b *build) newPlan(target string, platform spec.Platform) (*plan.Plan, diag.List) {
	s, diags := b.spec(target, platform)
	if s == nil {
		return nil, diags
	}
	project := &language.Project{FS: b.project, Spec: s, Build: b.builder()}
	if !s.Entrypoint.IsSet() {
		for _, t := range b.doc.Targets() {
			project.Targets = append(project.Targets, t.Name.Value)
		}
	}
	diags.Add(b.lookInto(project, platform))
	if diags.Err() != nil {
		return nil, diags
	}
	p, more := plan.New(project, platform)
	diags.Add(more)
	if p == nil {
		return nil, diags
	}
	diags.Add(p.SetMirrors(b.ui.BuildArgs))
	p.Name, p.Uses = target, map[string]*plan.Plan{}
	b.place(p)
	for _, name := range b.uses(s) {
		used, more := b.plan(name, platform)
		diags.Add(more)
		p.Uses[name] = used
	}
	return p, diags
}

// lookInto opens the custom runtime of a project that needs an interpreter of it.
func (b *build) lookInto(p *language.Project, platform spec.Platform) (diags diag.List) {
	r := plan.RuntimeOf(p.Spec)
	if lang, _, _ := language.Detect(p); lang == nil || !lang.Interpreted || r.Kind != plan.Custom {
		return nil
	}
	img, err := b.resolve(b.project.ctx, r.Ref, platform, "runtime "+platform.String())
	if err == nil {
		p.Runtime, err = b.tree(b.project.ctx, img.state)
	}
	if err != nil {
		diags.Errorf(r.Range, "no runtime: %v", err)
	}
	return diags
}

// place gives steps that nothing in the spec is for the place of their target.
func (b *build) place(p *plan.Plan) {
	t, ok := b.doc.Target(p.Name)
	for _, step := range slices.Concat(p.Compile.Chain(), p.Test.Chain()) {
		if ok && step.Range.IsZero() {
			step.Range = t.Name.Range
		}
	}
}

// uses returns the targets of the file that a spec takes files of. A named
// context of whoever builds comes before a target of that name.
func (b *build) uses(s *spec.Spec) []string {
	var names []string
	for _, f := range slices.Concat(s.Files, s.Build.Files) {
		t, ok := b.doc.Target(f.Source.Value)
		if name := t.Name.Value; ok && !slices.Contains(names, name) && !b.hasContext(name) {
			names = append(names, name)
		}
	}
	return names
}

// hasContext reports whether whoever builds gave a named context.
func (b *build) hasContext(name string) bool {
	_, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return false
	}
	given, err := b.ui.NamedContext(name, dockerui.ContextOpt{})
	return err != nil || given != nil
}

// builder returns the platform that toolchains run on.
func (b *build) builder() spec.Platform {
	return stages.Platform(b.ui.BuildPlatforms[0])
}

// targets returns the platforms to build for; the builder's own when none was asked for.
func (b *build) targets() []spec.Platform {
	if len(b.ui.TargetPlatforms) == 0 {
		return []spec.Platform{b.builder()}
	}
	var targets []spec.Platform
	for _, p := range b.ui.TargetPlatforms {
		targets = append(targets, stages.Platform(p))
	}
	return targets
}

// load brings the build context to the daemon, as far as the ignore rules let
// it: what is planned from is also what is compiled.
func (b *build) load(ctx context.Context) error {
	state, err := b.ui.MainContext(ctx)
	if err != nil {
		return err
	}
	ref, def, err := b.solve(ctx, *state)
	if err != nil {
		return b.failure(err, def, "")
	}
	b.context, b.project = *state, newFiles(ctx, ref)
	b.epoch, err = b.sourceEpoch(ctx)
	return err
}

// sourceEpoch returns the time that every file of the image is stamped with.
func (b *build) sourceEpoch(ctx context.Context) (time.Time, error) {
	value := b.ui.BuildArgs["SOURCE_DATE_EPOCH"]
	if value == "context" {
		t, err := b.ui.ResolveMainContextSourceDateEpoch(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if t != nil {
			return *t, nil
		}
		value = ""
	}
	return stages.Epoch(value)
}

// warn sends warnings to the client, each with its place.
func (b *build) warn(ctx context.Context, diags diag.List) {
	for _, d := range diags.Warnings() {
		opts := client.WarnOpts{Level: 1, URL: d.URL}
		if d.Hint != "" {
			opts.Detail = [][]byte{[]byte(d.Hint)}
		}
		r := d.Range
		if r.IsZero() {
			r = b.file.Line(1)
		}
		e := b.excerpt(r)
		opts.SourceInfo, opts.Range = e.Info, e.Ranges
		b.source.Warn(ctx, d.Text(), opts)
	}
}

// warnOnce sends warnings that platforms find apart from each other.
func (b *build) warnOnce(ctx context.Context, diags diag.List) {
	for _, d := range diags {
		if _, told := b.warned.LoadOrStore(d.String(), true); !told {
			b.warn(ctx, diag.List{d})
		}
	}
}

// unknownArgs warns of build args that nothing in the spec or the product reads.
func (b *build) unknownArgs() (diags diag.List) {
	known := slices.Concat(b.doc.ArgNames(""), predeclared)
	// Targets declare args too, and a file is often built by one command for all of them.
	for _, t := range b.doc.Targets() {
		known = append(known, b.doc.ArgNames(t.Name.Value)...)
	}
	for _, l := range language.All {
		known = append(known, l.Mirrors...)
	}
	var names []string
	for name := range b.ui.BuildArgs {
		if !slices.Contains(known, name) && !slices.Contains(known, strings.ToUpper(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		d := diags.Warnf(diag.Range{}, "build arg %q is not declared", name)
		d.Rule = "UndeclaredArg"
		if d.Hint = diag.DidYouMean(name, known); d.Hint == "" {
			d.Hint = "declare it under build.args"
		}
	}
	return diags
}

// predeclared are the build args that mean something everywhere.
var predeclared = []string{
	"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY",
	"SOURCE_DATE_EPOCH",
	"BUILDKIT_BUILD_NAME", "BUILDKIT_CACHE_MOUNT_NS", "BUILDKIT_CONTEXT_KEEP_GIT_DIR",
	"BUILDKIT_DOCKERFILE_CHECK", "BUILDKIT_GIT_ADVICE", "BUILDKIT_INLINE_CACHE",
	"BUILDKIT_MULTI_PLATFORM", "BUILDKIT_SANDBOX_HOSTNAME", "BUILDKIT_SBOM_SCAN_CONTEXT",
	"BUILDKIT_SBOM_SCAN_STAGE", "BUILDKIT_SYNTAX",
}
