// Package build makes images of plans: it has their steps run, opens what they
// left, and puts that onto the runtime.
package build

import (
	"context"
	"io/fs"
	"path"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/memo"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// Builder makes what one call of the frontend asks for. Problems are returned as a
// diag.List, failed steps as a daemon.Failure.
type Builder struct {
	Daemon  *daemon.Daemon
	Context llb.State // the build context after its ignore rules
	Files   fs.FS     // what is in it
	Options llb.Options
	Labels  map[string]string // of whoever builds
	Sources []string          // names of targets and contexts, which a source may have meant
	// Judge returns what becomes of problems for a spec, which says how findings of
	// rules are treated among them. It may be nil.
	Judge func(s *spec.Spec, found diag.List) diag.List
	// Bills says that of every image is told what it is made of.
	Bills bool

	// Surveys says that what is looked at of trees is noted by steps of their own, for a
	// registry's cache to carry.
	Surveys bool

	used memo.Map[usedKey, *Result] // images that others take files of
}

// usedKey is what an image that others take files of is known by.
type usedKey struct {
	target   string
	platform spec.Platform
}

// Result is what became of plans, before it is exported.
type Result struct {
	State  llb.State
	Config *dockerspec.DockerOCIImage
	Base   *dockerspec.DockerOCIImage // of the runtime, nil for scratch
	Bill   *bom.Bill                  // of an image, where that was asked for
	Stages []Stage                    // that led to an image
}

// Image compiles, opens the result, and puts it into an image.
func (b *Builder) Image(ctx context.Context, p *plan.Plan) (*Result, error) {
	j, err := b.prepare(ctx, p, func(j *job) { j.guess(ctx) })
	if err != nil {
		return nil, err
	}
	j.lookAhead(ctx)
	var found *compiled
	err = all(
		func() (err error) {
			found, err = j.compile(ctx, j.told)
			return err
		},
		func() error { return j.unpack(ctx) },
	)
	if err != nil {
		return nil, err
	}
	defer j.ahead.Wait() // what was guessed wrong too: nothing is asked for after the answer
	return j.export(ctx, found)
}

// Binaries compiles the programs of plans side by side and returns them alone. Of
// plans that compile the same, the first counts: targets may differ in their
// images alone. Of several that an interpreter runs each is in a directory of its
// target's name.
func (b *Builder) Binaries(ctx context.Context, plans []*plan.Plan) (*Result, error) {
	plans = distinct(plans, binaryWork)
	if diags := sameNames(plans); diags.Err() != nil {
		return nil, diags
	}
	below := func(p *plan.Plan) string {
		if len(plans) == 1 || p.Program != "" {
			return "/"
		}
		return path.Join("/", p.Name)
	}
	return b.together(plans, func(p *plan.Plan) (*Result, error) {
		j, err := b.prepare(ctx, p, func(*job) {})
		if err != nil {
			return nil, err
		}
		if _, err := j.compile(ctx, func(context.Context, *language.Report) {}); err != nil {
			return nil, err
		}
		layers := p.Artifacts(below(p))
		bill, err := j.bill(ctx, nil, layers)
		return &Result{State: j.Artifacts(layers, j.from), Config: j.BareConfig(p.Target, j.Labels), Bill: bill}, err
	})
}

// Tests runs the tests of plans side by side, on the builder; what they leave in
// the output directory is the result. Of plans with the same tests the first
// counts: programs of one module have the same.
func (b *Builder) Tests(ctx context.Context, plans []*plan.Plan) (*Result, error) {
	return b.together(distinct(plans, testWork), func(p *plan.Plan) (*Result, error) {
		if t := p.Spec.Test; !t.Range.IsZero() && !t.Enabled {
			var diags diag.List
			diags.Errorf(t.Range, "there are no tests to run").Hint = "write \"test: true\", or a command"
			return nil, diags
		}
		if p.Test.IsZero() {
			var diags diag.List
			diags.Errorf(p.Spec.Test.Range, "there are no tests to run").Hint =
				"say what runs them: \"test: [program, argument]\""
			return nil, diags
		}
		j, err := b.job(ctx, p)
		if err != nil {
			return nil, err
		}
		if err := j.sources(ctx); err != nil {
			return nil, err
		}
		tested, err := j.attempt(ctx, &p.Test, j.Test)
		if err != nil {
			return nil, err
		}
		return &Result{State: tested.state, Config: j.BareConfig(p.Target, j.Labels), Bill: j.toolBill("tests of " + j.title())}, nil
	})
}

// together makes a result of each plan at the same time and returns all in one,
// with the config of the last.
func (b *Builder) together(plans []*plan.Plan, make func(*plan.Plan) (*Result, error)) (*Result, error) {
	results := map[*plan.Plan]*Result{}
	err := each(plans, func(p *plan.Plan, keep func(func())) error {
		result, err := make(p)
		keep(func() { results[p] = result })
		return err
	})
	if err != nil {
		return nil, err
	}
	var states []llb.State
	var bills []*bom.Bill
	for _, p := range plans {
		states, bills = append(states, results[p].State), append(bills, results[p].Bill)
	}
	last := results[plans[len(plans)-1]]
	return &Result{State: b.Options.Together(states), Config: last.Config, Base: last.Base, Bill: joined(bills)}, nil
}
