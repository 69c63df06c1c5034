package build

import (
	"context"
	"slices"

	"github.com/stagefront/stagefront/frontend/language"
)

// fetch has what steps need and what the image takes of it fetched, several at a
// time. It is apart from compile, so that its failure is told apart.
func (j *job) fetch(ctx context.Context, steps []language.Step, copies ...language.Copy) error {
	needed := j.needed(steps, copies...)
	if err := j.taken(ctx, needed); err != nil {
		return err
	}
	return each(needed, func(f *language.Fetch, _ func(func())) error {
		state := j.Fetch(f)
		survey, err := j.surveyOf(ctx, f, state)
		if err != nil {
			return err
		}
		tree, err := j.solve(ctx, state)
		if err != nil {
			return err
		}
		j.keep(language.FromFetch(f), state, tree)
		j.note(language.FromFetch(f), survey)
		return nil
	})
}

// needed returns what is not fetched yet of what steps need and the image takes.
func (j *job) needed(steps []language.Step, copies ...language.Copy) (needed []*language.Fetch) {
	add := func(f *language.Fetch) {
		if f.Toolchain && !j.Takes(f) {
			return
		}
		if j.tree(language.FromFetch(f)) == nil && !slices.Contains(needed, f) {
			needed = append(needed, f)
		}
	}
	for _, step := range steps {
		for _, f := range step.Fetches {
			add(f.Fetch)
		}
	}
	for _, c := range copies {
		if c.From.Fetch != nil {
			add(c.From.Fetch)
		}
	}
	for _, root := range j.Plan.Roots {
		if root.Fetch != nil {
			add(root.Fetch)
		}
	}
	return needed
}

// taken resolves the images that fetches take something of.
func (j *job) taken(ctx context.Context, fetches []*language.Fetch) error {
	for _, f := range withNeeded(fetches) {
		if _, known := j.Images[f.Image]; known || f.Image == "" {
			continue
		}
		image, err := j.Daemon.Resolve(ctx, f.Image, f.Platform, "image of "+f.Name)
		if err != nil {
			return err
		}
		j.Images[f.Image] = image.State
		j.takes(language.FromFetch(f), part{image: image})
	}
	return nil
}

// withNeeded returns fetches with those that they need themselves, each once.
func withNeeded(fetches []*language.Fetch) (all []*language.Fetch) {
	var add func(f *language.Fetch)
	add = func(f *language.Fetch) {
		if f == nil || slices.Contains(all, f) {
			return
		}
		all = append(all, f)
		add(f.Onto.Fetch)
		for _, other := range f.Fetches {
			add(other.Fetch)
		}
	}
	for _, f := range fetches {
		add(f)
	}
	return all
}
