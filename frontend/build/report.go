package build

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// readReport reads what a step says of its result, and returns the problems and
// warnings that it tells, at their places in the source, or at the step's in the spec.
func (j *job) readReport(ctx context.Context, step *language.Step, out *attempted) (diags diag.List) {
	if !step.Reports {
		return nil
	}
	data, err := out.tree.ReadFile(language.ReportFile)
	if err == nil {
		err = json.Unmarshal(data, out.report)
	}
	if err != nil {
		diags.Errorf(step.Range, "reading the report of %q: %v", step.Name, err)
		return diags
	}
	r := out.report
	place := j.placer(ctx, step, append(slices.Clone(r.Problems), r.Warnings...))
	for _, remark := range r.Problems {
		at, message := place(remark)
		diags.Errorf(at, "%s", message).Hint = remark.Hint
	}
	for _, remark := range r.Warnings {
		at, message := place(remark)
		diags.Warnf(at, "%s", message).Hint = remark.Hint
	}
	if r.Lacked != "" && step.Otherwise == nil {
		diags.Errorf(step.Range, "%s: %s", step.Name, r.Lacked)
	}
	return diags
}

// placer returns what says where remarks are, and what is told there. A file that
// the source does not have, which the step made, is named in the text.
func (j *job) placer(ctx context.Context, step *language.Step, remarks []language.Remark) func(language.Remark) (diag.Range, string) {
	sources := map[string]*diag.Source{}
	if slices.ContainsFunc(remarks, func(r language.Remark) bool { return r.File != "" }) {
		if fsys, err := j.source(ctx); err == nil {
			for _, r := range remarks {
				if r.File != "" && sources[r.File] == nil {
					sources[r.File], _ = language.ReadSource(fsys, r.File)
				}
			}
		}
	}
	return func(r language.Remark) (diag.Range, string) {
		if src := sources[r.File]; src != nil {
			at := src.Line(r.Line)
			if at.Start.Column < r.Column && r.Column < at.End.Column {
				at.Start.Column = r.Column
			}
			return at, r.Message
		}
		if r.File != "" {
			return step.Range, fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Message)
		}
		return step.Range, r.Message
	}
}
