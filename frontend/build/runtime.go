package build

import (
	"context"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/llb"
)

// looksAtRuntime reports a custom runtime that does not exist. Nobody should wait
// for a compile to be told of a misspelt name.
func (b *Builder) looksAtRuntime(ctx context.Context, p *plan.Plan) error {
	if p.Runtime.Kind != plan.Custom {
		return nil
	}
	_, err := b.runtimeImage(ctx, p, p.Runtime.Ref)
	return err
}

func (b *Builder) runtimeImage(ctx context.Context, p *plan.Plan, ref string) (*daemon.Image, error) {
	image, err := b.Daemon.Resolve(ctx, ref, p.Target, "runtime "+p.Target.String())
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
