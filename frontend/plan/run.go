package plan

import (
	"slices"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// run returns the steps over the source that are run for what was asked for, as --target
// calls it, in order.
func (p *Plan) run(asked string) []*language.Step {
	var steps []*language.Step
	for i := range p.Scripts {
		steps = append(steps, &p.Scripts[i])
	}
	if asked != spec.TestTarget || p.Test.Compiled != "" {
		steps = append(steps, &p.Compile)
	}
	if off := !p.Spec.Test.Range.IsZero() && !p.Spec.Test.Enabled; asked == spec.TestTarget && !off {
		steps = append(steps, &p.Test)
	}
	return slices.DeleteFunc(steps, (*language.Step).IsZero)
}

// fetched returns the fetches of what was asked for, and those of them that only steps
// which stand in for others need.
func (p *Plan) fetched(asked string) (all, spare []*language.Fetch) {
	taken := p.taken(asked)
	var first, any needs
	for _, step := range p.run(asked) {
		first.step(step)
		for _, s := range step.Chain() {
			any.step(s)
		}
	}
	for _, f := range taken {
		first.fetch(f)
		any.fetch(f)
	}
	for _, f := range p.Fetches {
		if slices.Contains(any.fetches, f) {
			all = append(all, f)
		}
		if !slices.Contains(first.fetches, f) {
			spare = append(spare, f)
		}
	}
	return all, spare
}

// taken returns the fetches of which files are taken: roots by all, and the rest by what
// becomes an image.
func (p *Plan) taken(asked string) (all []*language.Fetch) {
	from := slices.Clone(p.Roots)
	if asked != spec.TestTarget {
		for _, c := range p.Image.Copies() {
			from = append(from, c.From)
		}
	}
	for _, o := range from {
		if o.Fetch != nil {
			all = append(all, o.Fetch)
		}
	}
	return all
}

// needs are fetches with all that they need themselves.
type needs struct{ fetches []*language.Fetch }

func (n *needs) step(s *language.Step) {
	for _, f := range s.Fetches {
		n.fetch(f.Fetch)
	}
	if s.Warm != nil {
		n.step(&s.Warm.Step)
	}
}

func (n *needs) fetch(f *language.Fetch) {
	if slices.Contains(n.fetches, f) {
		return
	}
	n.fetches = append(n.fetches, f)
	n.step(&f.Step)
	if !f.Onto.IsZero() {
		n.fetch(f.Onto.Fetch)
	}
}
