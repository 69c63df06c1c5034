package build

import (
	"context"
	"io"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// composed compares what the program says that it was made of with the source that it
// was compiled from.
func (j *job) composed(ctx context.Context) (diag.List, error) {
	compare := j.Plan.Language.Composed
	if compare == nil || j.Plan.Program == "" {
		return nil, nil
	}
	source, err := j.source(ctx)
	if err != nil {
		return nil, err
	}
	program, err := j.tree(language.FromCompile).Open(j.Plan.Program)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	p := &language.Project{FS: source, Spec: j.Plan.Spec, Host: j.Plan.Host}
	if fetches := j.Plan.Fetches; len(fetches) > 0 {
		if tree := j.tree(language.FromFetch(fetches[0])); tree != nil {
			p.Fetched = tree
		}
	}
	diags := compare(p, j.Plan.Target, program.(io.ReaderAt))
	for i := range diags {
		if diags[i].Range.IsZero() {
			diags[i].Range = j.Plan.Compile.Range
		}
	}
	if j.Judge != nil {
		diags = j.Judge(j.Plan.Spec, diags)
	}
	return diags, nil
}
