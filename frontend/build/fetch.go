package build

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/llb"
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
		lists := j.nativesOf(f)
		if err := j.surveyFirst(ctx, f, state, lists); err != nil {
			return err
		}
		tree, err := j.solve(ctx, state)
		if err != nil {
			return err
		}
		j.keep(language.FromFetch(f), state, tree)
		if len(lists) > 0 {
			j.note(language.FromFetch(f), j.surveyed(ctx, tree, func() (llb.State, error) { return j.surveyOf(ctx, f, state, lists) }))
		}
		return nil
	})
}

// surveyFirst has a fetch surveyed before anybody asks for the fetch itself: BuildKit
// computes sums of a result that it has before it looks for what was made of it, and
// downloads the result for that. An error is one of the fetch.
func (j *job) surveyFirst(ctx context.Context, f *language.Fetch, state llb.State, lists []string) error {
	if !j.Surveys || len(lists) == 0 {
		return nil
	}
	survey, err := j.surveyOf(ctx, f, state, lists)
	if err != nil {
		return nil
	}
	_, err = j.solve(ctx, survey)
	var failure *daemon.Failure
	if errors.As(err, &failure) && strings.HasPrefix(failure.Step, llb.SurveyStep) {
		return nil
	}
	return err
}

// needed returns what is not fetched yet of what steps need and the image takes.
func (j *job) needed(steps []language.Step, copies ...language.Copy) (needed []*language.Fetch) {
	add := func(f *language.Fetch) {
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
