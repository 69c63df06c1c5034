package build

import (
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
)

func compileOf(p *plan.Plan) language.Step { return p.Compile }

func testOf(p *plan.Plan) language.Step { return p.Test }

// distinct returns the plans whose step is not that of an earlier one.
func distinct(plans []*plan.Plan, step func(*plan.Plan) language.Step) []*plan.Plan {
	var out []*plan.Plan
	for _, p := range plans {
		same := func(o *plan.Plan) bool {
			a, b := step(o), step(p)
			return o.Language == p.Language && a.Dir == b.Dir && slices.Equal(a.Args, b.Args) && slices.Equal(a.Env, b.Env)
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, p)
		}
	}
	return out
}

// sameNames reports programs that are to stand side by side and have one name.
func sameNames(plans []*plan.Plan) (diags diag.List) {
	for i, p := range plans {
		for _, o := range plans[:i] {
			if o.Program == p.Program {
				diags.Errorf(p.Compile.Range, "targets %q and %q both make a program %q", o.Name, p.Name, p.Program)
			}
		}
	}
	return diags
}
