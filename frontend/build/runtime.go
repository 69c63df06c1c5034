package build

import (
	"context"
	"errors"
	"slices"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/llb"
)

// looksAtRuntime reports a custom runtime that does not exist, and distroless where it
// is not made for the platform. Nobody should wait for a compile to be told of that.
func (b *Builder) looksAtRuntime(ctx context.Context, p *plan.Plan) error {
	switch {
	case p.Runtime.Kind == plan.Custom:
		_, err := b.runtimeImage(ctx, p, p.Runtime.Ref)
		return err
	case p.Runtime.Kind == plan.Distroless && !slices.Contains(everywhere, p.Target.Architecture):
		// The variant that the program needs is not known yet; all are for the same.
		ref := plan.DistrolessRef(p.Runtime.Variants[0], p.Runtime.Debug)
		if _, err := b.resolveRuntime(ctx, p, ref); errors.Is(err, daemon.ErrNotFor) {
			return p.Runtime.Lacking(err)
		}
	}
	return nil
}

// everywhere are the architectures that every variant of distroless is made for, of
// which nobody needs to ask.
var everywhere = []string{"amd64", "arm64"}

func (b *Builder) resolveRuntime(ctx context.Context, p *plan.Plan, ref string) (*daemon.Image, error) {
	return b.Daemon.Resolve(ctx, ref, p.Target, "runtime "+p.Target.String())
}

func (b *Builder) runtimeImage(ctx context.Context, p *plan.Plan, ref string) (*daemon.Image, error) {
	image, err := b.resolveRuntime(ctx, p, ref)
	if err == nil || daemon.Canceled(err) {
		return image, err
	}
	return nil, p.Runtime.Lacking(err)
}

// runtime returns the image that the program will run on, nil for scratch.
func (j *job) runtime(ctx context.Context, objects []artifact.Object) (*daemon.Image, plan.Base, error) {
	p := j.Plan
	ref := p.Runtime.Ref
	switch p.Runtime.Kind {
	case plan.Scratch:
		return nil, plan.Base{}, nil
	case plan.Distroless:
		ref = plan.DistrolessRef(artifact.Variant(p.Runtime.Variants, objects), p.Runtime.Debug)
	}
	image, err := j.runtimeImage(ctx, p, ref)
	if err != nil {
		return nil, plan.Base{}, err
	}
	base := llb.Base(image.Config)
	if p.Runtime.Kind == plan.Custom {
		tree, err := j.Daemon.Solve(ctx, image.State)
		if err != nil {
			return nil, plan.Base{}, err
		}
		base.FS = tree
	}
	return image, base, nil
}
