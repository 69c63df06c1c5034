package frontend

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/frontend/subrequests"
	"github.com/moby/buildkit/frontend/subrequests/lint"
	"github.com/moby/buildkit/frontend/subrequests/outline"
	"github.com/moby/buildkit/frontend/subrequests/targets"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// question is what is answered without building: --call and --check.
type question struct {
	subrequests.Request
	answer func(r *request, ctx context.Context) (*client.Result, error)
	// opens says that the answer depends on what a custom runtime has, which is
	// downloaded for it where the language needs an interpreter.
	opens bool
	// builds says that it is told of what a build finds, which needs every value.
	builds bool
}

// questions are all of them. Clients answer some by a Dockerfile frontend when
// this one does not, so all of those are here.
var questions = []question{
	{
		Request: describeRequest(lint.SubrequestLintDefinition, "Check the spec against documented rules"),
		answer:  (*request).answerCheck,
		opens:   true,
	},
	{
		Request: describeRequest(outline.SubrequestsOutlineDefinition,
			"List what a target takes: build args, secrets, SSH, caches"),
		answer: (*request).answerOutline,
	},
	{
		Request: describeRequest(targets.SubrequestsTargetsDefinition, "List the targets of the spec"),
		answer:  (*request).answerTargets,
	},
	{
		Request: ownRequest("frontend.explain", "Tell every decision of a build, and where it came from"),
		answer:  (*request).answerExplain,
		opens:   true,
	},
	{
		Request: ownRequest("frontend.dockerfile", "Print the Dockerfile that builds the same image"),
		answer:  (*request).answerDockerfile,
		opens:   true,
		builds:  true,
	},
	{
		Request: ownRequest("frontend.schema", "Print the JSON Schema of a spec"),
		answer:  (*request).answerSchema,
	},
	{Request: subrequests.SubrequestsDescribeDefinition}, // answer knows the list
}

func describeRequest(r subrequests.Request, description string) subrequests.Request {
	r.Description = description
	return r
}

func ownRequest(name, description string) subrequests.Request {
	return subrequests.Request{
		Name: name, Version: "1.0.0", Type: subrequests.TypeRPC, Description: description,
		Metadata: []subrequests.Named{{Name: "result.json"}, {Name: "result.txt"}},
	}
}

// answer answers the question with an id.
func (r *request) answer(ctx context.Context, id string) (*client.Result, error) {
	const prefix = "frontend." // which buildx adds, and buildctl does not
	id = prefix + strings.TrimPrefix(id, prefix)
	if id == subrequests.RequestSubrequestsDescribe {
		return answerDescribe()
	}
	var names []string
	for _, q := range questions {
		if q.Name == id {
			r.asking, r.closed = !q.builds, !q.opens
			return q.answer(r, ctx)
		}
		names = append(names, strings.TrimPrefix(q.Name, prefix))
	}
	word := strings.TrimPrefix(id, prefix)
	hint := diag.DidYouMean(word, names)
	if hint == "" {
		hint = "there are " + diag.Quoted(names)
	}
	return nil, fmt.Errorf("unknown request %q; %s", word, hint)
}

func answerDescribe() (*client.Result, error) {
	var all []subrequests.Request
	for _, q := range questions {
		all = append(all, q.Request)
	}
	print := func(data []byte, w *bytes.Buffer) error { return subrequests.PrintDescribe(data, w) }
	return answered(all, subrequests.SubrequestsDescribeDefinition.Version, print)
}

// answered returns a result that has v as JSON and, printed from that, as text.
func answered(v any, version string, print func(data []byte, w *bytes.Buffer) error) (*client.Result, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := print(data, &text); err != nil {
		return nil, err
	}
	result := client.NewResult()
	result.AddMeta("result.json", data)
	result.AddMeta("result.txt", text.Bytes())
	result.AddMeta("version", []byte(version))
	return result, nil
}

// open reads the spec for a request; what is wrong with its YAML is an error.
func (r *request) open(ctx context.Context) error {
	if err := r.ReadSpec(ctx); err != nil {
		return err
	}
	if diags := r.parse(); r.doc == nil {
		return diags
	}
	return nil
}

// ask reads the spec and the project for a request. Who asks need give no values.
func (r *request) ask(ctx context.Context) error {
	if r.doc == nil {
		if err := r.open(ctx); err != nil {
			return err
		}
	}
	return r.load(ctx)
}

func (r *request) answerSchema(context.Context) (*client.Result, error) {
	var names []string
	for _, l := range languages.All {
		names = append(names, l.Name)
	}
	schema := spec.Schema(names)
	return answered(json.RawMessage(schema), "1.0.0", func(_ []byte, w *bytes.Buffer) error {
		_, err := w.Write(schema)
		return err
	})
}

func (r *request) answerTargets(ctx context.Context) (*client.Result, error) {
	if err := r.ask(ctx); err != nil {
		return nil, err
	}
	list := targets.List{Sources: [][]byte{r.File.Data}}
	if r.hasDefault(ctx) {
		list.Targets = append(list.Targets, targets.Target{Default: true, Description: "the image of the top level"})
	}
	for _, t := range r.doc.Targets() {
		list.Targets = append(list.Targets, targets.Target{
			Name: t.Name.Value, Description: t.Description, Location: pbLocation(t.Name.Range),
		})
	}
	list.Targets = append(list.Targets,
		targets.Target{Name: spec.TestTarget, Description: "run the project's tests (built in)"},
		targets.Target{Name: spec.BinaryTarget, Description: "the programs alone, for --output (built in)"})
	return list.ToResult()
}

// pbLocation returns a range of the spec in BuildKit's words, nil for none.
func pbLocation(r diag.Range) *pb.Location {
	if r.IsZero() {
		return nil
	}
	return &pb.Location{Ranges: []*pb.Range{llb.Range(r)}}
}
