package build

import (
	"context"
	"slices"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/llb"
)

// export puts what was compiled onto the runtime.
func (j *job) export(ctx context.Context, c *compiled) (*Result, error) {
	runtime, base, err := j.runtime(ctx, c.objects)
	if err != nil {
		return nil, err
	}
	libraries, err := j.link(ctx, c.objects, runtime)
	if err != nil {
		return nil, err
	}
	found := plan.Found{Libraries: libraries, Arguments: c.report.Arguments, Empty: j.empty()}
	export, diags := j.Plan.Export(base, found)
	if export == nil {
		return nil, diags
	}
	out := &Result{State: llb.Scratch()}
	if runtime != nil {
		out.State, out.Base = runtime.State, runtime.Config
	}
	out.State = j.Export(out.State, export, j.from)
	out.Config = j.ImageConfig(export, out.Base, j.Labels)
	return out, nil
}

// link returns the libraries that go with the program.
func (j *job) link(ctx context.Context, objects []artifact.Object, runtime *daemon.Image) ([]artifact.Library, error) {
	if !slices.ContainsFunc(objects, func(o artifact.Object) bool { return !o.Static() }) {
		return nil, nil
	}
	l := &artifact.Linker{Platform: j.Plan.Target}
	err := all(
		func() error {
			tree, err := j.Daemon.Solve(ctx, j.Toolchain())
			l.Toolchain = tree
			return err
		},
		func() error {
			if runtime == nil {
				return nil
			}
			tree, err := j.Daemon.Solve(ctx, runtime.State)
			l.Runtime = tree
			return err
		},
	)
	if err != nil {
		return nil, err
	}
	libraries, diags := l.Link(objects)
	for i := range diags {
		diags[i].Range = j.Plan.Runtime.Range
		diags[i].Hint = linkHint(j.Plan.Runtime.Kind)
	}
	if diags.Err() != nil {
		return nil, diags
	}
	j.Daemon.Warn(ctx, diags)
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
