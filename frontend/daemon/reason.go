package daemon

import (
	"context"
	"errors"
	"strings"

	"github.com/moby/buildkit/frontend/gateway/client"
	gwpb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagefront/stagefront/frontend/language"
)

// reason returns what a step that failed left for people in language.ReasonFile, in a
// line. It is "" where the step left nothing, or the daemon is too old to show what a
// failed step left.
func (d *Daemon) reason(ctx context.Context, err error) string {
	var failed *errdefs.SolveError
	caps := d.Gateway.BuildOpts().Caps
	if !errors.As(err, &failed) || caps.Supports(gwpb.CapGatewayExecFilesystem) != nil {
		return ""
	}
	for i, m := range failed.Op.GetExec().GetMounts() {
		if m.Output < 0 || i >= len(failed.MountIDs) || failed.MountIDs[i] == "" {
			continue
		}
		if text := d.left(ctx, failed.MountIDs[i]); text != "" {
			return text
		}
	}
	return ""
}

// left returns the reason in one of the mounts of a failed step. Nothing is run.
func (d *Daemon) left(ctx context.Context, mount string) string {
	c, err := d.Gateway.NewContainer(ctx, client.NewContainerRequest{
		Mounts: []client.Mount{{Dest: "/", ResultID: mount, MountType: pb.MountType_BIND}},
	})
	if err != nil {
		return ""
	}
	defer func() { _ = c.Release(ctx) }() // the daemon does it at the end of the build, too
	data, err := c.ReadFile(ctx, client.ReadContainerRequest{ReadRequest: client.ReadRequest{Filename: language.ReasonFile}})
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(data)), " ")
}
