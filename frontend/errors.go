package frontend

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/llb"
)

// maxExcerpts is how many problems are shown with their lines. All are in the message.
const maxExcerpts = 5

// problems returns the errors of a list as one error that clients show with
// excerpts of the files. A problem without a place is shown at the spec's
// first line: what is missing is missing there.
func (b *build) problems(list diag.List) error {
	errs := list.Errors()
	if len(errs) == 0 {
		return nil
	}
	for i := range errs {
		if errs[i].Range.IsZero() {
			errs[i].Range = b.file.Line(1)
		}
	}
	errs = errs.Errors()
	text := errs.Error()
	if len(errs) > 1 {
		text = fmt.Sprintf("%d problems:\n%s", len(errs), text)
	}
	err := errors.New(text)
	// Clients print the innermost first.
	for _, d := range errs[:min(len(errs), maxExcerpts)] {
		err = errdefs.WithSource(err, b.excerpt(d.Range))
	}
	return err
}

// excerpt returns a range in BuildKit's words. Its end is always set: clients
// fail on one without.
func (b *build) excerpt(r diag.Range) *errdefs.Source {
	info := &pb.SourceInfo{Filename: r.Source.Name, Data: r.Source.Data, Language: r.Source.Language}
	if r.Source == b.file && b.source.Definition != nil {
		info.Definition = b.source.Definition.ToPB()
	}
	return &errdefs.Source{Info: info, Ranges: []*pb.Range{llb.Range(r)}}
}

// canceled reports whether a build ended because someone ended it.
func canceled(err error) bool {
	return errors.Is(err, context.Canceled) || grpcerrors.Code(err) == codes.Canceled
}

// failure returns a new error for a failed solve: text around an error that
// came over gRPC is dropped on its way to the client, so this one has its text
// and not its identity. The failed step is named as the person watching knows
// it, and its place in the spec is kept.
func (b *build) failure(err error, def *llb.Definition, hint string) error {
	if err == nil || canceled(err) {
		return err
	}
	text := err.Error()
	if name := failedStep(err, def); name != "" {
		text = fmt.Sprintf("%s: %s", name, lastClause(text))
	}
	if hint != "" {
		text += "; " + hint
	}
	out := errors.New(text)
	sources := errdefs.Sources(err)
	if len(sources) == 0 {
		return errdefs.WithSource(out, b.excerpt(b.file.Line(1)))
	}
	for _, s := range sources[:1] {
		out = errdefs.WithSource(out, s)
	}
	return out
}

// failedStep returns the name of the step that an error is about, "" when it
// is not of the definition.
func failedStep(err error, def *llb.Definition) string {
	var vertex *errdefs.VertexError
	if def == nil || !errors.As(err, &vertex) {
		return ""
	}
	return llb.StepName(def, vertex.Digest)
}

// lastClause drops what the solver puts before the cause, and what only shows how
// we did it: the script of a step that has a name, the id of a result.
func lastClause(text string) string {
	text = strings.TrimPrefix(text, "failed to solve: ")
	text = scriptFailed.ReplaceAllString(text, "it did not complete successfully: ")
	return notInSource.ReplaceAllString(text, "there is no $1 in what it copies from")
}

var (
	scriptFailed = regexp.MustCompile(`process "(?:[^"\\]|\\.)*\\n(?:[^"\\]|\\.)*" did not complete successfully: `)
	notInSource  = regexp.MustCompile(`failed to compute cache key: failed to calculate checksum of ref \S+: (".*"): not found`)
)
