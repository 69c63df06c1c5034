// Package daemon is the conversation with BuildKit's gateway: it has states
// solved, images resolved and files read, and says what failed. It knows no plan.
package daemon

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/frontend/gateway/client"
	digest "github.com/opencontainers/go-digest"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/memo"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// Daemon is one call of the frontend as the daemon sees it. What was asked once is
// not asked again, whichever platform or target needs it.
type Daemon struct {
	Gateway client.Client
	UI      *dockerui.Client // what whoever builds asked for
	File    *diag.Source     // the spec, once it is read

	// Patience is how long a registry may take to say what an image is; zero is long
	// enough for one that makes it first. BuildKit would wait as long as the build lives.
	Patience time.Duration

	source   *dockerui.Source // the spec as BuildKit knows it
	images   memo.Map[imageKey, *Image]
	configs  sync.Map                       // of images, by what names them with their digest
	solved   memo.Map[digest.Digest, *Tree] // by the last vertex of the definition
	warned   sync.Map                       // what Warn has sent
	taken    taken
	marshals sync.Mutex
	trace    *trace // nil where nobody asked for it
}

// New returns the daemon that a client of the gateway speaks for.
func New(c client.Client, ui *dockerui.Client) *Daemon {
	d := &Daemon{Gateway: c, UI: ui}
	if ui.BuildArgs[TraceArg] != "" {
		d.trace = &trace{start: time.Now()}
	}
	return d
}

// ReadSpec reads the spec file. It is where problems without a place of their own
// are shown from then on.
func (d *Daemon) ReadSpec(ctx context.Context) error {
	var foreseen sync.WaitGroup
	foreseen.Go(func() { d.foresee(ctx) })
	answered := d.trace.ask("solve", "the spec")
	source, err := d.UI.ReadEntrypoint(ctx, "YAML")
	answered()
	foreseen.Wait()
	if err != nil {
		if Canceled(err) {
			return err
		}
		return fmt.Errorf("cannot read the spec: %s", strings.TrimPrefix(err.Error(), "failed to read dockerfile: "))
	}
	d.source = source
	d.File = &diag.Source{Name: source.Filename, Data: source.Data, Language: "YAML"}
	return nil
}

// MainContext returns the build context after its ignore rules, which are read.
func (d *Daemon) MainContext(ctx context.Context) (*llb.State, error) {
	defer d.trace.ask("solve", "the ignore rules")()
	return d.UI.MainContext(ctx)
}

// Host returns the platform that steps run on.
func (d *Daemon) Host() spec.Platform { return llb.Platform(d.UI.BuildPlatforms[0]) }

// Solve has a state built and returns its files. An error that a step is the
// reason of is a Failure.
func (d *Daemon) Solve(ctx context.Context, state llb.State) (*Tree, error) {
	def, err := d.marshal(ctx, state)
	if err != nil {
		return nil, err
	}
	if len(def.Def) == 0 { // a state without files
		return d.solve(ctx, def)
	}
	head := digest.FromBytes(def.Def[len(def.Def)-1])
	return d.solved.Get(head, func() (*Tree, error) { return d.solve(ctx, def) })
}

// marshal returns a state as it is sent. BuildKit sorts the mounts of steps while it
// does that, in place, and states that are solved at the same time share steps.
func (d *Daemon) marshal(ctx context.Context, state llb.State) (*llb.Definition, error) {
	d.marshals.Lock()
	defer d.marshals.Unlock()
	return llb.Marshal(ctx, state, d.Gateway.BuildOpts().LLBCaps, d.Host())
}

func (d *Daemon) solve(ctx context.Context, def *llb.Definition) (*Tree, error) {
	defer d.trace.ask("solve", llb.LastStep(def))()
	result, err := d.Gateway.Solve(ctx, client.SolveRequest{
		Definition: def.ToPB(), CacheImports: d.UI.CacheImports, Evaluate: true,
	})
	if err != nil {
		return nil, d.failure(ctx, err, def)
	}
	ref, err := result.SingleRef()
	if err != nil {
		return nil, err
	}
	return &Tree{Ref: ref, ctx: ctx, trace: d.trace}, nil
}

// LocalFile returns a file of one of the directories of whoever builds, nil when
// there is none or it is empty.
func (d *Daemon) LocalFile(ctx context.Context, local, name string) *diag.Source {
	tree, err := d.Solve(ctx, llb.LocalFile(local, name, d.Gateway.BuildOpts().SessionID))
	if err != nil {
		return nil
	}
	data, err := tree.ReadFile(name)
	if err != nil || len(data) == 0 {
		return nil
	}
	return &diag.Source{Name: name, Data: data}
}

// SourceMap returns the spec in the form in which steps refer to places of it.
func (d *Daemon) SourceMap() *llb.SourceMap { return d.source.SourceMap }
