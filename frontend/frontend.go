// Package frontend answers a request of BuildKit's gateway: it reads the spec and
// the project, plans, has the plans built, and answers with the images.
package frontend

import (
	"context"
	"errors"
	"slices"

	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/frontend/gateway/client"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/build"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/memo"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Build is the frontend: it answers a gateway's request with a result for
// every platform that was asked for.
func Build(ctx context.Context, c client.Client) (*client.Result, error) {
	if err := checkCaps(c.BuildOpts().Opts["frontend.caps"]); err != nil {
		return nil, err
	}
	c = daemon.Once(c)
	ui, err := dockerui.NewClient(c)
	if err != nil {
		return nil, err
	}
	r := &request{Daemon: daemon.New(c, ui)}
	defer r.TellTrace(ctx)
	var result *client.Result
	if id := c.BuildOpts().Opts["requestid"]; id != "" {
		result, err = r.answer(ctx, id)
	} else {
		result, err = r.build(ctx)
	}
	if err != nil {
		return nil, r.tell(ctx, err)
	}
	return result, nil
}

// request is one call of the frontend.
type request struct {
	*daemon.Daemon

	doc    *spec.Document
	asking bool // for a question, which builds nothing
	closed bool // no custom runtime is looked into

	source    source
	plans     memo.Map[planKey, *planned]
	manifests language.Memo // what was read of the project
	inventory inventory
}

// tell returns an error as clients show it. Files that an ignore file hides are not
// said to be missing.
func (r *request) tell(ctx context.Context, err error) error {
	var list diag.List
	if errors.As(err, &list) {
		err = r.explainEmpty(r.explainHidden(ctx, list)).Err()
	}
	return r.Tell(err)
}

// build builds what was asked for.
func (r *request) build(ctx context.Context) (*client.Result, error) {
	if err := r.ReadSpec(ctx); err != nil {
		return nil, err
	}
	diags := r.parse()
	if r.doc == nil {
		return nil, diags
	}
	if refused := r.refused(); refused.Err() != nil {
		return nil, refused
	}
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	r.Warn(ctx, r.lacking())
	var err error
	if r.inventory, err = r.inventoryOf(ctx); err != nil {
		return nil, err
	}
	plans, more := r.all(ctx)
	if diags.Add(more); diags.Err() != nil {
		return nil, diags
	}
	b := r.builder()
	wait := b.Expect(ctx, r.imagesOf(plans))
	if err := r.lint(ctx); err != nil {
		return nil, err
	}
	result, err := r.images(ctx, b, plans)
	if err == nil {
		wait() // nothing is asked for after the answer
	}
	return result, err
}

// imagesOf returns the plans of which images are made, and not what is built for them.
func (r *request) imagesOf(plans [][]*plan.Plan) []*plan.Plan {
	if r.UI.Target == spec.TestTarget || r.UI.Target == spec.BinaryTarget {
		return nil
	}
	return slices.Concat(plans...)
}

// images has the plans of all platforms built, and what is asked of them said.
func (r *request) images(ctx context.Context, b *build.Builder, plans [][]*plan.Plan) (*client.Result, error) {
	made := make([]*build.Result, len(plans))
	result, err := r.UI.Build(ctx, func(ctx context.Context, _ *ocispecs.Platform, i int) (out *dockerui.BuildResult, err error) {
		made[i], out, err = r.platform(ctx, b, plans[i])
		return out, err
	})
	if err != nil {
		return nil, err
	}
	if err := r.attest(ctx, result, made); err != nil {
		return nil, err
	}
	if r.UI.Target != spec.TestTarget && r.UI.Target != spec.BinaryTarget { // which have no runtime
		r.Warn(ctx, r.untaken())
	}
	return result.Finalize()
}

// builder returns what makes images for this request.
func (r *request) builder() *build.Builder {
	return &build.Builder{
		Daemon:  r.Daemon,
		Context: r.source.state,
		Files:   r.source.tree,
		Options: r.options(),
		Labels:  r.UI.Labels,
		Sources: r.sourceNames(),
		Judge:   r.judge,
		Bills:   r.inventory.own,
		Surveys: r.carried() && !r.UI.IsNoCache("fetch"), // what a fetch leaves anew has none
	}
}

// carried reports whether a registry's cache carries what steps leave to builders that begin
// with nothing, for which it is laid out.
func (r *request) carried() bool {
	return len(r.UI.CacheImports) > 0 || r.UI.BuildArgs[apartArg] != ""
}

// platform builds what was asked for of one platform's plans.
func (r *request) platform(ctx context.Context, b *build.Builder, plans []*plan.Plan) (*build.Result, *dockerui.BuildResult, error) {
	made, err := r.make(ctx, b, plans)
	if err != nil {
		return nil, nil, err
	}
	tree, err := r.Solve(ctx, made.State)
	if err != nil {
		return nil, nil, err
	}
	return made, &dockerui.BuildResult{Reference: tree.Ref, Image: made.Config, BaseImage: made.Base, Epoch: &r.source.epoch}, nil
}

func (r *request) make(ctx context.Context, b *build.Builder, plans []*plan.Plan) (*build.Result, error) {
	switch r.UI.Target {
	case spec.TestTarget:
		return b.Tests(ctx, plans)
	case spec.BinaryTarget:
		return b.Binaries(ctx, plans)
	}
	return b.Image(ctx, plans[0])
}
