package build

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/llb"
)

// compiled is what compile left.
type compiled struct {
	objects []artifact.Object // native code that goes into the image
	report  *language.Report
}

// compile has the program compiled, adds it to what is copied from, and opens it. What it
// reports is told before.
func (j *job) compile(ctx context.Context, told func(context.Context, *language.Report)) (*compiled, error) {
	p := j.Plan
	made := &attempted{report: &language.Report{}}
	if !p.Compile.IsZero() {
		var err error
		if made, err = j.attempt(ctx, &p.Compile, j.Compile, p.Image.Copies()...); err != nil {
			return nil, err
		}
		j.keep(language.FromCompile, made.state, made.tree)
	}
	if err := j.openTree(ctx); err != nil {
		return nil, err
	}
	told(ctx, made.report)
	objects, diags := j.verify()
	diags.Add(foreign(p, made.report.Natives))
	if diags.Err() != nil {
		return nil, diags
	}
	more, err := j.composed(ctx)
	if err != nil {
		return nil, err
	}
	if diags.Add(more); diags.Err() != nil {
		return nil, diags
	}
	j.Daemon.Warn(ctx, diags)
	return &compiled{objects, made.report}, nil
}

// openTree opens the source where the image takes files of it.
func (j *job) openTree(ctx context.Context) error {
	ofTree := func(c language.Copy) bool { return c.From == language.FromTree }
	if !slices.ContainsFunc(j.Plan.Image.Copies(), ofTree) {
		return nil
	}
	state := j.Source(j.from)
	tree, err := j.solve(ctx, state)
	if err != nil {
		return j.diagnosed(ctx, err)
	}
	j.keep(language.FromTree, state, tree)
	return nil
}

// attempted is what a step left.
type attempted struct {
	state  llb.State
	tree   *daemon.Tree
	report *language.Report
}

// emitter makes the state of a step, whose files are copied from origins.
type emitter func(language.Step, llb.Origins) llb.State

// attempt has a step of the project run, after what it needs and copies are of is
// fetched. Where a step reports that it lacked something, the one that stands in
// for it is run; both are cached, so an unchanged project goes the same way.
func (j *job) attempt(ctx context.Context, step *language.Step, emit emitter, copies ...language.Copy) (*attempted, error) {
	lacked := ""
	for {
		if err := j.fetch(ctx, append(slices.Clone(j.Plan.Scripts), *step), copies...); err != nil {
			return nil, err
		}
		state := emit(*step, j.from)
		tree, err := j.solve(ctx, state)
		if err != nil {
			return nil, j.diagnosed(ctx, err)
		}
		out := &attempted{state, tree, &language.Report{}}
		diags := j.readReport(ctx, step, out)
		if diags.Err() != nil {
			return nil, diags
		}
		if out.report.Lacked == "" || step.Otherwise == nil {
			j.Daemon.Warn(ctx, append(diags, needsNetwork(step, lacked)...))
			return out, nil
		}
		lacked = out.report.Lacked
		step = step.Otherwise
	}
}

// needsNetwork warns of a step that had the network because those before it
// lacked something.
func needsNetwork(step *language.Step, lacked string) (diags diag.List) {
	if !step.Network {
		return nil
	}
	d := diags.Warnf(step.Range, "%q ran with the network, since no fetch brings all that it asks for: %s",
		step.Name, lacked)
	d.Hint = "its result can be another tomorrow, and it is done anew after every edit with what it downloads"
	return diags
}

// foreign warns of archives whose native code is for other platforms.
func foreign(p *plan.Plan, natives []language.Natives) (diags diag.List) {
	for _, n := range natives {
		if !slices.Contains(n.Architectures, p.Target.Architecture) {
			d := diags.Warnf(p.Compile.Range, "%s has native code for %s and none for %s",
				n.Name, strings.Join(n.Architectures, ", "), p.Target)
			d.Hint = "what needs it fails there; is there a release, or a classifier, for the platform?"
		}
	}
	return diags
}

// solve has a state of the plan's steps built. The reason of a failure is what the log
// of the step tells.
func (j *job) solve(ctx context.Context, state llb.State) (*daemon.Tree, error) {
	tree, err := j.Daemon.Solve(ctx, state)
	if err == nil {
		return tree, nil
	}
	return nil, j.located(j.suspected(daemon.Because(err, func(log string) (reason, hint string) {
		return language.Why(log, j.Plan.Language.Complaints)
	})))
}

// suspected names the toolchain that whoever builds gave where a step could not be
// started, or did not find what it starts: a directory may be given, or any image.
func (j *job) suspected(err error) error {
	const notFound = "exit code: 127" // of a shell
	var f *daemon.Failure
	if errors.As(err, &f) && f.Hint == "" && j.tools != nil && j.tools.Given && (f.Log == "" || strings.HasSuffix(f.Text, notFound)) {
		f.Hint = "has the context that is given for the toolchain, " + j.Plan.Toolchain.Ref + ", all of that?"
	}
	return err
}

// diagnosed returns what the source that was compiled shows to be the reason of a
// failed step, else the failure.
func (j *job) diagnosed(ctx context.Context, err error) error {
	var f *daemon.Failure
	diagnose := j.Plan.Language.Diagnose
	if !errors.As(err, &f) || diagnose == nil {
		return err
	}
	source, sourceErr := j.source(ctx)
	if sourceErr != nil {
		return err // a script is what failed
	}
	p := j.Plan
	found := diagnose(&language.Project{FS: source, Spec: p.Spec, Host: p.Host}, p.Target)
	if found.Err() != nil {
		return found
	}
	return err
}

// source returns the files that are compiled: the context, or what is laid over it
// and what scripts make of both.
func (j *job) source(ctx context.Context) (fs.FS, error) {
	if len(j.Plan.Overlay)+len(j.Plan.Scripts) == 0 {
		return j.Files, nil
	}
	return j.Daemon.Solve(ctx, j.Source(j.from))
}
