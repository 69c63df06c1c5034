package frontend

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/gateway/client"
	bklint "github.com/moby/buildkit/frontend/subrequests/lint"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/lint"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// checkConfig returns how findings are treated: as the build arg
// BUILDKIT_DOCKERFILE_CHECK says, else as the comment `# check=…` of the spec.
func (r *request) checkConfig() (*linter.Config, diag.List) {
	if r.UI.LinterConfig != nil {
		return r.UI.LinterConfig, nil
	}
	text, _, ranges, ok := parser.ParseDirective("check", r.File.Data)
	if !ok {
		return &linter.Config{}, nil
	}
	config, err := linter.ParseLintOptions(text)
	if err != nil {
		var diags diag.List
		line := 1
		if len(ranges) > 0 {
			line = ranges[0].Start.Line
		}
		diags.Errorf(r.File.Line(line), "%v", err).Hint = "write \"# check=skip=Rule,Rule;error=true\""
		return &linter.Config{}, diags
	}
	return config, nil
}

// findings returns what the rules find in a target, and what is wrong with it
// otherwise. requested says whether the user asked for findings.
func (r *request) findings(ctx context.Context, config *linter.Config, target string, requested bool) ([]lint.Finding, diag.List) {
	platform := r.platforms()[0]
	s, diags := r.spec(target, platform)
	if s == nil {
		return nil, diags
	}
	p, more := r.plan(ctx, target, platform)
	if len(s.Missing) > 0 {
		more = more.Warnings() // a build has values, and need not have these errors
	}
	diags.Add(r.explainHidden(ctx, more), r.noToolchain(ctx, p), r.unknownArgs(), r.proxyPasswords(), lint.CheckSkip(s.Checks.Skip))
	in := &lint.Input{Doc: r.doc, Target: target, Spec: s, Plan: p, Files: r.source.tree, Found: diags}
	patterns, err := r.UI.DockerIgnorePatterns(ctx)
	in.Ignored = err != nil || len(patterns) > 0
	found := lint.Run(in, skips(config, s), requested)
	return found, slices.DeleteFunc(diags, func(d diag.Diagnostic) bool { return d.Rule != "" })
}

// noToolchain reports a toolchain of which the registry says that there is none: a pin of
// the project may name a version that has no image. A registry that cannot be asked says
// nothing.
func (r *request) noToolchain(ctx context.Context, p *plan.Plan) (diags diag.List) {
	if p == nil || p.Toolchain.Ref == "" {
		return nil
	}
	for _, ref := range []string{p.Toolchain.Ref, p.Toolchain.Forward} {
		if ref == "" {
			continue
		}
		if _, err := r.Resolve(ctx, ref, p.Host, p.Language.Name); !errors.Is(err, daemon.ErrNoImage) {
			return nil
		}
	}
	diags.Errorf(p.Toolchain.Range, "no toolchain: %s does not exist", p.Toolchain.Ref).Hint = p.Toolchain.Hint
	return diags
}

// skips returns whether rules are skipped, by their ids.
func skips(config *linter.Config, s *spec.Spec) func(id string) bool {
	skipped := append(slices.Clone(config.SkipRules), s.Checks.Skip.Values()...)
	return func(id string) bool {
		return config.SkipAll || slices.Contains(skipped, "all") ||
			slices.ContainsFunc(skipped, func(s string) bool { return strings.EqualFold(s, id) })
	}
}

// answerCheck answers --check.
func (r *request) answerCheck(ctx context.Context) (*client.Result, error) {
	results := &checkResults{request: r, seen: map[string]bool{}}
	if err := r.ReadSpec(ctx); err != nil {
		return nil, err
	}
	diags := r.parse()
	if r.doc == nil {
		results.fail(diags)
		return results.ToResult(nil)
	}
	if err := r.ask(ctx); err != nil {
		return nil, err
	}
	config, more := r.checkConfig()
	diags.Add(more)
	for _, target := range r.asked(ctx) {
		found, more := r.findings(ctx, config, target, true)
		diags.Add(more)
		for _, f := range found {
			results.add(f)
		}
	}
	results.fail(r.explainEmpty(r.explainHidden(ctx, diags)))
	return results.ToResult(nil)
}

// checkResults collects findings, each once, in the form that clients print.
type checkResults struct {
	bklint.LintResults
	request *request
	seen    map[string]bool // findings, by their keys
}

func (r *checkResults) add(f lint.Finding) {
	if r.seen[f.Key()] {
		return
	}
	r.seen[f.Key()] = true
	r.Warnings = append(r.Warnings, bklint.Warning{
		RuleName: f.Rule.ID, Description: f.Rule.Doc, URL: f.Rule.URL(), Detail: r.detail(f), Location: r.location(f.Range),
	})
}

// detail returns what a finding says, with the file that it is in where that is not the
// spec: clients write the spec's name over all.
func (r *checkResults) detail(f lint.Finding) string {
	file := f.Range.Source
	if file == nil || file == r.request.File || strings.Contains(f.Message, file.Name) {
		return f.Message
	}
	return f.Range.FileLine() + ": " + f.Message
}

// fail adds the problems that stop a build.
func (r *checkResults) fail(diags diag.List) {
	errs := diags.Errors()
	if len(errs) == 0 {
		if len(r.Sources) == 0 {
			r.location(diag.Range{}) // clients want at least one source
		}
		return
	}
	r.Error = &bklint.BuildError{Message: errs.Error(), Location: *r.location(errs[0].Range)}
}

// location returns a range with its file among the sources; the spec's first
// line for none.
func (r *checkResults) location(at diag.Range) *pb.Location {
	if at.IsZero() {
		at = r.request.File.Line(1)
	}
	i := slices.IndexFunc(r.Sources, func(s *pb.SourceInfo) bool { return s.Filename == at.Source.Name })
	if i < 0 {
		i = len(r.Sources)
		r.Sources = append(r.Sources, r.request.SourceInfo(at))
	}
	return &pb.Location{SourceIndex: int32(i), Ranges: []*pb.Range{llb.Range(at)}}
}

// lint warns of findings in a build; they are errors where the spec or whoever
// builds says so.
func (r *request) lint(ctx context.Context) error {
	config, diags := r.checkConfig()
	if diags.Err() != nil {
		return diags
	}
	for _, target := range r.names(ctx) {
		found, more := r.findings(ctx, config, target, false)
		if more.Err() != nil {
			return more
		}
		for _, f := range found {
			diags = append(diags, told(f, config))
		}
		diags.Add(more)
	}
	if diags.Err() != nil {
		return diags
	}
	r.Warn(ctx, diags)
	return nil
}

// told returns a finding as a build tells it.
func told(f lint.Finding, config *linter.Config) diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: diag.Warning, Range: f.Range, Message: f.Rule.ID + ": " + f.Message, URL: f.Rule.URL(),
	}
	if config.ReturnAsError {
		d.Severity = diag.Error
	}
	return d
}

// judge returns problems of a build with those that are findings of a rule as such
// are told, without those of rules that are skipped.
func (r *request) judge(s *spec.Spec, found diag.List) (diags diag.List) {
	config, _ := r.checkConfig() // what is wrong with it is an error before
	skip := skips(config, s)
	for _, d := range found {
		rule := lint.Named(d.Rule)
		switch {
		case rule == nil:
			diags = append(diags, d)
		case !skip(rule.ID):
			diags = append(diags, told(lint.Finding{Rule: rule, Range: d.Range, Message: d.Text()}, config))
		}
	}
	return diags
}
