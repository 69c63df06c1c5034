package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"

	"github.com/stagefront/stagefront/llb"
)

// Failure is a solve that failed. Text around an error that came over gRPC is
// dropped on its way to the client, so it has the error's text and not its
// identity. The failed step is named as the person watching knows it:
//
//	[go linux/arm64] compile .: process "go build …" did not complete successfully: exit code: 1
type Failure struct {
	Text string
	Hint string // what to do; "" where the log says it
	Told bool   // the step said the reason, which is in Text

	sources []*errdefs.Source // the place of the step in the spec
}

func (f *Failure) Error() string {
	if f.Hint == "" {
		return f.Text
	}
	return f.Text + "; " + f.Hint
}

// failure returns the error for a failed solve of a definition, of which the failed step
// may have said the reason.
func failure(err error, def *llb.Definition, reason string) error {
	if Canceled(err) {
		return err
	}
	f := &Failure{Text: err.Error(), Told: reason != "", sources: errdefs.Sources(err)}
	if name := failedStep(err, def); name != "" {
		f.Text = fmt.Sprintf("%s: %s", name, cmp.Or(reason, lastClause(f.Text)))
	}
	return f
}

// WithHint returns a failure with what to do about it, which one that tells its reason
// does not need; other errors as they are.
func WithHint(err error, hint string) error {
	var f *Failure
	if !errors.As(err, &f) || f.Told {
		return err
	}
	out := *f
	out.Hint = hint
	return &out
}

// Canceled reports whether a build ended because someone ended it.
func Canceled(err error) bool {
	return errors.Is(err, context.Canceled) || grpcerrors.Code(err) == codes.Canceled
}

// failedStep returns the name of the step that an error is about, "" when it
// is not of the definition.
func failedStep(err error, def *llb.Definition) string {
	var vertex *errdefs.VertexError
	if !errors.As(err, &vertex) {
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
