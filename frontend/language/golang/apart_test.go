package golang

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// apartProject is a program with a package of its own, and what each imports.
func apartProject(main, own string) string {
	return "-- stagefront.yaml --\nlanguage: go\nbuild: {tags: [more], ldflags: [-X, main.v=1], env: {GOAMD64: v3, VERSION: \"1\"}}\n" +
		"-- go.mod --\nmodule example.com/app\n\ngo 1.26\n\nrequire example.com/m v1.0.0\n-- go.sum --\nexample.com/m v1.0.0 h1:\n" +
		"-- main.go --\npackage main\n\nimport (\n\t_ \"example.com/app/own\"\n\t_ \"example.com/m/a\"\n" + main + ")\n" +
		"-- more.go --\n//go:build more\n\npackage main\n\nimport _ \"os\"\n" +
		"-- main_windows.go --\npackage main\n\nimport _ \"example.com/m/windows\"\n" +
		"-- main_test.go --\npackage main\n\nimport _ \"testing\"\n" +
		"-- own/own.go --\npackage own\n\nimport _ \"fmt\"\n" + own +
		"-- other/other.go --\npackage other\n\nimport _ \"net/http\"\n"
}

// apartOf returns the steps that compile dependencies apart, and the decision about it.
func apartOf(t *testing.T, archive string) ([]*language.Fetch, language.Decision) {
	t.Helper()
	p, diags := trial.Project(t, txtar.Parse([]byte(archive)), spec.Request{})
	if p == nil {
		t.Fatal(diags)
	}
	p.Apart = true
	r, diags := recipe(p, trial.AMD64)
	if r == nil {
		t.Fatal(diags)
	}
	first := slices.IndexFunc(r.Fetches, func(f *language.Fetch) bool { return f.Output == listDir })
	if first < 0 {
		return nil, r.Decisions[len(r.Decisions)-1]
	}
	return r.Fetches[first:], r.Decisions[len(r.Decisions)-1]
}

// apartPackages returns the packages that steps list what they import of.
func apartPackages(steps []*language.Fetch) string {
	for _, file := range steps[0].Files {
		if file.Path == "packages" {
			return strings.Join(strings.Fields(file.Data), " ")
		}
	}
	return ""
}

// TestApart compiles what a program's packages import of others in steps of their own, of
// which an edit repeats the first when it imports something more. Go's library is compiled
// without a look at modules.
func TestApart(t *testing.T) {
	for _, c := range []struct{ main, own, want string }{
		{"", "", "example.com/m/a fmt os runtime"},
		{"", "\nconst Edited = 1\n", "example.com/m/a fmt os runtime"},
		{"", "\nimport _ \"os\"\n", "example.com/m/a fmt os runtime"},
		{"", "\nimport _ \"io\"\n", "example.com/m/a fmt io os runtime"},
		{"\t_ \"example.com/m/b\"\n", "", "example.com/m/a example.com/m/b fmt os runtime"},
	} {
		steps, _ := apartOf(t, apartProject(c.main, c.own))
		if got := apartPackages(steps); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	steps, _ := apartOf(t, apartProject("", ""))
	for _, step := range steps {
		if args := strings.Join(step.Args, " "); !strings.Contains(args, "-tags=more") || strings.Contains(args, "main.v") {
			t.Errorf("%s: got %s, want the flags of the compiler alone", step.Name, args)
		}
		level, _ := step.Env.Get("GOAMD64")
		if _, own := step.Env.Get("VERSION"); level != "v3" || own {
			t.Errorf("%s: got %q, want the variables of the go command alone", step.Name, step.Env)
		}
	}
	if library := steps[1]; len(library.Manifests) != 0 || len(library.Fetches) != 2 || library.Fetches[0].Part != "library" {
		t.Errorf("got %q of %v, want what is listed of Go's library", library.Manifests, library.Fetches)
	}
	for _, step := range steps {
		if !slices.ContainsFunc(step.Fetches, func(f language.FetchRef) bool { return f.Toolchain }) {
			t.Errorf("%s needs the whole toolchain", step.Name)
		}
	}
}

// TestApartOnOwnToolchain compiles apart on all of an image that the spec names.
func TestApartOnOwnToolchain(t *testing.T) {
	steps, _ := apartOf(t, strings.Replace(apartProject("", ""), "language: go\n", "language: go\ntoolchain: example.com/go:1.26\n", 1))
	if len(steps) != 3 {
		t.Fatalf("got %d steps, want 3", len(steps))
	}
	for _, step := range steps {
		if slices.ContainsFunc(step.Fetches, func(f language.FetchRef) bool { return f.Toolchain }) {
			t.Errorf("%s does not need the whole toolchain", step.Name)
		}
	}
}

// TestNotApart tells why dependencies are compiled with the program.
func TestNotApart(t *testing.T) {
	const program = "-- go.mod --\nmodule example.com/app\n\ngo 1.26\n\nrequire example.com/m v1.0.0\n-- go.sum --\n-- main.go --\npackage main\n"
	for build, want := range map[string]string{
		"{}":                            "a cache",
		"{flags: [-v]}":                 "a cache",
		"{env: {CGO_ENABLED: \"1\"}}":   "cgo",
		"{env: {CGO_ENABLED: \"0\"}}":   "a cache",
		"{cgo: true}":                   "cgo",
		"{flags: [-toolexec=a.sh]}":     "run programs",
		"{ldflags: -linkmode=external}": "a C compiler link",
		"{env: {GOFLAGS: -ldflags=-linkmode=external}}": "a C compiler link",
		"{flags: [-overlay=a.json]}":                    "files of the project",
		"{flags: [-modfile=b.mod]}":                     "files of the project",
		"{env: {GOFLAGS: -pgo=a.pgo}}":                  "files of the project",
	} {
		spec := "-- stagefront.yaml --\nlanguage: go\nbuild: " + build + "\n"
		if steps, told := apartOf(t, spec+program); !strings.Contains(told.Why, want) || (len(steps) == 0) == (want == "a cache") {
			t.Errorf("%s: got %q, want %q", build, told, want)
		}
	}
	if _, told := apartOf(t, "-- stagefront.yaml --\nlanguage: go\n"+program+"-- default.pgo --\n"); !strings.HasPrefix(told.Why, "default.pgo") {
		t.Errorf("got %q", told)
	}
}

// TestApartScripts lists and compiles what a program imports, with a cache in which some of
// it is already and one package that nothing imports, and then the program with that:
// nothing else is compiled, and nothing is in both layers.
func TestApartScripts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	library, layer, kept, cache := filepath.Join(dir, "library"), filepath.Join(dir, "layer"), filepath.Join(dir, "kept"), filepath.Join(dir, "cache")
	for name, text := range map[string]string{
		"src/go.mod":  "module example.com/app\n\ngo 1.26\n\nrequire example.com/m v1.0.0\n\nreplace example.com/m => ../m\n",
		"src/main.go": "package main\n\nimport (\n\t_ \"example.com/m\"\n\t_ \"unicode/utf16\"\n)\n\nfunc main() {}\n",
		"m/go.mod":    "module example.com/m\n\ngo 1.26\n", "m/m.go": "package m\n\nimport _ \"unicode/utf8\"\n",
		"packages": "example.com/m\nunicode/utf16\nruntime\n", "missing": "runtime\nexample.com/app/none\n",
		"library/.keep": "", "layer/.keep": "", "cache/.keep": "", "listed/.keep": "", "empty/.keep": "",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	list := []string{"go", "list", "-deps", "-export", "-f={{\"\"}}", "-trimpath"}
	run := func(script string, env []string, args ...string) string {
		t.Helper()
		name, err := filepath.Abs(script)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("sh", append([]string{name}, args...)...)
		cmd.Dir = filepath.Join(dir, "src")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GODEBUG="+noIndex, "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local", "TMPDIR="+dir)
		cmd.Env = append(cmd.Env, env...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return strings.TrimSpace(string(out))
	}
	apart := func(file, cache, kept, library string) string {
		t.Helper()
		args := append([]string{filepath.Join(dir, file)}, list...)
		return run("apart.sh", []string{"GOCACHE=" + cache, "KEPT=" + kept, "LIBRARY=" + library}, args...)
	}
	run("list.sh", []string{"GOCACHE=" + filepath.Join(dir, "empty")}, filepath.Join(dir, "packages"), filepath.Join(dir, "listed"),
		"go", "list", "-e", "-deps", "-f={{if .Standard}}library{{else}}modules{{end}} {{.ImportPath}}")
	for kind, want := range map[string]string{"library": "unicode/utf8", "modules": "example.com/m"} {
		data, err := os.ReadFile(filepath.Join(dir, "listed", kind, "packages"))
		if got := strings.Fields(string(data)); err != nil || !slices.Contains(got, want) || strings.Contains(string(data), "internal/") {
			t.Errorf("listed %q of %s, %v, want %s among what can be named", got, kind, err, want)
		}
	}
	apart("listed/library/packages", kept, "", "")
	write(t, filepath.Join(kept, "00", "of-another-d"), "")
	if said := apart("listed/library/packages", library, kept, "") + apart("listed/modules/packages", layer, "", library); said != "" {
		t.Errorf("got %q", said)
	}
	if _, err := os.Stat(filepath.Join(library, "00", "of-another-d")); err == nil {
		t.Error("the layer has what another program imports")
	}
	both, err := filepath.Glob(filepath.Join(layer, "??", "*-d"))
	if err != nil || len(both) == 0 {
		t.Errorf("%v: the layer of modules is empty", err)
	}
	for _, name := range both {
		if _, err := os.Stat(filepath.Join(library, strings.TrimPrefix(name, layer))); err == nil {
			t.Errorf("both layers have %s", name)
		}
	}
	build := []string{"go", "build", "-v", "-trimpath", "-o", filepath.Join(dir, "app"), "."}
	if got := run("seed.sh", []string{"GOCACHE=" + cache, "APART=" + library + " " + layer}, build...); got != "example.com/app" {
		t.Errorf("compiled %q, want the program alone", got)
	}
	if said := apart("missing", filepath.Join(dir, "cache"), "", ""); !strings.Contains(said, "some packages cannot be compiled apart: they are compiled with the project") {
		t.Errorf("got %q", said)
	}
}

// TestSeedTogether has the steps of several platforms take over at the same time what was
// compiled apart for each: nothing is left out.
func TestSeedTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cache := filepath.Join(dir, "cache")
	if err := os.Mkdir(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	var steps []*exec.Cmd
	for platform := range 4 {
		layer := filepath.Join(dir, fmt.Sprint(platform))
		for i := range 256 {
			write(t, filepath.Join(layer, fmt.Sprintf("%02x", i), fmt.Sprint(platform)), "compiled")
		}
		step := exec.Command("sh", "seed.sh", "true")
		step.Env = append(os.Environ(), "GOCACHE="+cache, "APART="+layer)
		steps = append(steps, step)
	}
	for _, step := range steps {
		if err := step.Start(); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range steps {
		if err := step.Wait(); err != nil {
			t.Error(err)
		}
	}
	if found, err := filepath.Glob(filepath.Join(cache, "??", "?")); err != nil || len(found) != 4*256 {
		t.Errorf("took over %d files, %v", len(found), err)
	}
}
