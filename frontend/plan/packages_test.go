package plan

import (
	"slices"
	"testing"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestShipped leaves out packages that are to compile with.
func TestShipped(t *testing.T) {
	p := &Plan{Target: trial.ARM64, Recipe: &language.Recipe{Toolchain: language.Toolchain{Ref: "debian:13"}}}
	p.Spec = trial.Spec(t, "build: {packages: [gcc, libpq-dev, libmagic1t64, pkg-config]}\n", spec.Request{})
	packages, architecture := p.Shipped()
	if got := packages.Values(); !slices.Equal(got, []string{"libmagic1t64"}) || architecture != "arm64" {
		t.Errorf("got %q for %s", got, architecture)
	}
}

// TestCompilesWithPackages knows steps that may use packages for compilers.
func TestCompilesWithPackages(t *testing.T) {
	for _, c := range []struct {
		runs     language.Code
		packages bool
		want     bool
	}{
		{language.Dependencies, true, true},
		{language.Dependencies, false, false},
		{language.Tools, true, false}, // it installs what fetching takes, such as git
	} {
		fetches := []*language.Fetch{{Step: language.Step{Runs: c.runs}, Packages: c.packages}}
		p := &Plan{Spec: trial.Spec(t, "user: root\n", spec.Request{}), Recipe: &language.Recipe{Fetches: fetches}}
		if got := p.CompilesWithPackages(); got != c.want {
			t.Errorf("%q, packages %t: got %t, want %t", c.runs, c.packages, got, c.want)
		}
	}
}
