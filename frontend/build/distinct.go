package build

import (
	"encoding/json"
	"fmt"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
)

func compileOf(p *plan.Plan) language.Step { return p.Compile }

func testOf(p *plan.Plan) language.Step { return p.Test }

// distinct returns the plans whose step does not do what that of an earlier one does.
func distinct(plans []*plan.Plan, step func(*plan.Plan) language.Step) []*plan.Plan {
	var out []*plan.Plan
	seen := map[string]bool{}
	for _, p := range plans {
		if key := doing(p, step(p)); !seen[key] {
			seen[key] = true
			out = append(out, p)
		}
	}
	return out
}

// doing returns all that the result of a plan's step depends on, as text. What steps
// are called and where the spec says so is no part of it.
func doing(p *plan.Plan, step language.Step) string {
	toolchain, packages := p.Toolchain, language.Packages{}
	toolchain.Range, toolchain.Hint = diag.Range{}, ""
	if p.Packages != nil {
		packages = *p.Packages
		packages.Range = diag.Range{}
	}
	var fetches []language.Fetch
	for _, f := range p.Fetches {
		f := *f
		f.Step = bare(f.Step)
		fetches = append(fetches, f)
	}
	var scripts []language.Step
	for _, s := range p.Scripts {
		scripts = append(scripts, bare(s))
	}
	var compiled language.Step // where the step has what it leaves
	if step.Compiled != "" {
		compiled = bare(p.Compile)
	}
	text, err := json.Marshal([]any{
		p.Language, toolchain, packages, fetches, p.Overlay, scripts, p.Secrets, p.SSH, p.Network, compiled, bare(step),
	})
	if err != nil {
		panic(fmt.Sprintf("a plan is plain data: %v", err)) // explain prints it too
	}
	return string(text)
}

// bare returns a step without its name and place, and those that belong to it.
func bare(s language.Step) language.Step {
	s.Name, s.Range = "", diag.Range{}
	if s.Otherwise != nil {
		other := bare(*s.Otherwise)
		s.Otherwise = &other
	}
	if s.Warm != nil {
		warm := *s.Warm
		warm.Step = bare(warm.Step)
		s.Warm = &warm
	}
	return s
}

// sameNames reports programs that are to stand side by side and have one name.
func sameNames(plans []*plan.Plan) (diags diag.List) {
	for i, p := range plans {
		for _, o := range plans[:i] {
			switch {
			case o.Program != p.Program:
			case p.Program == "":
				diags.Errorf(p.Compile.Range, "targets %q and %q both make an application in %s", o.Name, p.Name, language.AppDir)
			default:
				diags.Errorf(p.Compile.Range, "targets %q and %q both make a program %q", o.Name, p.Name, p.Program)
			}
		}
	}
	return diags
}
