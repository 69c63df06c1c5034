package daemon

import (
	"bytes"
	"context"
	"errors"

	"github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagefront/stagefront/llb"
)

// log returns what a failed step kept of its log, "" where that is not to be had. What
// a step leaves when it fails can be mounted into a container, which reads it.
func (d *Daemon) log(ctx context.Context, err error) string {
	mounts := leftBy(err)
	if mounts == nil {
		return ""
	}
	container, err := d.Gateway.NewContainer(ctx, client.NewContainerRequest{Mounts: mounts, NetMode: pb.NetMode_NONE})
	if err != nil {
		return ""
	}
	defer container.Release(context.WithoutCancel(ctx))
	var out bytes.Buffer
	process, err := container.Start(ctx, client.StartRequest{
		Args: []string{"tail", "-c", maxLog, llb.LogFile}, Cwd: "/", Stdout: closer{&out}, Stderr: closer{new(bytes.Buffer)},
	})
	if err != nil || process.Wait() != nil {
		return ""
	}
	return out.String()
}

// maxLog is how much of a log is looked at, from its end.
const maxLog = "262144"

// leftBy returns the mounts of a container in which the files are that a failed step
// worked with, nil where that is not known.
func leftBy(err error) []client.Mount {
	var failed *errdefs.SolveError
	if !errors.As(err, &failed) || failed.Solve == nil {
		return nil
	}
	var root, temporary *client.Mount
	for i, m := range failed.Op.GetExec().GetMounts() {
		switch {
		case m.Dest == pb.RootMount && i < len(failed.InputIDs):
			root = &client.Mount{Dest: m.Dest, ResultID: failed.InputIDs[i], MountType: pb.MountType_BIND}
		case (m.Dest == llb.LogDir || m.Dest == llb.RootLogDir) && i < len(failed.MountIDs):
			temporary = &client.Mount{Dest: llb.LogDir, ResultID: failed.MountIDs[i], MountType: pb.MountType_BIND}
		}
	}
	if root == nil || temporary == nil || root.ResultID == "" || temporary.ResultID == "" {
		return nil
	}
	return []client.Mount{*root, *temporary}
}

// closer is a buffer that a container's output goes to.
type closer struct{ *bytes.Buffer }

func (closer) Close() error { return nil }
