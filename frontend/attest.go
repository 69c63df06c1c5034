package frontend

import (
	"context"
	"slices"

	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/result"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/build"
	"github.com/stagefront/stagefront/llb"
)

// attest adds to the images of all platforms, in the order of what was asked for, what
// they are made of.
func (r *request) attest(ctx context.Context, out *dockerui.ResultBuilder, made []*build.Result) error {
	return out.EachPlatform(ctx, func(ctx context.Context, id string, p ocispecs.Platform) error {
		i := slices.IndexFunc(r.UI.TargetPlatforms, func(o ocispecs.Platform) bool { return llb.Platform(o) == llb.Platform(p) })
		said, err := r.attestation(ctx, id, made[max(i, 0)]) // without any it is the only one
		if said == nil || err != nil {
			return err
		}
		sent, err := result.ConvertAttestation(said, func(state *llb.State) (client.Reference, error) {
			tree, err := r.Solve(ctx, *state)
			if err != nil {
				return nil, err
			}
			return tree.Ref, nil
		})
		if err != nil {
			return err
		}
		out.AddAttestation(id, *sent)
		return nil
	})
}

// attestation returns what is said of an image, nil for nothing.
func (r *request) attestation(ctx context.Context, id string, of *build.Result) (*llb.Attestation, error) {
	options := r.options()
	if of.Bill != nil {
		data, err := of.Bill.SPDX()
		if err != nil {
			return nil, err
		}
		said := options.Document(id, data)
		return &said, nil
	}
	if r.inventory.scanner == nil {
		return nil, nil
	}
	extras := map[string]llb.State{}
	if r.inventory.context {
		extras["context"] = r.source.state
	}
	for _, s := range of.Stages {
		if slices.Contains(r.inventory.stages, s.Of) {
			extras[s.Name] = s.State
		}
	}
	said, err := options.Scan(ctx, r.inventory.scanner, id, of.State, extras)
	return &said, err
}
