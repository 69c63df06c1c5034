package build

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/survey"
	"github.com/stagefront/stagefront/llb"
)

// noted is a survey that was made of a tree.
type noted struct {
	step llb.State
	read func() survey.Survey // nil where it cannot be read
}

// survey has a tree surveyed where a cache carries that to builders which begin with
// nothing: they need not download the layers of the tree to have it looked at. It returns
// nil where there is none to be had. Lists are files of the tree that are read whole.
// An error is one of what leads to the tree.
//
// Nobody should ask for the tree itself before: BuildKit computes sums of a result that it
// has before it looks for what was made of it, and downloads the result for that.
func (j *job) survey(ctx context.Context, tree llb.State, of string, lists []string) (*noted, error) {
	if !j.Surveys {
		return nil, nil
	}
	frontend, err := j.Daemon.Frontend(ctx)
	if err != nil {
		return nil, nil
	}
	step := llb.Survey(frontend.State, os.Args[0], tree, of, lists)
	left, err := j.solve(ctx, step)
	if ofSurvey(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &noted{step, sync.OnceValue(func() survey.Survey {
		data, err := left.ReadFile(llb.SurveyFile)
		if err != nil {
			return nil
		}
		s, err := survey.Read(data)
		if err != nil {
			return nil
		}
		return s
	})}, nil
}

// ofSurvey reports whether it is the survey that failed, or the image which makes it.
func ofSurvey(err error) bool {
	var failure *daemon.Failure
	return errors.As(err, &failure) && slices.ContainsFunc([]string{llb.SurveyStep, "[frontend] "}, func(step string) bool {
		return strings.HasPrefix(failure.Step, step)
	})
}

// over returns files with what the survey says of them.
func (n *noted) over(files *daemon.Tree) survey.Files {
	if n == nil {
		return files
	}
	return survey.Over(files, n.read)
}

// surveyOf has a fetch surveyed of which the image has native code. BuildKit knows a survey
// by the step that it is of: where that may fetch something else the next time, the survey
// may be of another result than that which the image is made of, and there is none.
func (j *job) surveyOf(ctx context.Context, f *language.Fetch, left llb.State) (*noted, error) {
	var lists []string
	for _, c := range j.Plan.Image.Copies() {
		if c.From.Fetch == f && c.Natives != "" && !slices.Contains(lists, c.Natives) {
			lists = append(lists, c.Natives)
		}
	}
	if len(lists) == 0 || !j.Plan.Locked {
		return nil, nil
	}
	return j.survey(ctx, left, f.String(), lists)
}

// surveyOfRuntime has a runtime surveyed, once for all who look at it.
func (j *job) surveyOfRuntime(ctx context.Context, runtime *daemon.Image) (*noted, error) {
	return j.runtimes.Get(runtime, func() (*noted, error) {
		return j.survey(ctx, runtime.State, "the runtime for "+j.Plan.Target.String(), nil)
	})
}

// carried returns the surveys that are looked at before an image is put together, with
// native code that compile left.
func (j *job) carried(ctx context.Context, runtime *daemon.Image, objects []artifact.Object) (all []llb.State) {
	seen := []*noted{nil}
	add := func(n *noted) {
		if !slices.Contains(seen, n) {
			seen, all = append(seen, n), append(all, n.step)
		}
	}
	for _, c := range j.Plan.Image.Copies() {
		add(j.notedOf(c.From))
	}
	if runtime != nil && (len(all) > 0 || slices.ContainsFunc(objects, loaded)) {
		n, _ := j.surveyOfRuntime(ctx, runtime)
		add(n)
	}
	return all
}
