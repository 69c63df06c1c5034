package java

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// decided returns the recipe of a project with a POM or a build file and a spec.
func decided(t *testing.T, said, file string) *language.Recipe {
	t.Helper()
	a := txtar.Parse([]byte("-- stagefront.yaml --\nlanguage: java\n" + said + "\n" + file))
	p, diags := trial.Project(t, a, spec.Request{Platform: trial.AMD64})
	if p == nil {
		t.Fatal(diags)
	}
	r, diags := recipe(p, trial.AMD64)
	if r == nil {
		t.Fatal(diags)
	}
	return r
}

const (
	pom   = "-- pom.xml --\n<project><artifactId>shop</artifactId></project>\n"
	build = "-- build.gradle --\nplugins { id 'application' }\n"
)

// TestAttempts decides which ways to compile and test there are: what the spec says
// of the network holds, and none comes by itself where there are secrets.
func TestAttempts(t *testing.T) {
	const first, rest = "compile shop", "; compile shop, with what the rest of the project asks for"
	for spec, want := range map[string]string{
		"":                                     first + rest + "; compile shop with the network --online network",
		"build: {network: none}":               first + rest + " --offline",
		"build: {secrets: [a]}":                first + rest + " --offline",
		"build: {network: default}":            first + " --online",
		"build: {network: none, secrets: [a]}": first + rest + " --offline",
		"build: {network: default, secrets: [a]}": first + " --online",
	} {
		r := decided(t, spec, pom)
		for _, step := range []*language.Step{&r.Compile, &r.Test} {
			var ways []string
			for _, s := range step.Chain() {
				ways = append(ways, way(s))
				if s.Runs != language.Own || len(s.Secrets) > 0 {
					t.Errorf("%s: %q runs %q with the secrets %v", spec, s.Name, s.Runs, s.Secrets)
				}
			}
			if got := strings.ReplaceAll(strings.Join(ways, "; "), "test shop", "compile shop"); got != want {
				t.Errorf("%s:\ngot  %s\nwant %s", spec, got, want)
			}
		}
	}
}

// TestGenerates decides that a plugin which downloads a compiler for what it sees
// gets the whole fetch at once: nothing is compiled in vain first.
func TestGenerates(t *testing.T) {
	const generator = "<build><plugins><plugin><artifactId>protobuf-maven-plugin</artifactId></plugin></plugins></build></project>"
	r := decided(t, "", strings.Replace(pom, "</project>", generator, 1))
	var ways []string
	for _, s := range r.Compile.Chain() {
		ways = append(ways, way(s)+" of "+s.Fetches[1].Name)
	}
	const of = " of fetch what the rest of the project asks for"
	if got, want := strings.Join(ways, "; "), "compile shop"+of+"; compile shop with the network --online network"+of; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// way returns the name of a step with what it is told of the network.
func way(s *language.Step) string {
	out := s.Name
	for _, a := range s.Args {
		if a == "--online" || a == "--offline" {
			out += " " + a
		}
	}
	if s.Network {
		out += " network"
	}
	return out
}

// TestFetchRuns decides whose code fetches run: our own, which keeps plugins of
// Maven apart from secrets, or the build files of Gradle, which get none.
func TestFetchRuns(t *testing.T) {
	for file, want := range map[string]string{
		pom:   `prepare the build "" []; fetch dependencies "" [settings.xml] apart; fetch what the rest of the project asks for "" [settings.xml] apart; keep the classes of mvn "" []`,
		build: `prepare the build "" []; fetch dependencies "project" []; fetch what the rest of the project asks for "project" []`,
	} {
		var all []string
		for _, f := range decided(t, "", file).Fetches {
			text := fmt.Sprintf("%s %q %v", f.Name, f.Runs, ids(f.Secrets))
			if len(f.Through) > 0 {
				text += " apart"
			}
			all = append(all, text)
		}
		if got := strings.Join(all, "; "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func ids(secrets []language.Secret) []string {
	var all []string
	for _, s := range secrets {
		all = append(all, s.ID)
	}
	return all
}
