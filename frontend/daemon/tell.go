package daemon

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/gateway/client"
	gwpb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/llb"
)

// MaxExcerpts is how many problems are shown with their lines. All are in the message.
const MaxExcerpts = 5

// Tell returns an error as clients show it: problems and failures with excerpts of
// the files that they are in. A problem without a place is shown at the spec's
// first line: what is missing is missing there. Other errors stay as they are.
func (d *Daemon) Tell(err error) error {
	var list diag.List
	var f *Failure
	switch {
	case errors.As(err, &list):
		return d.problems(list.Errors())
	case errors.As(err, &f):
		return d.failed(f)
	}
	return err
}

func (d *Daemon) problems(errs diag.List) error {
	for i := range errs {
		if errs[i].Range.IsZero() {
			errs[i].Range = d.File.Line(1)
		}
	}
	errs = errs.Errors()
	text := errs.Error()
	if len(errs) > 1 {
		text = fmt.Sprintf("%d problems:\n%s", len(errs), text)
	}
	err := errors.New(text)
	// Clients print the innermost first.
	for _, e := range errs[:min(len(errs), MaxExcerpts)] {
		err = errdefs.WithSource(err, d.excerpt(e.Range))
	}
	return err
}

func (d *Daemon) failed(f *Failure) error {
	source := d.excerpt(d.File.Line(1))
	switch {
	case !f.Place.IsZero():
		source = d.excerpt(f.Place)
	case len(f.sources) > 0:
		source = f.sources[0]
	}
	return errdefs.WithSource(errors.New(f.Error()), source)
}

// excerpt returns a range in BuildKit's words. Its end is always set: clients
// fail on one without.
func (d *Daemon) excerpt(r diag.Range) *errdefs.Source {
	return &errdefs.Source{Info: d.SourceInfo(r), Ranges: []*pb.Range{llb.Range(r)}}
}

// SourceInfo returns the file of a range in BuildKit's words.
func (d *Daemon) SourceInfo(r diag.Range) *pb.SourceInfo {
	info := &pb.SourceInfo{Filename: r.Source.Name, Data: r.Source.Data, Language: r.Source.Language}
	if r.Source == d.File && d.source.Definition != nil {
		info.Definition = d.source.Definition.ToPB()
	}
	return info
}

// Warn sends warnings to the client, each with its place, and each once a call:
// platforms find the same apart from each other.
func (d *Daemon) Warn(ctx context.Context, diags diag.List) {
	can := d.Gateway.BuildOpts().Caps
	for _, w := range diags.Warnings() {
		if _, told := d.warned.LoadOrStore(w.String(), true); told {
			continue
		}
		if can.Supports(gwpb.CapGatewayWarnings) != nil {
			d.note(ctx, w)
			continue
		}
		opts := client.WarnOpts{Level: 1, URL: w.URL}
		if w.Hint != "" {
			opts.Detail = [][]byte{[]byte(w.Hint)}
		}
		r := w.Range
		if r.IsZero() {
			r = d.File.Line(1)
		}
		e := d.excerpt(r)
		opts.SourceInfo, opts.Range = e.Info, e.Ranges
		d.source.Warn(ctx, w.Text(), opts)
	}
}

// note shows a warning as a step of the build, where the daemon cannot send any: before
// BuildKit 0.10. That it could not be shown is of no account.
func (d *Daemon) note(ctx context.Context, w diag.Diagnostic) {
	_, _ = d.Solve(ctx, llb.Note("warning: "+strings.ReplaceAll(w.String(), "\n", " ")))
}
