package rust

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

var (
	comment = regexp.MustCompile(`(?m)^\s*#.*$`)
	used    = regexp.MustCompile(`\$\{?([A-Z][A-Z_]+)\b([:-]?)`)
)

// TestVariables looks for variables that a script of ours uses and that neither its step
// nor a script sets: its shell would end there.
func TestVariables(t *testing.T) {
	p := &language.Project{FS: manyCrates(2), Spec: trial.Spec(t, "language: rust\n", spec.Request{}), Host: trial.AMD64}
	r, diags := recipe(p, trial.ARM64)
	if r == nil {
		t.Fatal(diags)
	}
	steps := []language.Step{r.Compile, r.Native, r.Test}
	for _, f := range r.Fetches {
		steps = append(steps, f.Step)
	}
	seen := 0
	for _, s := range steps {
		for _, f := range s.Files {
			if len(s.Through) < 3 || f.Path != path.Base(s.Through[2]) {
				continue // what others have in functions is the matter of who calls those
			}
			for _, m := range used.FindAllStringSubmatch(comment.ReplaceAllString(f.Data, ""), -1) {
				seen++
				set := slices.ContainsFunc(s.Env, func(v spec.Var) bool { return v.Name == m[1] })
				if !set && m[2] == "" && !assigned(s, m[1]) {
					t.Errorf("%s: %s uses %s, which nothing sets", s.Name, f.Path, m[1])
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("got %d uses of variables, want more", seen)
	}
}

// assigned reports whether a script of a step sets a variable.
func assigned(s language.Step, name string) bool {
	return slices.ContainsFunc(s.Files, func(f language.File) bool { return strings.Contains(f.Data, name+"=") })
}
