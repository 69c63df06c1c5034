package python

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// compiled is a project with C of a dependency and of its own.
const compiled = `-- stagefront.yaml --
language: python
build: {packages: [gcc, libpq-dev]}
-- requirements.txt --
psycopg2==2.9.10
-- setup.py --
from setuptools import setup, Extension
setup(name="fast", ext_modules=[Extension("fast", ["fast.c"])])
-- main.py --
`

// recipeOf returns what is decided for an archive, which must be fine.
func recipeOf(t *testing.T, text string, target spec.Platform) *language.Recipe {
	t.Helper()
	p, diags := trial.Project(t, txtar.Parse([]byte(text)), spec.Request{Platform: target})
	if p == nil {
		t.Fatal(diags)
	}
	r, diags := recipe(p, target)
	if r == nil {
		t.Fatal(diags)
	}
	return r
}

// fetchOf returns a fetch by its name, nil where there is none.
func fetchOf(r *language.Recipe, name string) *language.Fetch {
	for _, f := range r.Fetches {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// TestCompiled compiles C where a compiler is named: with the builder's own compiler and
// headers, or those of the target.
func TestCompiled(t *testing.T) {
	for _, c := range []struct {
		target             spec.Platform
		compiler, packages string
		headers            bool
	}{
		{trial.AMD64, "gcc", "libc6-dev", false},
		{trial.ARM64, "aarch64-linux-gnu-gcc", "libc6-dev gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross", true},
	} {
		r := recipeOf(t, compiled, c.target)
		if got := strings.Join(r.Packages.Names, " "); got != c.packages {
			t.Errorf("%s: got packages %s, want %s", c.target, got, c.packages)
		}
		build := fetchOf(r, "build dependencies")
		for _, step := range []*language.Step{&fetchOf(r, "fetch dependencies").Step, &build.Step, &r.Compile} {
			if i := slices.Index(step.Args, "--compiler"); i < 0 || step.Args[i+1] != c.compiler {
				t.Errorf("%s: %s has arguments %q, want the compiler %s", c.target, step.Name, step.Args, c.compiler)
			}
		}
		headers := fetchOf(r, "take the headers of Python")
		if (headers != nil) != c.headers || c.headers && (headers.Image != "python:3.13-slim-trixie" || headers.Platform != c.target) {
			t.Errorf("%s: got headers %+v", c.target, headers)
		}
		for _, step := range []*language.Step{&build.Step, &r.Compile} {
			if c.headers && !slices.Contains(step.Fetches, language.FetchRef{Fetch: headers}) {
				t.Errorf("%s: %s does not see the headers", c.target, step.Name)
			}
		}
		if !build.Packages {
			t.Errorf("%s: the build runs without the compiler", c.target)
		}
	}
}

// TestNotCompiled compiles nothing where no compiler is named.
func TestNotCompiled(t *testing.T) {
	r := recipeOf(t, strings.Replace(compiled, "gcc, ", "", 1), trial.ARM64)
	for _, f := range r.Fetches {
		if slices.Contains(f.Args, "--compiler") || f.Image != "" {
			t.Errorf("%s compiles: %q", f.Name, f.Args)
		}
	}
	if len(r.Packages.Names) > 0 || slices.Contains(r.Compile.Args, "--compiler") {
		t.Errorf("got packages %q, arguments %q", r.Packages.Names, r.Compile.Args)
	}
}
