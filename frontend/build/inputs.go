package build

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/llb"
)

// job is what is known of a plan while it is built.
type job struct {
	*llb.Stages
	*Builder

	mu    sync.Mutex
	from  llb.Origins                      // what its files are copied from
	trees map[language.Origin]*daemon.Tree // what its steps left
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

// tree returns the files that a step left, nil before it ran.
func (j *job) tree(origin language.Origin) *daemon.Tree {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.trees[origin]
}

// prepare has all that compiling and exporting need looked up at the same time:
// the toolchain and what is fetched with it, the runtime, and the sources of files.
func (b *Builder) prepare(ctx context.Context, p *plan.Plan) (*job, error) {
	var j *job
	err := all(
		func() error { return b.looksAtRuntime(ctx, p) },
		func() (err error) {
			if j, err = b.toolchain(ctx, p); err != nil {
				return err
			}
			steps := append(p.Scripts[:len(p.Scripts):len(p.Scripts)], p.Compile)
			return all(
				func() error { return j.sources(ctx) },
				func() error { return j.fetch(ctx, steps, p.Image.Copies()...) },
			)
		},
	)
	if err != nil {
		return nil, err
	}
	return j, nil
}

// toolchain returns a job whose toolchain image, if it has one, is resolved.
func (b *Builder) toolchain(ctx context.Context, p *plan.Plan) (*job, error) {
	j := &job{
		Stages:  &llb.Stages{Plan: p, Context: b.Context, Options: b.Options},
		Builder: b,
		from:    llb.Origins{language.FromContext: b.Context},
		trees:   map[language.Origin]*daemon.Tree{},
	}
	if p.Toolchain.Ref == "" {
		return j, nil
	}
	image, err := b.toolchainImage(ctx, p)
	if err != nil {
		if daemon.Canceled(err) {
			return nil, err
		}
		var diags diag.List
		diags.Errorf(p.Toolchain.Range, "no toolchain: %v", err).Hint = p.Toolchain.Hint
		return nil, diags
	}
	if err := b.hasApt(ctx, p, image); err != nil {
		return nil, err
	}
	j.Stages.Image = image.State
	if p.Spec.Toolchain.IsSet() || image.Given {
		j.CacheOwner = image.ID
	}
	j.from[language.FromToolchain] = j.Toolchain()
	return j, nil
}

// hasApt reports packages for a toolchain of another distribution than Debian and
// those that are made from it. The official ones are all of Debian; only images of
// whoever writes or builds are looked at, which costs their download.
func (b *Builder) hasApt(ctx context.Context, p *plan.Plan, image *daemon.Image) error {
	if p.Packages == nil || !p.Spec.Toolchain.IsSet() && !image.Given {
		return nil
	}
	tree, err := b.Daemon.Solve(ctx, image.State)
	if err != nil {
		return err
	}
	if language.IsFile(tree, "usr/bin/apt-get") {
		return nil
	}
	var diags diag.List
	diags.Errorf(p.Packages.Range, "packages are installed by apt, and the toolchain %s has none: it is %s", p.Toolchain.Ref, distribution(tree)).Hint =
		"take a toolchain of Debian or Ubuntu, or one that has the packages"
	return diags
}

// distribution returns what an image calls its distribution.
func distribution(fsys fs.FS) string {
	for _, name := range []string{"etc/os-release", "usr/lib/os-release"} {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			if name, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
				return strings.Trim(strings.TrimSpace(name), `"'`)
			}
		}
	}
	return "no distribution that says its name"
}

// toolchainImage returns the plan's toolchain: a newer patch where the pinned one
// has no image, the exact one where the newest that is to be had is too old.
func (b *Builder) toolchainImage(ctx context.Context, p *plan.Plan) (*daemon.Image, error) {
	t := p.Toolchain
	image, err := b.Daemon.Resolve(ctx, t.Ref, p.Build, p.Language)
	if errors.Is(err, daemon.ErrNoImage) && t.Forward != "" {
		newer, forwardErr := b.Daemon.Resolve(ctx, t.Forward, p.Build, p.Language)
		if forwardErr != nil {
			return nil, err
		}
		var diags diag.List
		diags.Warnf(t.Range, "%s does not exist, so %s is used", t.Ref, t.Forward)
		b.Daemon.Warn(ctx, diags)
		return newer, nil
	}
	if err != nil || t.Exact == "" || image.Config == nil {
		return image, err
	}
	have, ok := llb.Base(image.Config).Env.Get(t.VersionEnv)
	if ok && t.Older(have) {
		return b.Daemon.Resolve(ctx, t.Exact, p.Build, p.Language)
	}
	return image, nil
}

// sources resolves what the spec's files are copied from.
func (j *job) sources(ctx context.Context) error {
	return each(j.Plan.Sources(), func(s plan.Source, _ func(func())) error {
		state, err := j.source(ctx, s)
		var tree *daemon.Tree
		if err == nil && s.Origin.Kind == language.OfImage {
			tree, err = j.Daemon.Solve(ctx, state)
		}
		if err == nil {
			j.keep(s.Origin, state, tree)
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

// source returns what files are copied from: a named context of whoever builds, a
// target of the file, or an image. The CA bundle is the same on every platform, so
// the builder's is taken, once.
func (j *job) source(ctx context.Context, s plan.Source) (llb.State, error) {
	platform := j.Plan.Target
	if s.Origin == language.FromCABundle {
		platform = j.Plan.Build
	}
	if target := j.Plan.Uses[s.Name]; target != nil {
		key := s.Name + " " + platform.String()
		made, err := j.used.Get(key, func() (*Result, error) { return j.Builder.Image(ctx, target) })
		if err != nil {
			return llb.State{}, err
		}
		return made.State, nil
	}
	image, err := j.Daemon.Resolve(ctx, s.Name, platform, "files "+path.Base(s.Name))
	if err != nil {
		return llb.State{}, err
	}
	return image.State, nil
}

// sourceHint returns the hint for a source that is no image: the target or named
// context that it may have meant. A single word that nothing is near to may be a
// context that was not given; anything else is the image that it looks like.
func (j *job) sourceHint(name string) string {
	if hint := diag.DidYouMean(name, j.Sources); hint != "" {
		return hint
	}
	if strings.ContainsAny(name, "./:@") {
		return ""
	}
	return "a source is a target of this file, an image, or a context: --build-context " + name + "=…"
}

// fetch has what steps need and what the image takes of it fetched, several at a
// time. It is apart from compile, so that its failure is told apart.
func (j *job) fetch(ctx context.Context, steps []language.Step, copies ...language.Copy) error {
	var needed []*language.Fetch
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
	return each(needed, func(f *language.Fetch, _ func(func())) error {
		state := j.Fetch(f)
		tree, err := j.Daemon.Solve(ctx, state)
		if err != nil {
			return daemon.WithHint(err, fetchHint)
		}
		j.keep(language.FromFetch(f), state, tree)
		return nil
	})
}

const fetchHint = "see the log above; behind a proxy that has its own CA, add --secret id=ca-certificates,src=<bundle>"
