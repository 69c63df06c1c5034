package build

import (
	"context"
	"os"
	"slices"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/survey"
	"github.com/stagefront/stagefront/llb"
)

// surveyed returns a tree with a survey of it where a cache carries that to builders which
// begin with nothing: they need not download the layers of the tree to have it looked at.
// Where no survey can be made, the files themselves are looked at.
func (b *Builder) surveyed(ctx context.Context, tree *daemon.Tree, of func() (llb.State, error)) survey.Files {
	if !b.Surveys {
		return tree
	}
	files, _ := b.surveys.Get(tree, func() (survey.Files, error) {
		return survey.Over(tree, func() survey.Survey {
			s, err := b.survey(ctx, of)
			if err != nil {
				return nil
			}
			return s
		}), nil
	})
	return files
}

func (b *Builder) survey(ctx context.Context, of func() (llb.State, error)) (survey.Survey, error) {
	state, err := of()
	if err != nil {
		return nil, err
	}
	noted, err := b.Daemon.Solve(ctx, state)
	if err != nil {
		return nil, err
	}
	data, err := noted.ReadFile(llb.SurveyFile)
	if err != nil {
		return nil, err
	}
	return survey.Read(data)
}

// surveyOf returns the step that surveys what a fetch left, with lists of native code in it.
func (j *job) surveyOf(ctx context.Context, f *language.Fetch, state llb.State, lists []string) (llb.State, error) {
	frontend, err := j.Daemon.Frontend(ctx)
	if err != nil {
		return llb.State{}, err
	}
	return llb.Survey(frontend.State, os.Args[0], state, f.String(), lists), nil
}

// surveyOfRuntime returns the step that surveys a runtime.
func (j *job) surveyOfRuntime(ctx context.Context, runtime *daemon.Image) (llb.State, error) {
	frontend, err := j.Daemon.Frontend(ctx)
	if err != nil {
		return llb.State{}, err
	}
	return llb.Survey(frontend.State, os.Args[0], runtime.State, "the runtime for "+j.Plan.Target.String(), nil), nil
}

// surveysOf returns the surveys that are looked at before an image is put together of
// origins, with native code that compile left.
func (j *job) surveysOf(ctx context.Context, from llb.Origins, runtime *daemon.Image, objects []artifact.Object) (all []llb.State) {
	if !j.Surveys {
		return nil
	}
	add := func(state llb.State, err error) {
		if err == nil {
			all = append(all, state)
		}
	}
	var seen []*language.Fetch
	for _, c := range j.Plan.Image.Copies() {
		f := c.From.Fetch
		if lists := j.nativesOf(f); len(lists) > 0 && !slices.Contains(seen, f) {
			seen = append(seen, f)
			add(j.surveyOf(ctx, f, from[c.From], lists))
		}
	}
	if runtime != nil && (len(seen) > 0 || slices.ContainsFunc(objects, loaded)) {
		add(j.surveyOfRuntime(ctx, runtime))
	}
	return all
}

// nativesOf returns the lists of native code that the image has looked at of a fetch.
func (j *job) nativesOf(f *language.Fetch) (lists []string) {
	for _, c := range j.Plan.Image.Copies() {
		if f != nil && c.From.Fetch == f && c.Natives != "" && !slices.Contains(lists, c.Natives) {
			lists = append(lists, c.Natives)
		}
	}
	return lists
}
