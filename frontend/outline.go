package frontend

import (
	"context"
	"slices"

	"github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/frontend/subrequests/outline"

	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// answerOutline answers --call=outline: what a target takes of whoever builds.
func (r *request) answerOutline(ctx context.Context) (*client.Result, error) {
	if err := r.ask(ctx); err != nil {
		return nil, err
	}
	s, diags := r.spec(r.UI.Target, r.platforms()[0])
	if s == nil {
		return nil, diags
	}
	o := outline.Outline{Name: r.UI.Target, Sources: [][]byte{r.File.Data}, Args: r.outlineArgs(s)}
	if t, ok := r.doc.Target(r.UI.Target); ok {
		o.Description = t.Description
	}
	for _, id := range s.Build.Secrets {
		at := pbLocation(id.Range)
		o.Secrets = append(o.Secrets, outline.Secret{Name: id.Value, Required: true, Location: at})
	}
	o.Secrets = append(o.Secrets, outline.Secret{Name: llb.CASecret})
	if s.Build.SSH.Or(false) {
		at := pbLocation(s.Build.SSH.Range)
		o.SSH = append(o.SSH, outline.SSH{Name: "default", Required: true, Location: at})
	}
	// What cannot be planned, for want of an entrypoint perhaps, still has an outline.
	if p, _ := r.plan(ctx, r.UI.Target, r.platforms()[0]); p != nil {
		outlinePlan(&o, p)
	}
	return o.ToResult()
}

// outlineArgs returns the build args of a target with the values that they have.
func (r *request) outlineArgs(s *spec.Spec) (args []outline.Arg) {
	for _, a := range s.Build.Args {
		arg := outline.Arg{Name: a.Name.Value, Value: a.Value.Value, Location: pbLocation(a.Name.Range)}
		if given, ok := r.UI.BuildArgs[a.Name.Value]; ok {
			arg.Value = given
		}
		if !a.Value.IsSet() {
			arg.Description = "must be given"
		}
		args = append(args, arg)
	}
	return args
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
