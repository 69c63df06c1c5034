package build

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/llb"
)

// sources resolves what the spec's files are copied from.
func (j *job) sources(ctx context.Context) error {
	return each(j.Plan.Sources(), func(s plan.Source, _ func(func())) error {
		state, of, err := j.sourceOf(ctx, s)
		var tree *daemon.Tree
		if err == nil && s.Origin.Kind == language.OfImage {
			tree, err = j.Daemon.Solve(ctx, state)
		}
		if err == nil {
			j.keep(s.Origin, state, tree)
			j.takes(s.Origin, of)
			return nil
		}
		if daemon.Canceled(err) || s.Range.IsZero() || j.Plan.Uses[s.Name] != nil {
			return err // of a target it says where that failed
		}
		var diags diag.List
		diags.Errorf(s.Range, "no source: %v", err).Hint = j.sourceHint(s.Name)
		return diags
	})
}

// sourceOf returns what files are copied from: a named context of whoever builds, a
// target of the file, or an image. The CA bundle is the same on every platform, so
// the builder's is taken, once.
func (j *job) sourceOf(ctx context.Context, s plan.Source) (llb.State, part, error) {
	platform := j.Plan.Target
	if s.Origin == language.FromCABundle {
		platform = j.Plan.Host
	}
	if target := j.Plan.Uses[s.Name]; target != nil {
		made, err := j.used.Get(usedKey{s.Name, platform}, func() (*Result, error) {
			return j.Builder.Image(ctx, target)
		})
		if err != nil {
			return llb.State{}, part{}, err
		}
		return made.State, part{target: made}, nil
	}
	image, err := j.Daemon.Resolve(ctx, s.Name, platform, "files "+path.Base(s.Name))
	if err != nil {
		return llb.State{}, part{}, err
	}
	return image.State, part{image: image}, nil
}

// sourceHint returns the hint for a source that is no image: the target or named
// context that it may have meant. A single word that nothing is near to may be a
// context that was not given; anything else is the image that it looks like.
func (j *job) sourceHint(name string) string {
	if slices.Contains(j.Sources, name) {
		return "" // it is known, and the error is about what it stands for
	}
	if hint := diag.DidYouMean(name, j.Sources); hint != "" {
		return hint
	}
	if strings.ContainsAny(name, "./:@") {
		return ""
	}
	return "a source is a target of this file, an image, or a context: --build-context " + name + "=…"
}
