package build

import (
	"context"
	"maps"
	"sync"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/memo"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/survey"
	"github.com/stagefront/stagefront/llb"
)

// job is what is known of a plan while it is built.
type job struct {
	*llb.Stages
	*Builder
	ahead ahead

	mu    sync.Mutex
	from  llb.Origins                      // what its files are copied from
	trees map[language.Origin]*daemon.Tree // what its steps left
	parts map[language.Origin]part         // what files are copied from that has a name
	// surveys are of what its steps left, and runtimes of images.
	surveys  map[language.Origin]*noted
	runtimes memo.Map[*daemon.Image, *noted]

	tools *daemon.Image // the toolchain; nil where nothing is run
}

// part is an image that files are copied from, or a target of the file.
type part struct {
	image  *daemon.Image
	target *Result
}

// keep notes where files are copied from; tree may be nil where nobody looks in.
func (j *job) keep(origin language.Origin, state llb.State, tree *daemon.Tree) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.from[origin] = state
	if tree != nil {
		j.trees[origin] = tree
	}
}

// origins returns what files are copied from so far.
func (j *job) origins() llb.Origins {
	j.mu.Lock()
	defer j.mu.Unlock()
	return maps.Clone(j.from)
}

// takes notes what an origin is where it has a name.
func (j *job) takes(origin language.Origin, of part) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.parts == nil {
		j.parts = map[language.Origin]part{}
	}
	j.parts[origin] = of
}

// tree returns the files that a step left, nil before it ran.
func (j *job) tree(origin language.Origin) *daemon.Tree {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.trees[origin]
}

// note keeps the survey of an origin, which is nil where there is none.
func (j *job) note(origin language.Origin, survey *noted) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if survey != nil {
		j.surveys[origin] = survey
	}
}

// notedOf returns the survey of an origin, nil where there is none.
func (j *job) notedOf(origin language.Origin) *noted {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.surveys[origin]
}

// files returns the files that a step left, as its survey has them where there is one.
func (j *job) files(origin language.Origin) survey.Files {
	return j.notedOf(origin).over(j.tree(origin))
}

// job returns a plan's job, whose toolchain image, if it has one, is resolved.
func (b *Builder) job(ctx context.Context, p *plan.Plan) (*job, error) {
	j := &job{
		Stages:  &llb.Stages{Plan: p, Context: b.Context, Options: b.Options, Images: map[string]llb.State{}},
		Builder: b,
		from:    llb.Origins{language.FromContext: b.Context},
		trees:   map[language.Origin]*daemon.Tree{},
		surveys: map[language.Origin]*noted{},
	}
	if p.Toolchain.Ref == "" {
		return j, nil
	}
	image, err := b.toolchain(ctx, p)
	if err != nil {
		return nil, err
	}
	j.tools = image
	j.Stages.Image = image.State
	if p.Spec.Toolchain.IsSet() || image.Given {
		j.CacheOwner = image.ID
	}
	j.from[language.FromToolchain] = j.Toolchain()
	return j, nil
}

// prepare has all that compiling and exporting need looked up at the same time:
// the toolchain and what is fetched with it, the runtime, and the sources of files.
// ahead is told of the job as soon as its steps can be made.
func (b *Builder) prepare(ctx context.Context, p *plan.Plan, ahead func(*job)) (*job, error) {
	var j *job
	err := all(
		func() error { return b.looksAtRuntime(ctx, p) },
		func() (err error) {
			if j, err = b.job(ctx, p); err != nil {
				return err
			}
			steps := append(p.Scripts[:len(p.Scripts):len(p.Scripts)], p.Compile)
			if err := j.taken(ctx, j.needed(steps, p.Image.Copies()...)); err != nil {
				return err
			}
			return all(
				func() error {
					err := j.sources(ctx)
					if err == nil {
						ahead(j)
					}
					return err
				},
				func() error { return j.fetch(ctx, steps, p.Image.Copies()...) },
			)
		},
	)
	if err != nil {
		return nil, err
	}
	return j, nil
}
