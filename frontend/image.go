package frontend

import (
	"context"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/frontend/gateway/client"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	"golang.org/x/sync/errgroup"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// built is what became of a plan.
type built struct {
	state  llb.State
	config *dockerspec.DockerOCIImage
	base   *dockerspec.DockerOCIImage // of the runtime, nil for scratch
}

// platform builds what was asked for of one platform's plans.
func (b *build) platform(ctx context.Context, plans []*plan.Plan) (*dockerui.BuildResult, error) {
	make := b.image
	switch b.ui.Target {
	case spec.TestTarget:
		make, plans = b.test, distinctTests(plans)
	case spec.BinaryTarget:
		make, plans = b.binary, distinctPrograms(plans)
		if diags := sameNames(plans); diags.Err() != nil {
			return nil, b.problems(diags)
		}
	}
	var states []llb.State
	var made *built
	for _, p := range plans {
		var err error
		if made, err = make(ctx, p); err != nil {
			return nil, err
		}
		states = append(states, made.state)
	}
	ref, def, err := b.solve(ctx, llb.Together(states))
	if err != nil {
		return nil, b.failure(err, def, "")
	}
	return &dockerui.BuildResult{Reference: ref, Image: made.config, BaseImage: made.base, Epoch: &b.epoch}, nil
}

// distinctTests returns the plans whose tests are not those of an earlier one:
// programs of one module have the same.
func distinctTests(plans []*plan.Plan) []*plan.Plan {
	return distinct(plans, func(p *plan.Plan) language.Step { return p.Test })
}

// distinctPrograms returns the plans that compile what no earlier one does:
// targets may differ in their images alone.
func distinctPrograms(plans []*plan.Plan) []*plan.Plan {
	return distinct(plans, func(p *plan.Plan) language.Step { return p.Compile })
}

func distinct(plans []*plan.Plan, step func(*plan.Plan) language.Step) []*plan.Plan {
	var out []*plan.Plan
	for _, p := range plans {
		same := func(o *plan.Plan) bool {
			a, b := step(o), step(p)
			return o.Language == p.Language && a.Dir == b.Dir && slices.Equal(a.Args, b.Args) && slices.Equal(a.Env, b.Env)
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, p)
		}
	}
	return out
}

// sameNames reports programs that are to stand side by side and have one name.
func sameNames(plans []*plan.Plan) (diags diag.List) {
	for i, p := range plans {
		for _, o := range plans[:i] {
			if o.Program == p.Program {
				diags.Errorf(p.Compile.Range, "targets %q and %q both make a program %q", o.Name, p.Name, p.Program)
			}
		}
	}
	return diags
}

// job is what is known of a plan while it is built.
type job struct {
	*llb.Stages
	from  llb.Origins            // what its files are copied from
	trees map[plan.Origin]*files // what its steps left
}

// image compiles, opens the result, and puts it into an image.
func (b *build) image(ctx context.Context, p *plan.Plan) (*built, error) {
	if err := b.hasRuntime(ctx, p); err != nil {
		return nil, err
	}
	j, err := b.job(ctx, p)
	if err != nil {
		return nil, err
	}
	objects, report, err := b.compile(ctx, j)
	if err != nil {
		return nil, err
	}
	runtime, base, err := b.runtime(ctx, j, objects)
	if err != nil {
		return nil, err
	}
	libraries, err := b.link(ctx, j, objects, runtime)
	if err != nil {
		return nil, err
	}
	export, diags := p.Export(base, plan.Found{Libraries: libraries, Arguments: report.Arguments, Empty: j.empty()})
	if export == nil {
		return nil, b.problems(diags)
	}
	out := &built{}
	state := llb.Scratch()
	if runtime != nil {
		state, out.base = runtime.state, runtime.config
	}
	out.state = j.Export(state, export, j.from)
	out.config = j.ImageConfig(export, out.base, b.ui.Labels)
	return out, nil
}

// binary compiles and returns the artifacts alone.
func (b *build) binary(ctx context.Context, p *plan.Plan) (*built, error) {
	j, err := b.job(ctx, p)
	if err != nil {
		return nil, err
	}
	if _, _, err := b.compile(ctx, j); err != nil {
		return nil, err
	}
	return &built{state: j.Artifacts(p.Artifacts(), j.from), config: j.BareConfig(p.Target)}, nil
}

// test runs the project's tests on the builder; what they leave in the output
// directory is the result.
func (b *build) test(ctx context.Context, p *plan.Plan) (*built, error) {
	if t := p.Spec.Test; !t.Range.IsZero() && !t.Enabled {
		var diags diag.List
		diags.Errorf(t.Range, "there are no tests to run").Hint = "write \"test: true\", or a command"
		return nil, b.problems(diags)
	}
	j, err := b.job(ctx, p)
	if err != nil {
		return nil, err
	}
	tested, err := b.attempt(ctx, j, &p.Test, j.Test)
	if err != nil {
		return nil, err
	}
	return &built{state: tested.state, config: j.BareConfig(p.Target)}, nil
}

// job returns what emits the plan's stages, with the toolchain image resolved,
// and what they copy from.
func (b *build) job(ctx context.Context, p *plan.Plan) (*job, error) {
	toolchain, err := b.toolchain(ctx, p)
	if err != nil {
		if canceled(err) {
			return nil, err
		}
		var diags diag.List
		diags.Errorf(p.Toolchain.Range, "no toolchain: %v", err).Hint = p.Toolchain.Hint
		return nil, b.problems(diags)
	}
	s := &llb.Stages{Plan: p, Context: b.context, Image: toolchain.state, Options: b.options()}
	from := llb.Origins{plan.FromContext: b.context, plan.FromToolchain: s.Toolchain()}
	for _, source := range p.Sources() {
		state, err := b.origin(ctx, p, source)
		if err != nil {
			if canceled(err) || source.Range.IsZero() || p.Uses[source.Name] != nil {
				return nil, err // of a target it says where that failed
			}
			var diags diag.List
			diags.Errorf(source.Range, "no source: %v", err).Hint = b.sourceHint(source.Name)
			return nil, b.problems(diags)
		}
		from[source.Origin] = state
	}
	return &job{s, from, map[plan.Origin]*files{}}, nil
}

// origin returns what files are copied from: a named context of whoever
// builds, a target of the file, or an image. The CA bundle is the same on every
// platform, so the builder's is taken, once.
func (b *build) origin(ctx context.Context, p *plan.Plan, source plan.Source) (llb.State, error) {
	name, platform := source.Name, p.Target
	if source.Origin == plan.FromCABundle {
		platform = p.Build
	}
	if used := p.Uses[name]; used != nil {
		made, err := b.built.get(name+" "+platform.String(), func() (*built, error) { return b.image(ctx, used) })
		if err != nil {
			return llb.State{}, err
		}
		return made.state, nil
	}
	img, err := b.resolve(ctx, name, platform, "files "+path.Base(name))
	if err != nil {
		return llb.State{}, err
	}
	return img.state, nil
}

// sourceHint returns the hint for a source that is no image: the target or named
// context that it may have meant. A single word that nothing is near to may be a
// context that was not given; anything else is the image that it looks like.
func (b *build) sourceHint(name string) string {
	var names []string
	for _, t := range b.doc.Targets() {
		names = append(names, t.Name.Value)
	}
	if hint := diag.DidYouMean(name, append(names, b.contexts()...)); hint != "" {
		return hint
	}
	if strings.ContainsAny(name, "./:@") {
		return ""
	}
	return "a source is a target of this file, an image, or a context: --build-context " + name + "=…"
}

// contexts returns the names of the contexts that whoever builds gave.
func (b *build) contexts() []string {
	var names []string
	for key := range b.client.BuildOpts().Opts {
		if name, ok := strings.CutPrefix(key, "context:"); ok {
			name, _, _ = strings.Cut(name, "::") // a platform
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// toolchain returns the plan's toolchain image: a newer patch where the pinned
// one has no image, the exact one where the newest that is to be had is too old.
func (b *build) toolchain(ctx context.Context, p *plan.Plan) (*image, error) {
	t := p.Toolchain
	img, err := b.resolve(ctx, t.Ref, p.Build, p.Language)
	if errors.Is(err, errNoImage) && t.Forward != "" {
		newer, forwardErr := b.resolve(ctx, t.Forward, p.Build, p.Language)
		if forwardErr != nil {
			return nil, err
		}
		var diags diag.List
		diags.Warnf(t.Range, "%s does not exist, so %s is used", t.Ref, t.Forward)
		b.warnOnce(ctx, diags)
		return newer, nil
	}
	if err != nil || t.Exact == "" || img.config == nil {
		return img, err
	}
	have, ok := llb.Base(img.config).Env.Get(t.VersionEnv)
	if ok && t.Older(have) {
		return b.resolve(ctx, t.Exact, p.Build, p.Language)
	}
	return img, nil
}

// options returns what whoever builds asked for.
func (b *build) options() llb.Options {
	c := b.ui.Config
	return llb.Options{
		Caps:           b.client.BuildOpts().LLBCaps,
		SourceMap:      b.source.SourceMap,
		Proxy:          llb.Proxy(c.BuildArgs),
		ExtraHosts:     c.ExtraHosts,
		Network:        c.NetworkMode,
		Hostname:       c.Hostname,
		CacheNamespace: c.CacheIDNamespace,
		NoCache:        b.ui.IsNoCache,
		Resources:      llb.Resources(b.client.BuildOpts().LLBCaps, c.ShmSize, c.Ulimits, c.CgroupParent, c.LinuxResources),
		Epoch:          b.epoch,
	}
}

// fetch has what steps need and what the image takes of it fetched, several at a
// time. It is apart from compile, so that its failure is told apart.
func (b *build) fetch(ctx context.Context, j *job, steps []language.Step, copies ...language.Copy) error {
	needed := map[*language.Fetch]bool{}
	for _, step := range steps {
		for _, f := range step.Fetches {
			needed[f.Fetch] = true
		}
	}
	for _, c := range copies {
		if c.From.Fetch != nil {
			needed[c.From.Fetch] = true
		}
	}
	var mu sync.Mutex
	group, groupCtx := errgroup.WithContext(ctx)
	for f := range needed {
		group.Go(func() error {
			state := j.Fetch(f)
			ref, def, err := b.solve(groupCtx, state)
			if err != nil {
				return b.failure(err, def, fetchHint)
			}
			mu.Lock()
			defer mu.Unlock()
			j.from[plan.FromFetch(f)], j.trees[plan.FromFetch(f)] = state, newFiles(ctx, ref)
			return nil
		})
	}
	return group.Wait()
}

const fetchHint = "see the log above; behind a proxy that has its own CA, add --secret id=ca-certificates,src=<bundle>"

// compile has the program compiled, adds it to what is copied from, and
// returns the native code that goes into the image, and what the step reports.
func (b *build) compile(ctx context.Context, j *job) ([]artifact.Object, *language.Report, error) {
	p := j.Plan
	compiled, err := b.attempt(ctx, j, &p.Compile, j.Compile, p.Image.Copies()...)
	if err != nil {
		return nil, nil, err
	}
	j.from[plan.FromCompile], j.trees[plan.FromCompile] = compiled.state, compiled.tree
	objects, diags := j.verify()
	diags.Add(foreign(p, compiled.report.Natives))
	if diags.Err() != nil {
		return nil, nil, b.problems(diags)
	}
	b.warnOnce(ctx, diags)
	return objects, compiled.report, nil
}

// attempted is what a step left.
type attempted struct {
	state  llb.State
	tree   *files
	report *language.Report
}

// attempt has a step of the project run, after what it needs and copies are of is
// fetched. Where a step reports that it lacked something, the one that stands in
// for it is run; both are cached, so an unchanged project goes the same way.
func (b *build) attempt(ctx context.Context, j *job, step *language.Step, emit func(language.Step, llb.Origins) llb.State, copies ...language.Copy) (*attempted, error) {
	lacked := ""
	for {
		if err := b.fetch(ctx, j, append(slices.Clone(j.Plan.Scripts), *step), copies...); err != nil {
			return nil, err
		}
		state := emit(*step, j.from)
		ref, def, err := b.solve(ctx, state)
		if err != nil {
			return nil, b.compileFailure(ctx, j.Plan, err, def)
		}
		out := &attempted{state, newFiles(ctx, ref), &language.Report{}}
		diags := readReport(step, out)
		if diags.Err() != nil {
			return nil, b.problems(diags)
		}
		if out.report.Lacked == "" || step.Otherwise == nil {
			b.warnOnce(ctx, append(diags, needsNetwork(step, lacked)...))
			return out, nil
		}
		lacked = out.report.Lacked
		step = step.Otherwise
	}
}

// readReport reads what a step says of its result, and returns the problems and
// warnings that it tells, at the step's place in the spec.
func readReport(step *language.Step, out *attempted) (diags diag.List) {
	if !step.Reports {
		return nil
	}
	data, err := out.tree.ReadFile(language.ReportFile)
	if err == nil {
		err = json.Unmarshal(data, out.report)
	}
	if err != nil {
		diags.Errorf(step.Range, "reading the report of %q: %v", step.Name, err)
		return diags
	}
	for _, r := range out.report.Problems {
		diags.Errorf(step.Range, "%s", r.Message).Hint = r.Hint
	}
	for _, r := range out.report.Warnings {
		diags.Warnf(step.Range, "%s", r.Message).Hint = r.Hint
	}
	if out.report.Lacked != "" && step.Otherwise == nil {
		diags.Errorf(step.Range, "%s: %s", step.Name, out.report.Lacked)
	}
	return diags
}

// needsNetwork warns of a step that had the network because those before it
// lacked something.
func needsNetwork(step *language.Step, lacked string) (diags diag.List) {
	if !step.Network {
		return nil
	}
	d := diags.Warnf(step.Range, "%q ran with the network, since no fetch brings all that it asks for: %s", step.Name, lacked)
	d.Hint = "its result can be another tomorrow, and it is done anew after every edit with what it downloads"
	return diags
}

// foreign warns of archives whose native code is for other platforms.
func foreign(p *plan.Plan, natives []language.Natives) (diags diag.List) {
	for _, n := range natives {
		if !slices.Contains(n.Architectures, p.Target.Architecture) {
			d := diags.Warnf(p.Compile.Range, "%s has native code for %s and none for %s", n.Name, strings.Join(n.Architectures, ", "), p.Target)
			d.Hint = "what needs it fails there; is there a release, or a classifier, for the platform?"
		}
	}
	return diags
}

// compileFailure returns the error for a failed compile: what the project
// itself shows to be the reason, else the step's failure at the spec's line.
func (b *build) compileFailure(ctx context.Context, p *plan.Plan, err error, def *llb.Definition) error {
	if canceled(err) {
		return err
	}
	if diagnose := languages.Named(p.Language).Diagnose; diagnose != nil {
		found := diagnose(&language.Project{FS: b.project, Spec: p.Spec, Build: p.Build}, p.Target)
		if found.Err() != nil {
			return b.problems(b.explainHidden(ctx, found))
		}
	}
	return b.failure(err, def, "")
}

// hasRuntime reports a custom runtime that does not exist. Nobody should wait for
// a compile to be told of a misspelt name.
func (b *build) hasRuntime(ctx context.Context, p *plan.Plan) error {
	if p.Runtime.Kind != plan.Custom {
		return nil
	}
	_, err := b.resolve(ctx, p.Runtime.Ref, p.Target, "runtime "+p.Target.String())
	return b.noRuntime(p.Runtime, err)
}

// noRuntime returns the error for a runtime that could not be resolved, at its
// place in the spec.
func (b *build) noRuntime(r plan.Runtime, err error) error {
	if err == nil || canceled(err) {
		return err
	}
	var diags diag.List
	diags.Errorf(r.Range, "no runtime: %v", err).Hint = runtimeHint(r)
	return b.problems(diags)
}

// runtimeHint says what may have been meant by a runtime that does not exist.
func runtimeHint(r plan.Runtime) string {
	if r.Kind == plan.Distroless {
		return "another \"runtime\" may have it: scratch, or an image"
	}
	name, _, _ := strings.Cut(r.Ref, ":")
	if strings.HasPrefix(name, "distroless") {
		name = "distroless"
	}
	switch near, _ := diag.Nearest(name, []string{"distroless", "scratch"}); near {
	case "distroless":
		return "there are \"distroless\" and \"distroless:debug\""
	case "scratch":
		return "did you mean \"scratch\"?"
	}
	return ""
}

// runtime returns the image that the program will run on, nil for scratch.
func (b *build) runtime(ctx context.Context, j *job, objects []artifact.Object) (*image, plan.Base, error) {
	p := j.Plan
	ref := p.Runtime.Ref
	switch p.Runtime.Kind {
	case plan.Scratch:
		return nil, plan.Base{}, nil
	case plan.Distroless:
		ref = plan.DistrolessRef(artifact.Variant(p.Runtime.Variants, objects), p.Runtime.Debug)
	}
	img, err := b.resolve(ctx, ref, p.Target, "runtime "+p.Target.String())
	if err != nil {
		return nil, plan.Base{}, b.noRuntime(p.Runtime, err)
	}
	base := llb.Base(img.config)
	if p.Runtime.Kind == plan.Custom {
		tree, err := b.tree(ctx, img.state)
		if err != nil {
			return nil, plan.Base{}, err
		}
		base.FS = tree
	}
	return img, base, nil
}

// tree returns the files of a state.
func (b *build) tree(ctx context.Context, state llb.State) (*files, error) {
	ref, def, err := b.solve(ctx, state)
	if err != nil {
		return nil, b.failure(err, def, "")
	}
	return newFiles(ctx, ref), nil
}

// link returns the libraries that go with the program.
func (b *build) link(ctx context.Context, j *job, objects []artifact.Object, runtime *image) ([]artifact.Library, error) {
	if !slices.ContainsFunc(objects, func(o artifact.Object) bool { return !o.Static() }) {
		return nil, nil
	}
	toolchain, err := b.tree(ctx, j.Toolchain())
	if err != nil {
		return nil, err
	}
	l := &artifact.Linker{Platform: j.Plan.Target, Toolchain: toolchain}
	if runtime != nil {
		tree, err := b.tree(ctx, runtime.state)
		if err != nil {
			return nil, err
		}
		l.Runtime = tree
	}
	libraries, diags := l.Link(objects)
	for i := range diags {
		diags[i].Range = j.Plan.Runtime.Range
		diags[i].Hint = linkHint(j.Plan.Runtime.Kind)
	}
	if diags.Err() != nil {
		return nil, b.problems(diags)
	}
	b.warnOnce(ctx, diags)
	return libraries, nil
}

// linkHint says what helps where the runtime lacks a library.
func linkHint(kind plan.RuntimeKind) string {
	switch kind {
	case plan.Scratch:
		return "leave \"runtime\" out for distroless, or link statically"
	case plan.Custom:
		return "leave \"runtime\" out for distroless, or take an image of the same libc"
	}
	return "add the package that has it to build.packages"
}

// solve has a state built and returns it, with the definition that was sent.
func (b *build) solve(ctx context.Context, state llb.State) (client.Reference, *llb.Definition, error) {
	def, err := llb.Marshal(ctx, state, b.client.BuildOpts().LLBCaps, b.builder())
	if err != nil {
		return nil, nil, err
	}
	result, err := b.client.Solve(ctx, client.SolveRequest{
		Definition: def.ToPB(), CacheImports: b.ui.CacheImports, Evaluate: true,
	})
	if err != nil {
		return nil, def, err
	}
	ref, err := result.SingleRef()
	return ref, def, err
}
