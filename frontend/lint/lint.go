// Package lint holds the rules of --check: what a reviewer of a spec would
// raise. A rule is data; its page is in docs/checks.md.
package lint

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Rule is one thing to look for.
type Rule struct {
	ID    string // as it is skipped: "RootUser"
	Doc   string // what is wrong where it fires, in a line
	Check func(in *Input, report func(r diag.Range, format string, args ...any))
	// OnRequest rules are left to --check: they read much of the project, or are
	// no reason to say something at every build.
	OnRequest bool
	// Compiled rules are about what was compiled: builds alone find them.
	Compiled bool
}

// Named returns the rule with an id, nil when there is none.
func Named(id string) *Rule {
	i := slices.IndexFunc(Rules, func(r *Rule) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return Rules[i]
}

// URL returns the rule's page.
func (r *Rule) URL() string {
	return "https://github.com/stagefront/stagefront/blob/main/docs/checks.md#" + anchor(r.ID)
}

// anchor returns the fragment that a heading gets.
func anchor(id string) string {
	var out []rune
	for _, c := range id {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return string(out)
}

// Input is what rules look at: one target of a spec.
type Input struct {
	Doc     *spec.Document
	Target  string // of the document; "" is the top level
	Spec    *spec.Spec
	Plan    *plan.Plan // nil when it could not be planned
	Files   fs.FS      // the build context after its ignore rules
	Ignored bool       // there is an ignore file that counts
	Found   diag.List  // what planning found; problems with a rule's id are that rule's findings
}

// Finding is a rule that fired.
type Finding struct {
	Rule    *Rule
	Range   diag.Range
	Message string
}

// Key is the same for findings that say the same of the same place. Targets read the
// files of a project each for itself.
func (f Finding) Key() string { return f.Rule.ID + "\x00" + f.Range.String() + "\x00" + f.Message }

// Run returns the findings of all rules but the skipped ones, in the order of
// the rules. requested says whether the user asked for them.
func Run(in *Input, skip func(id string) bool, requested bool) []Finding {
	var findings []Finding
	seen := map[Finding]bool{}
	for _, r := range Rules {
		if skip(r.ID) || r.OnRequest && !requested {
			continue
		}
		report := func(at diag.Range, format string, args ...any) {
			f := Finding{r, at, fmt.Sprintf(format, args...)}
			if !seen[f] {
				findings = append(findings, f)
			}
			seen[f] = true
		}
		for _, d := range in.Found {
			if d.Rule == r.ID {
				report(d.Range, "%s", d.Text())
			}
		}
		if r.Check != nil {
			r.Check(in, report)
		}
	}
	return findings
}

// CheckSkip returns an error for every skipped rule that does not exist.
func CheckSkip(skip spec.Texts) (diags diag.List) {
	var ids []string
	for _, r := range Rules {
		ids = append(ids, r.ID)
	}
	for _, s := range skip {
		if s.Value != "all" && !slices.Contains(ids, s.Value) {
			diags.Errorf(s.Range, "unknown rule %q", s.Value).Hint = diag.DidYouMean(s.Value, ids)
		}
	}
	return diags
}

// languageOf returns the language of a plan.
func languageOf(p *plan.Plan) *language.Language {
	if p == nil {
		return nil
	}
	return p.Language
}
