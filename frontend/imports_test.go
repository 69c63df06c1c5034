package frontend

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/stagefront/stagefront/"

// imports is what a package of the module imports. Paths of the module's own
// packages are below its root: "frontend/spec".
type imports struct {
	path   string
	direct []string
	all    []string // what those import too, and so on
}

// TestImports holds what packages import against the picture of them, and against
// the rules that no picture shows.
func TestImports(t *testing.T) {
	packages := listed(t)
	p := drawn(t)
	problems := p.compare(packages)
	for _, i := range packages {
		problems = append(problems, i.problems(p.layer)...)
	}
	for _, name := range folders(t, "language") {
		own := path.Join("frontend/language", name)
		if !slices.ContainsFunc(packages, func(i imports) bool { return i.path == "frontend/languages" && slices.Contains(i.direct, own) }) {
			problems = append(problems, fmt.Sprintf("%s is in no list: add its Language to All in frontend/languages/languages.go", own))
		}
	}
	for _, text := range problems {
		t.Error(text)
	}
}

// problems returns what a package imports against the rules: decisions know nothing
// of BuildKit, one package makes LLB, languages do not know of each other, and what
// helps tests is no part of the product.
func (i imports) problems(layer map[string]string) (problems []string) {
	say := func(format string, args ...any) {
		problems = append(problems, i.path+" "+fmt.Sprintf(format, args...))
	}
	if l := layer[placeOf(i.path)]; l != "request" && l != "buildkit" && l != "tests" {
		for _, dep := range i.all {
			if strings.HasPrefix(dep, "github.com/moby/buildkit") {
				say("depends on %s: only the layers of the request and of BuildKit may", dep)
			}
		}
	}
	for _, dep := range i.direct {
		if dep == "github.com/moby/buildkit/client/llb" && i.path != "llb" {
			say("imports %s: only llb makes LLB; let it do what is wanted of that", dep)
		}
		if placeOf(dep) == anyLanguage && placeOf(i.path) == anyLanguage && nameOf(dep) != nameOf(i.path) && builtBy[nameOf(i.path)] != nameOf(dep) {
			say("imports %s: languages do not know of each other; what both need belongs to frontend/language", dep)
		}
		if layer[dep] == "tests" && layer[i.path] != "tests" {
			say("imports %s, which helps tests alone", dep)
		}
	}
	return problems
}

// builtBy are the languages whose projects another one builds.
var builtBy = map[string]string{"static": "node"}

// anyLanguage is the place of every package of a language.
const anyLanguage = "frontend/language/*"

// placeOf returns where in the picture a package is.
func placeOf(pkg string) string {
	if strings.HasPrefix(pkg, "frontend/language/") {
		return anyLanguage
	}
	return pkg
}

// nameOf returns the folder of the language that a package belongs to.
func nameOf(pkg string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(pkg, "frontend/language/"), "/")
	return name
}

// folders returns the folders in a directory that hold packages.
func folders(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "testdata" {
			names = append(names, e.Name())
		}
	}
	return names
}

// listed returns the packages of the module.
func listed(t *testing.T) (packages []imports) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing packages: %v", err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath    string
			Imports, Deps []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, imports{below(p.ImportPath)[0], below(p.Imports...), below(p.Deps...)})
	}
}

// below returns import paths, those of the module below its root.
func below(paths ...string) []string {
	out := slices.Clone(paths)
	for i := range out {
		out[i] = strings.TrimPrefix(out[i], module)
	}
	return out
}

// TestImportRules breaks every rule once.
func TestImportRules(t *testing.T) {
	layer := map[string]string{"frontend/daemon": "buildkit", "frontend/plan": "decide", "frontend/golden": "tests", "frontend/trial": "tests"}
	const llb = "github.com/moby/buildkit/client/llb"
	for want, i := range map[string]imports{
		"frontend/plan depends on " + llb:                                  {"frontend/plan", nil, []string{llb}},
		"frontend/language/rust depends on " + llb:                         {"frontend/language/rust", nil, []string{llb}},
		"frontend/daemon imports " + llb:                                   {"frontend/daemon", []string{llb}, []string{llb}},
		"frontend/language/python imports frontend/language/golang":        {"frontend/language/python", []string{"frontend/language/golang"}, nil},
		"frontend/daemon imports frontend/golden, which helps tests alone": {"frontend/daemon", []string{"frontend/golden"}, nil},
	} {
		if got := strings.Join(i.problems(layer), "\n"); !strings.HasPrefix(got, want) {
			t.Errorf("%+v: got %q, want %q", i, got, want)
		}
	}
	for _, i := range []imports{
		{"frontend/language/java", []string{"frontend/language", "frontend/language/java/pom"}, nil},
		{"frontend/trial", []string{"frontend/golden", "frontend/language"}, []string{llb}},
	} {
		if got := i.problems(layer); len(got) > 0 {
			t.Errorf("%+v: got %q", i, got)
		}
	}
}
