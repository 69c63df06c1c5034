package build

import (
	"context"
	"io/fs"
	"slices"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/llb"
)

// export puts what was compiled onto the runtime.
func (j *job) export(ctx context.Context, c *compiled) (*Result, error) {
	if diags := j.starts(c.objects); diags.Err() != nil {
		return nil, diags
	}
	runtime, base, err := j.runtime(ctx, c.objects)
	if err != nil {
		return nil, err
	}
	libraries, diags, err := j.link(ctx, c.objects, runtime)
	if err != nil {
		return nil, err
	}
	if diags = j.linkProblems(diags); diags.Err() != nil {
		return nil, diags
	}
	j.Daemon.Warn(ctx, diags)
	packages, err := j.shipped(ctx, c.objects, runtime)
	if err != nil {
		return nil, err
	}
	found := plan.Found{Libraries: libraries, Packages: packages, Arguments: c.report.Arguments, Empty: j.empty()}
	export, diags := j.Plan.Export(base, found)
	if export == nil {
		return nil, diags
	}
	out := &Result{State: j.Export(stateOf(runtime), export, j.from, j.carried(ctx, runtime, c.objects)...)}
	if runtime != nil {
		out.Base = runtime.Config
	}
	out.Config = j.ImageConfig(export, out.Base, j.Labels)
	out.Stages = j.stages()
	out.Bill, err = j.bill(ctx, runtime, export.Layers)
	return out, err
}

// stateOf returns the files of a runtime, which may be none.
func stateOf(runtime *daemon.Image) llb.State {
	if runtime == nil {
		return llb.Scratch()
	}
	return runtime.State
}

// starts reports a library in the place of the program.
func (j *job) starts(objects []artifact.Object) (diags diag.List) {
	for _, o := range objects {
		if o.Alone && o.Shared() {
			diags.Errorf(j.Plan.Compile.Range, "%s is a shared library, and a container starts a program", j.Plan.Program).Hint =
				"compile a program, or take the library alone: --target binary"
		}
	}
	return diags
}

// link returns the libraries that go with native code, and what is wrong with it.
func (j *job) link(ctx context.Context, objects []artifact.Object, runtime *daemon.Image) ([]plan.Library, diag.List, error) {
	if !slices.ContainsFunc(objects, loaded) {
		return nil, nil, nil
	}
	l := &artifact.Linker{Platform: j.Plan.Target}
	roots := j.roots()
	err := all(
		func() (err error) {
			l.Roots, err = j.open(ctx, roots)
			return err
		},
		func() error {
			if runtime == nil {
				return nil
			}
			survey, err := j.surveyOfRuntime(ctx, runtime)
			if err != nil {
				return err
			}
			tree, err := j.Daemon.Solve(ctx, runtime.State)
			if err == nil {
				l.Runtime = survey.over(tree)
			}
			return err
		},
	)
	if err != nil {
		return nil, nil, err
	}
	found, diags := l.Link(objects)
	var libraries []plan.Library
	for _, lib := range found {
		libraries = append(libraries, plan.Library{From: roots[lib.Root], Path: lib.From, To: lib.To})
	}
	return libraries, diags, nil
}

// loaded reports whether native code needs a loader.
func loaded(o artifact.Object) bool { return !o.Static() }

// roots returns where libraries for the target come from: the recipe's own roots,
// then the toolchain.
func (j *job) roots() []language.Origin {
	roots := slices.Clone(j.Plan.Roots)
	if _, there := j.from[language.FromToolchain]; there {
		roots = append(roots, language.FromToolchain)
	}
	return roots
}

// open returns the files of origins.
func (j *job) open(ctx context.Context, origins []language.Origin) ([]fs.FS, error) {
	trees := make([]fs.FS, len(origins))
	err := each(origins, func(o language.Origin, keep func(func())) error {
		tree, err := j.Daemon.Solve(ctx, j.from[o])
		keep(func() { trees[slices.Index(origins, o)] = tree })
		return err
	})
	return trees, err
}

// linkProblems returns what is wrong with libraries as it is told: at the runtime, with
// what helps, and as findings where it is such of a rule.
func (j *job) linkProblems(diags diag.List) diag.List {
	for i := range diags {
		diags[i].Range = j.Plan.Runtime.Range
		if diags[i].Hint == "" {
			diags[i].Hint = linkHint(j.Plan.Runtime.Kind)
		}
	}
	if j.Judge == nil {
		return diags
	}
	return j.Judge(j.Plan.Spec, diags)
}

// linkHint says what helps where the runtime lacks a library.
func linkHint(kind plan.RuntimeKind) string {
	switch kind {
	case plan.Scratch:
		return "leave \"runtime\" out for distroless, or link statically"
	case plan.Custom:
		return "leave \"runtime\" out for distroless, or take an image of the same libc"
	}
	return "add the package that has it to build.packages"
}
