package python

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestLibrary compiles Python's own library for commands and tests, and leaves a toolchain
// of the project's own, which may have much beside it, as it is.
func TestLibrary(t *testing.T) {
	for keys, want := range map[string]bool{"": true, "toolchain: example.com/python:3.13\n": false} {
		s := trial.Spec(t, "language: python\nentrypoint: main.py\n"+keys, spec.Request{Platform: trial.AMD64})
		p := &language.Project{FS: fstest.MapFS{"main.py": {}}, Spec: s, Host: trial.AMD64}
		r, diags := Language.Recipe(p, trial.AMD64)
		if diags.Err() != nil {
			t.Fatal(diags)
		}
		compiles := func(f language.FetchRef) bool { return f.Output == libraryDir }
		for name, step := range map[string]language.Step{"commands": r.Native, "tests": r.Test} {
			if got := slices.ContainsFunc(step.Fetches, compiles); got != want {
				t.Errorf("%q: %s have the compiled library: %t, want %t", keys, name, got, want)
			}
		}
	}
}
