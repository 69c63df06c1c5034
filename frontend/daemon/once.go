package daemon

import (
	"context"
	"strings"

	"github.com/moby/buildkit/frontend/gateway/client"
	digest "github.com/opencontainers/go-digest"

	"github.com/stagefront/stagefront/frontend/memo"
	"github.com/stagefront/stagefront/llb"
)

// Once returns a gateway that is asked for every state once, whoever asks: dockerui
// reads the spec and the ignore rules by itself.
func Once(c client.Client) client.Client { return &single{Client: c} }

type single struct {
	client.Client
	solved memo.Map[solveKey, *client.Result]
}

// solveKey is what a solve is known by: the last vertex, which depends on all others.
type solveKey struct {
	head     digest.Digest
	evaluate bool
}

func (o *single) Solve(ctx context.Context, req client.SolveRequest) (*client.Result, error) {
	if req.Definition == nil || len(req.Definition.Def) == 0 {
		return o.Client.Solve(ctx, req)
	}
	head := digest.FromBytes(req.Definition.Def[len(req.Definition.Def)-1])
	return o.solved.Get(solveKey{head, req.Evaluate}, func() (*client.Result, error) { return o.Client.Solve(ctx, req) })
}

// foresee has the client send the ignore rules of the build context while it sends the
// spec. Whether they are in another place the spec's directory tells, and that is rare.
func (d *Daemon) foresee(ctx context.Context) {
	for name := range d.Gateway.BuildOpts().Opts {
		if name == "context" || name == "contextkey" || strings.HasPrefix(name, "local-sessionid:") {
			return // a context that is no directory of the client, or of another
		}
	}
	if inputs, err := d.Gateway.Inputs(ctx); err != nil || len(inputs) > 0 {
		return
	}
	rules := llb.LocalFile("context", ".dockerignore", d.Gateway.BuildOpts().SessionID)
	def, err := llb.Marshal(ctx, rules, d.Gateway.BuildOpts().LLBCaps, d.Host())
	if err != nil {
		return
	}
	result, err := d.Gateway.Solve(ctx, client.SolveRequest{Definition: def.ToPB()})
	if err != nil {
		return
	}
	// Nothing is sent before somebody asks what is in it.
	if ref, err := result.SingleRef(); err == nil && ref != nil {
		ref.Evaluate(ctx)
	}
}
