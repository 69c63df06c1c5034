package python

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestRepository asks the repository of the context for a version where there is one
// and a backend asks for it, and says so; without one it warns.
func TestRepository(t *testing.T) {
	const fixed, asks = "[project]\nname = \"app\"\nversion = \"1\"\n[build-system]\nrequires = [\"hatchling\", \"hatch-vcs\"]\n",
		"[project]\nname = \"app\"\ndynamic = [\"version\"]\n[build-system]\nrequires = [\"hatchling\", \"hatch-vcs\"]\n"
	for _, c := range []struct {
		name, spec, project string
		git                 bool
		fetched             string // a manifest of the step that asks; "" for no step
		decision, warning   string
	}{
		{"fixed", "", fixed, true, "", "", ""},
		{"asks", "", asks, true, ".git", "what the build backend makes of .git", ""},
		{"none", "", asks, false, "", "0.0.0", "the version of app is in git, and the build context has no repository"},
		{"said", "build: {env: {SETUPTOOLS_SCM_PRETEND_VERSION: 4.5.6}}\n", asks, true, "", "4.5.6", ""},
	} {
		fsys := fstest.MapFS{"pyproject.toml": {Data: []byte(c.project)}, "main.py": {}}
		if c.git {
			fsys[".git/HEAD"] = &fstest.MapFile{}
		}
		p := &language.Project{FS: fsys, Spec: trial.Spec(t, "language: python\n"+c.spec, spec.Request{Platform: trial.ARM64}), Host: trial.AMD64}
		r, diags := Language.Recipe(p, trial.ARM64)
		if diags.Err() != nil {
			t.Errorf("%s: %v", c.name, diags)
			continue
		}
		fetched, decision := "", ""
		for _, f := range r.Fetches {
			if f.Name == "ask the build backend" {
				fetched = f.Manifests[len(f.Manifests)-1]
				if !f.Sealed || f.Runs != language.Own || !f.Packages || r.Packages == nil {
					t.Errorf("%s: the step that asks is %+v", c.name, f)
				}
			}
		}
		for _, d := range r.Decisions {
			if d.Name == "package version" {
				decision = d.Value
			}
		}
		if fetched != c.fetched || decision != c.decision || !strings.Contains(diags.Error(), c.warning) || c.warning == "" && len(diags) > 0 {
			t.Errorf("%s: got a step with %q, the decision %q, %v", c.name, fetched, decision, diags)
		}
	}
}

// TestPatches takes a range within the patches of one minor version.
func TestPatches(t *testing.T) {
	for specifier, want := range map[string]bool{">=3.12.1,<3.12.5": true, ">3.12.7,<3.12.9": true, ">=3.13": false, "<3.12": false} {
		if got := allows(specifier, "3.12"); got != want {
			t.Errorf("%s: got %t", specifier, got)
		}
	}
}

// TestNewestInterpreter takes the newest Python of a runtime that has several.
func TestNewestInterpreter(t *testing.T) {
	runtime := fstest.MapFS{"usr/bin/python3.7": {}, "usr/bin/python3.13": {}, "usr/bin/python3.9": {}}
	_, minor, diags := interpreterOf(&language.Project{Runtime: runtime}, "")
	if minor != "3.13" || diags.Err() != nil {
		t.Errorf("got %s, %v", minor, diags)
	}
}
