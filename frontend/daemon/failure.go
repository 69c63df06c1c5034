package daemon

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/llb"
)

// Failure is a solve that failed. Text around an error that came over gRPC is
// dropped on its way to the client, so it has the error's text and not its
// identity. The failed step is named as the person watching knows it:
//
//	[go linux/arm64] compile .: process "go build …" did not complete successfully: exit code: 1
//	[java] test mvn test: "mvn test" did not complete successfully: exit code: 1
type Failure struct {
	Step string // its name, "" where it has none
	Text string
	Hint string // what to do; "" where the log says it
	Log  string // what the step said, "" where that is not to be had

	// Place is where the project has the cause, zero where the step's own place in the
	// spec is all that is known.
	Place diag.Range

	sources []*errdefs.Source // the place of the step in the spec
}

func (f *Failure) Error() string {
	text := f.Text
	if f.Step != "" {
		text = f.Step + ": " + text
	}
	if f.Hint == "" {
		return text
	}
	return text + "; " + f.Hint
}

// failure returns the error for a failed solve of a definition.
func (d *Daemon) failure(ctx context.Context, err error, def *llb.Definition) error {
	if Canceled(err) {
		return err
	}
	f := &Failure{Text: err.Error(), sources: errdefs.Sources(err)}
	var does string
	if f.Step, does = failedStep(err, def); f.Step != "" {
		f.Text, f.Log = lastClause(f.Text, does), d.log(ctx, err)
	}
	return f
}

// Because returns a failure with the reason that its log tells, "" for none that is
// known, and with what to do about it; other errors as they are.
func Because(err error, why func(log string) (reason, hint string)) error {
	var f *Failure
	if !errors.As(err, &f) {
		return err
	}
	out := *f
	reason, hint := why(f.Log)
	if out.Hint = hint; reason != "" {
		out.Text = reason
	}
	return &out
}

// Canceled reports whether a build ended because someone ended it.
func Canceled(err error) bool {
	return errors.Is(err, context.Canceled) || grpcerrors.Code(err) == codes.Canceled
}

// failedStep returns the name of the step that an error is about, "" when it
// is not of the definition, and what it comes to where its arguments are ours.
func failedStep(err error, def *llb.Definition) (name, does string) {
	var vertex *errdefs.VertexError
	if !errors.As(err, &vertex) {
		return "", ""
	}
	return llb.StepName(def, vertex.Digest), llb.StepDoes(def, vertex.Digest)
}

// lastClause drops what the solver puts before the cause, and what only shows how
// we did it: the script of a step that has a name, arguments that are ours, the id of
// a result.
func lastClause(text, does string) string {
	text = strings.TrimPrefix(text, "failed to solve: ")
	if does != "" {
		text = processFailed.ReplaceAllLiteralString(text, strconv.Quote(does)+" did not complete successfully: ")
	}
	text = scriptFailed.ReplaceAllString(text, "it did not complete successfully: ")
	return notInSource.ReplaceAllString(text, "there is no $1 in what it copies from")
}

var (
	processFailed = regexp.MustCompile(`process "(?:[^"\\]|\\.)*" did not complete successfully: `)
	scriptFailed  = regexp.MustCompile(`process "(?:[^"\\]|\\.)*\\n(?:[^"\\]|\\.)*" did not complete successfully: `)
	notInSource   = regexp.MustCompile(`failed to compute cache key: failed to calculate checksum of ref \S+: (".*"): not found`)
)
