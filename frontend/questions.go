package frontend

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/frontend/subrequests"
	"github.com/moby/buildkit/frontend/subrequests/lint"
	"github.com/moby/buildkit/frontend/subrequests/outline"
	"github.com/moby/buildkit/frontend/subrequests/targets"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// question is what is answered without building: --call and --check.
type question struct {
	subrequests.Request
	answer func(r *request, ctx context.Context) (*client.Result, error)
}

// questions are all of them. Clients answer some by a Dockerfile frontend when
// this one does not, so all of those are here.
var questions = []question{
	{describeRequest(lint.SubrequestLintDefinition, "Check the spec against documented rules"), (*request).answerCheck},
	{describeRequest(outline.SubrequestsOutlineDefinition, "List what a target takes: build args, secrets, SSH, caches"), (*request).answerOutline},
	{describeRequest(targets.SubrequestsTargetsDefinition, "List the targets of the spec"), (*request).answerTargets},
	{ownRequest("frontend.explain", "Tell every decision of a build, and where it came from"), (*request).answerExplain},
	{ownRequest("frontend.schema", "Print the JSON Schema of a spec"), (*request).answerSchema},
	{subrequests.SubrequestsDescribeDefinition, nil}, // answer knows the list
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
	if id == subrequests.RequestSubrequestsDescribe {
		return answerDescribe()
	}
	var names []string
	for _, q := range questions {
		if q.Name == id {
			return q.answer(r, ctx)
		}
		names = append(names, strings.TrimPrefix(q.Name, "frontend."))
	}
	word := strings.TrimPrefix(id, "frontend.")
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
	return answered(all, subrequests.SubrequestsDescribeDefinition.Version, func(data []byte, w *bytes.Buffer) error {
		return subrequests.PrintDescribe(data, w)
	})
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
	r.asking = true
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

func (r *request) answerOutline(ctx context.Context) (*client.Result, error) {
	if err := r.ask(ctx); err != nil {
		return nil, err
	}
	s, diags := r.spec(r.UI.Target, r.platforms()[0])
	if s == nil {
		return nil, diags
	}
	o := outline.Outline{Name: r.UI.Target, Sources: [][]byte{r.File.Data}}
	for _, t := range r.doc.Targets() {
		if t.Name.Value == r.UI.Target {
			o.Description = t.Description
		}
	}
	for _, a := range s.Build.Args {
		arg := outline.Arg{Name: a.Name.Value, Value: r.UI.BuildArgs[a.Name.Value], Location: pbLocation(a.Name.Range)}
		if _, given := r.UI.BuildArgs[a.Name.Value]; !given {
			arg.Value = a.Value.Value
		}
		if !a.Value.IsSet() {
			arg.Description = "must be given"
		}
		o.Args = append(o.Args, arg)
	}
	for _, id := range s.Build.Secrets {
		o.Secrets = append(o.Secrets, outline.Secret{Name: id.Value, Required: true, Location: pbLocation(id.Range)})
	}
	o.Secrets = append(o.Secrets, outline.Secret{Name: llb.CASecret})
	if s.Build.SSH.Or(false) {
		o.SSH = append(o.SSH, outline.SSH{Name: "default", Required: true, Location: pbLocation(s.Build.SSH.Range)})
	}
	// What cannot be planned, for want of an entrypoint perhaps, still has an outline.
	if p, _ := r.plan(ctx, r.UI.Target, r.platforms()[0]); p != nil {
		outlinePlan(&o, p)
	}
	return o.ToResult()
}

// outlinePlan adds what a target takes because of its language.
func outlinePlan(o *outline.Outline, p *plan.Plan) {
	var told []string
	for _, f := range p.Fetches {
		for _, s := range f.Secrets {
			if !slices.Contains(told, s.ID) {
				told = append(told, s.ID)
				o.Secrets = append(o.Secrets, outline.Secret{Name: s.ID})
			}
		}
	}
	for _, c := range p.Compile.Caches {
		o.Cache = append(o.Cache, outline.CacheMount{ID: c.Name, Location: pbLocation(p.Compile.Range)})
	}
}

// pbLocation returns a range of the spec in BuildKit's words, nil for none.
func pbLocation(r diag.Range) *pb.Location {
	if r.IsZero() {
		return nil
	}
	return &pb.Location{Ranges: []*pb.Range{llb.Range(r)}}
}
