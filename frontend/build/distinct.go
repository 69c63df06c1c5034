package build

import (
	"encoding/json"
	"regexp"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
)

// distinct returns the plans of which the work is not that of an earlier one.
func distinct(plans []*plan.Plan, work func(*plan.Plan) string) []*plan.Plan {
	var out []*plan.Plan
	seen := map[string]bool{}
	for _, p := range plans {
		if w := work(p); !seen[w] {
			seen[w] = true
			out = append(out, p)
		}
	}
	return out
}

// binaryWork is the work of --target binary.
func binaryWork(p *plan.Plan) string {
	var copied []*language.Fetch
	for _, c := range p.Image.Copies() {
		if c.From.Fetch != nil {
			copied = append(copied, c.From.Fetch)
		}
	}
	return work(p, []language.Step{p.Compile}, copied, p.Image.Layers)
}

// testWork is the work of --target test.
func testWork(p *plan.Plan) string {
	steps := []language.Step{p.Test}
	if p.Test.Compiled != "" {
		steps = append(steps, p.Compile)
	}
	return work(p, steps, nil, nil)
}

// work returns all that steps and layers of a plan depend on, as text: the same for
// plans of which they do the same. Where in the spec each thing is said is left out,
// and what steps are called.
func work(p *plan.Plan, steps []language.Step, copied []*language.Fetch, layers []language.Layer) string {
	steps = slices.Concat(steps, p.Scripts)
	for i := range steps {
		steps[i].Name = ""
	}
	text, err := json.Marshal([]any{
		p.Language, p.Host, p.Toolchain, p.Packages, p.Secrets, p.SSH, p.Network,
		p.Overlay, steps, needed(steps, copied), layers,
	})
	if err != nil {
		panic(err) // plans are plain data
	}
	return place.ReplaceAllString(string(text), "")
}

// place is a range in JSON; a text that looks like one has its quotes escaped.
var place = regexp.MustCompile(`"Range":"(?:[^"\\]|\\.)*"`)

// needed returns fetches with those that they and steps need, in the order in which
// they are found.
func needed(steps []language.Step, all []*language.Fetch) []*language.Fetch {
	add := func(step *language.Step) {
		for _, s := range step.Chain() {
			for _, f := range s.Fetches {
				if !slices.Contains(all, f.Fetch) {
					all = append(all, f.Fetch)
				}
			}
		}
	}
	for i := range steps {
		add(&steps[i])
	}
	for i := 0; i < len(all); i++ { // it grows
		add(&all[i].Step)
	}
	return all
}

// sameNames reports programs that are to stand side by side and have one name.
func sameNames(plans []*plan.Plan) (diags diag.List) {
	for i, p := range plans {
		for _, o := range plans[:i] {
			if o.Program == p.Program && p.Program != "" {
				diags.Errorf(p.Compile.Range, "targets %q and %q both make a program %q", o.Name, p.Name, p.Program)
			}
		}
	}
	return diags
}
