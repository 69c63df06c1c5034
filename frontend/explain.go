package frontend

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/moby/buildkit/frontend/gateway/client"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/lint"
	"github.com/stagefront/stagefront/frontend/spec"
)

// explanation is every decision for one target.
type explanation struct {
	Target    string              `json:"target,omitempty"`
	Platform  string              `json:"platform"`
	Decisions []language.Decision `json:"decisions"`
}

// answerExplain answers --call=explain: for the target that was asked for, else
// for every one, and for each platform, what is decided before anything is built.
func (r *request) answerExplain(ctx context.Context) (*client.Result, error) {
	if err := r.ask(ctx); err != nil {
		return nil, err
	}
	var all []explanation
	var diags diag.List
	for _, target := range r.explained(ctx) {
		for _, platform := range slices.Compact(r.platforms()) { // tests are of one
			e, more := r.explain(ctx, target, platform)
			if diags.Add(more); e != nil {
				all = append(all, *e)
			}
		}
	}
	if diags.Err() != nil {
		return nil, diags
	}
	return answered(all, "1.0.0", func(_ []byte, w *bytes.Buffer) error { return printExplanations(w, all) })
}

// explained returns the targets whose decisions are told: of tests and programs those that
// a build of them has.
func (r *request) explained(ctx context.Context) []string {
	if r.UI.Target == spec.TestTarget || r.UI.Target == spec.BinaryTarget {
		return r.names(ctx)
	}
	return r.asked(ctx)
}

// explain returns the decisions for a target on a platform, nil where there is no plan.
func (r *request) explain(ctx context.Context, target string, platform spec.Platform) (*explanation, diag.List) {
	p, diags := r.plan(ctx, target, platform)
	if s, _ := r.spec(target, platform); s != nil && diags.Err() != nil && len(s.Missing) > 0 {
		diags = s.Missing // which may be the reason for anything else
	}
	if p == nil {
		return nil, diags
	}
	return &explanation{target, platform.String(), append(r.reader(), p.Explain(r.UI.Target)...)}, diags
}

// reader tells which frontend reads the spec, as its first line says, and what a name
// without a tag means. That is no finding of --check: the line is what everybody is
// told to write.
func (r *request) reader() []language.Decision {
	syntax := r.doc.Syntax()
	if !syntax.IsSet() {
		return nil
	}
	d := language.Decision{Name: "frontend", Value: syntax.Value, Why: syntax.Range.String()}
	if lint.Mutable(syntax.Value) {
		d.Value += ", what was published last; with the tag :1 keys keep their meaning"
	}
	return []language.Decision{d}
}

// printExplanations prints a block of lines for each target, and for its other platforms
// what is different there:
//
//	TARGET worker, linux/amd64
//	go        1.26 (go.mod:3)
//	workdir   /app (default)
//
//	TARGET worker, linux/arm/v7
//	level     GOARM=7 (linux/arm/v7)
func printExplanations(w *bytes.Buffer, all []explanation) error {
	var first explanation
	for i, e := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		shown := e.Decisions
		if i == 0 || first.Target != e.Target {
			first = e
		} else {
			shown = e.besides(first)
		}
		if e.Target != "" {
			fmt.Fprintf(w, "TARGET %s, %s\n", e.Target, e.Platform)
		} else {
			fmt.Fprintf(w, "%s\n", e.Platform)
		}
		tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
		for _, d := range shown {
			fmt.Fprintf(tw, "%s\t%s (%s)\n", d.Name, strings.ReplaceAll(d.Value, "\n", " "), d.Why)
		}
		if err := tw.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// besides returns the decisions that are not those of another platform, and by name those
// that there are on that one alone.
func (e explanation) besides(first explanation) (others []language.Decision) {
	for _, d := range e.Decisions {
		if !slices.Contains(first.Decisions, d) {
			others = append(others, d)
		}
	}
	for _, d := range first.Decisions {
		none := language.Decision{Name: d.Name, Value: "none", Why: e.Platform}
		same := func(own language.Decision) bool { return own.Name == d.Name }
		if !slices.ContainsFunc(e.Decisions, same) && !slices.Contains(others, none) {
			others = append(others, none)
		}
	}
	if others == nil {
		others = []language.Decision{{Name: "decisions", Value: "as for " + first.Platform, Why: "nothing differs"}}
	}
	return others
}
