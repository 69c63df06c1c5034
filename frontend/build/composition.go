package build

import (
	"context"
	"io"
	"io/fs"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/languages"
)

// composed compares what the program says that it was made of with the source that it
// was compiled from.
func (j *job) composed(ctx context.Context) (diag.List, error) {
	compare := languages.Named(j.Plan.Language).Composed
	if compare == nil || j.Plan.Program == "" {
		return nil, nil
	}
	source, err := j.compiledSource(ctx)
	if err != nil {
		return nil, err
	}
	program, err := j.tree(language.FromCompile).Open(j.Plan.Program)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	p := &language.Project{FS: source, Spec: j.Plan.Spec, Build: j.Plan.Build}
	diags := compare(p, j.Plan.Target, program.(io.ReaderAt))
	for i := range diags {
		if diags[i].Range.IsZero() {
			diags[i].Range = j.Plan.Compile.Range
		}
	}
	return diags, nil
}

// compiledSource returns the files that were compiled: those of the context, or of
// what the spec's files and scripts made of it.
func (j *job) compiledSource(ctx context.Context) (fs.FS, error) {
	if len(j.Plan.Overlay)+len(j.Plan.Scripts) == 0 {
		return j.Project, nil
	}
	return j.Daemon.Solve(ctx, j.Source(j.from))
}
