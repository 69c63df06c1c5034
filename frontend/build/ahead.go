package build

import (
	"context"
	"sync"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/llb"
)

// ahead is what is asked for before it is known to be needed, so that a build that
// finds what it expects is one question after all, and not one after another. A state
// is solved once a build, so whoever asks later joins what is under way. Nobody is told
// of a guess that fails: it is asked for again where it was right.
type ahead struct{ sync.WaitGroup }

// guess has the compile step run as soon as its inputs are there, and the image put
// together of what it most likely leaves: a program that its smallest runtime holds.
// Of a step that reports, the report comes first.
func (j *job) guess(ctx context.Context) {
	from, compiles := j.expected(), !j.Plan.Compile.IsZero()
	if compiles {
		j.ahead.Go(func() {
			if j.looksAtRuntime(ctx, j.Plan) == nil {
				j.Daemon.Solve(ctx, from[language.FromCompile])
			}
		})
	}
	if imagined(j.Plan) {
		j.ahead.Go(func() { j.imagine(ctx, from, plan.Found{}) })
	}
}

// told has the image put together of what compile reports, while native code is looked at
// that does not decide on the runtime.
func (j *job) told(ctx context.Context, report *language.Report) {
	if !j.Plan.Compile.Reports || ships(j.Plan) || !certain(j.Plan.Runtime) {
		return
	}
	j.ahead.Go(func() {
		j.imagine(ctx, j.origins(), plan.Found{Arguments: report.Arguments, Empty: j.empty()})
	})
}

// imagine has the image put together as if nothing else were found.
func (j *job) imagine(ctx context.Context, from llb.Origins, found plan.Found) {
	image, base, err := j.runtime(ctx, nil)
	if err != nil {
		return
	}
	if export, _ := j.Plan.Export(base, found); export != nil {
		j.Daemon.Solve(ctx, j.Export(stateOf(image), export, from, j.carried(ctx, image, nil)...))
	}
}

// lookAhead has the native code of what was fetched opened, and what it is to be linked
// with, while the project is compiled.
func (j *job) lookAhead(ctx context.Context) {
	j.ahead.Go(func() {
		var objects []artifact.Object
		for _, c := range j.Plan.Image.Copies() {
			if c.From.Fetch != nil {
				found, _ := j.natives(c)
				objects = append(objects, found...)
			}
		}
		if len(objects) == 0 {
			return
		}
		if runtime, _, err := j.runtime(ctx, objects); err == nil {
			j.link(ctx, objects, runtime)
		}
	})
}

// imagined reports whether the image can be put together before compile has said
// anything.
func imagined(p *plan.Plan) bool { return !ships(p) && !p.Compile.Reports }

// ships reports whether packages go into the image, which native code decides on.
func ships(p *plan.Plan) bool {
	packages, _ := p.Shipped()
	return len(packages) > 0
}

// certain reports whether a runtime is the same whatever native code needs.
func certain(r plan.Runtime) bool { return r.Kind != plan.Distroless || len(r.Variants) == 1 }

// Expect has the runtimes that images of plans most likely need resolved while others are
// at what comes before. What it returns waits for the answers.
func (b *Builder) Expect(ctx context.Context, plans []*plan.Plan) (wait func()) {
	var asked ahead
	for _, p := range plans {
		if p.Runtime.Kind == plan.Distroless && (imagined(p) || certain(p.Runtime)) {
			ref := plan.DistrolessRef(artifact.Variant(p.Runtime.Variants, nil), p.Runtime.Debug)
			asked.Go(func() { b.resolveRuntime(ctx, p, ref) })
		}
	}
	return asked.Wait
}

// expected returns what files will be copied from once all steps are done.
func (j *job) expected() llb.Origins {
	from := j.origins()
	for _, c := range j.Plan.Image.Copies() {
		switch {
		case c.From.Fetch != nil:
			from[c.From] = j.Fetch(c.From.Fetch)
		case c.From == language.FromTree:
			from[c.From] = j.Source(from)
		}
	}
	if !j.Plan.Compile.IsZero() {
		from[language.FromCompile] = j.Compile(j.Plan.Compile, from)
	}
	return from
}
