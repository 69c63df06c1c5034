package frontend

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/solver/errdefs"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

func TestBuild(t *testing.T) {
	g := gateway.New(t, "language: go\nuser: root\n")
	result, err := Build(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"linux/amd64", "linux/arm64"} {
		if _, ok := result.FindRef(id); !ok {
			t.Errorf("got no result for %s", id)
		}
		var config ocispecs.Image
		if err := json.Unmarshal(result.Metadata["containerimage.config/"+id], &config); err != nil {
			t.Fatal(err)
		}
		if got := config.OS + "/" + config.Architecture; got != id || config.Config.User != "0:0" {
			t.Errorf("got a config for %s of user %s, want %s of 0:0", got, config.Config.User, id)
		}
	}
	slices.Sort(g.Execs)
	if want := []string{"[go linux/amd64] compile .", "[go linux/arm64] compile ."}; !slices.Equal(slices.Compact(g.Execs), want) {
		t.Errorf("got steps %q, want %q", g.Execs, want)
	}
	if len(g.Warnings) != 1 || !strings.HasPrefix(g.Warnings[0].Text, "RootUser: ") {
		t.Errorf("got warnings %+v, want one for two platforms", g.Warnings)
	}
}

// TestWrongMachine compiles a program for the wrong machine: a build that
// would label it as the right one fails at the spec's line.
func TestWrongMachine(t *testing.T) {
	g := gateway.New(t, "language: go\nentrypoint: .\n")
	amd64 := g.Compiled("amd64")
	g.Compiled = func(string) []byte { return amd64 }
	_, err := Build(t.Context(), g)
	if err == nil || !strings.Contains(err.Error(), "stagefront.yaml:2:13: compiled app is not a program for linux/arm64: got a program for EM_X86_64") {
		t.Errorf("got %v", err)
	}
	if sources := errdefs.Sources(err); len(sources) != 1 || sources[0].Ranges[0].Start.Line != 2 {
		t.Errorf("got sources %v, want the spec's second line", sources)
	}
}

// TestSharedLibrary compiles a library, which nothing can start; alone it is fine.
func TestSharedLibrary(t *testing.T) {
	g := gateway.New(t, "language: go\nentrypoint: .\n")
	g.Opts["platform"] = "linux/amd64"
	g.Compiled = func(string) []byte { return trial.Library("libc.so.6") }
	if _, err := Build(t.Context(), g); err == nil || !strings.HasPrefix(err.Error(), "stagefront.yaml:2:13: app is a shared library, and a container starts a program; "+
		"compile a program, or take the library alone: --target binary") {
		t.Errorf("got %v", err)
	}
	g.Opts["target"] = "binary"
	if _, err := Build(t.Context(), g); err != nil {
		t.Errorf("alone: got %v", err)
	}
}

// TestCaches keeps what a toolchain of the spec's own leaves apart from what others do:
// its compiler may be any program.
func TestCaches(t *testing.T) {
	ids := func(spec string) []string {
		g := gateway.New(t, spec)
		g.Images = append(g.Images, "docker.io/library/own:1", "docker.io/library/own:2")
		g.Configs = map[string]string{
			"docker.io/library/own:1": `{"os": "linux", "architecture": "amd64"}`,
			"docker.io/library/own:2": `{"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": ["sha256:2"]}}`,
		}
		if _, err := Build(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		slices.Sort(g.Caches)
		return slices.Compact(g.Caches)
	}
	recipes, first, second := ids("language: go\n"), ids("language: go\ntoolchain: own:1\n"), ids("language: go\ntoolchain: own:2\n")
	if !slices.Equal(recipes, []string{"stagefront/go-build"}) {
		t.Errorf("got caches %q of the recipe's toolchain", recipes)
	}
	if len(first) != 1 || len(second) != 1 || first[0] == second[0] || first[0] == recipes[0] || second[0] == recipes[0] {
		t.Errorf("got caches %q and %q of two other toolchains, want two others", first, second)
	}
}

// TestProxyPassword warns of a proxy with a password, once for all platforms.
func TestProxyPassword(t *testing.T) {
	g := gateway.New(t, "language: go\n")
	g.Opts["build-arg:https_proxy"], g.Opts["build-arg:HTTP_PROXY"] = "joe:pw@proxy:3128", "http://proxy:3128"
	if _, err := Build(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if len(g.Warnings) != 1 || !strings.HasPrefix(g.Warnings[0].Text, "build arg https_proxy has a password in it, which full provenance of the image shows; "+
		"take a proxy that asks for none, or push with --provenance=mode=min") {
		t.Errorf("got warnings %+v", g.Warnings)
	}
}

// TestTargetPlace fails in a target without an entrypoint: its name is shown.
func TestTargetPlace(t *testing.T) {
	g := gateway.New(t, "language: go\ntargets:\n  small:\n    runtime: scratch\n")
	g.Opts["target"] = "small"
	g.Compiled = func(string) []byte { return []byte("no program") }
	if _, err := Build(t.Context(), g); err == nil || !strings.HasPrefix(err.Error(), "stagefront.yaml:3:3: compiled app is not a program") {
		t.Errorf("got %v", err)
	}
}

func TestNoTests(t *testing.T) {
	g := gateway.New(t, "language: go\ntest: false\n")
	g.Opts["target"] = "test"
	if _, err := Build(t.Context(), g); err == nil || !strings.HasPrefix(err.Error(), "stagefront.yaml:2:7: there are no tests to run") {
		t.Errorf("got %v", err)
	}
}

func TestProblems(t *testing.T) {
	spec := "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n"
	_, err := Build(t.Context(), gateway.New(t, spec))
	if err == nil || strings.Count(err.Error(), "\n") != 6 {
		t.Errorf("got %v, want six problems", err)
	}
	sources := errdefs.Sources(err)
	if len(sources) != daemon.MaxExcerpts {
		t.Errorf("got %d excerpts, want %d", len(sources), daemon.MaxExcerpts)
	}
	for _, s := range sources {
		for _, r := range s.Ranges {
			if r.End == nil || r.End.Line < r.Start.Line {
				t.Errorf("got the range %v, which has no end", r)
			}
		}
	}
}

func TestNoImage(t *testing.T) {
	for image, want := range map[string]string{
		"docker.io/library/golang:1.26-trixie":      "app/go.mod:3",
		"gcr.io/distroless/static-debian13:nonroot": "stagefront.yaml:1:1: no runtime: gcr.io/distroless/static-debian13:nonroot does not exist",
	} {
		g := gateway.New(t, "language: go\n")
		g.Images = slices.DeleteFunc(g.Images, func(i string) bool { return i == image })
		_, err := Build(t.Context(), g)
		if err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(want, "app/")) {
			t.Errorf("without %s: got %v, want %s", image, err, want)
		}
	}
}

// TestDefault asks files whose top level says no entrypoint: it is an image where
// the project has one program, and none where it has two.
func TestDefault(t *testing.T) {
	for _, c := range []struct {
		name, main string
		want       []string // targets that are told of
		execs      []string // what --target binary compiles
	}{
		{"one program", "main.go", []string{"", "small"}, []string{"[go linux/amd64] compile ."}},
		{"two programs", "cmd/app/main.go", []string{"small"}, []string{"[go linux/amd64] compile ./cmd/app"}},
	} {
		answers := func(request string) string {
			g := gateway.New(t, "language: go\nuser: root\ntargets:\n  small: {entrypoint: ./"+path.Dir(c.main)+", user: nonroot, runtime: scratch}\n")
			g.Opts["platform"] = "linux/amd64"
			g.Locals["context"][c.main] = g.Locals["context"]["main.go"]
			if g.Opts["requestid"] = request; request == "" {
				g.Opts["target"] = "binary"
			}
			result, err := Build(t.Context(), g)
			if err != nil {
				t.Fatalf("%s: %q: %v", c.name, request, err)
			}
			if request == "" && !slices.Equal(slices.Compact(g.Execs), c.execs) {
				t.Errorf("%s: got steps %q, want %q", c.name, g.Execs, c.execs)
			}
			return string(result.Metadata["result.json"])
		}
		hasDefault := len(c.want) > 1
		if got := answers("frontend.targets"); strings.Contains(got, `"default": true`) != hasDefault {
			t.Errorf("%s: got targets %s", c.name, got)
		}
		if got := answers("frontend.explain"); strings.Count(got, `"platform"`) != len(c.want) {
			t.Errorf("%s: got explanations %s, want %q", c.name, got, c.want)
		}
		if got := answers("frontend.lint"); strings.Contains(got, "RootUser") != hasDefault {
			t.Errorf("%s: got findings %s", c.name, got)
		}
		answers("")
	}
}

// TestNoRuntime names runtimes that do not exist: it is told before anything is
// compiled, with what may have been meant.
func TestNoRuntime(t *testing.T) {
	for runtime, hint := range map[string]string{
		"distroles":           `; there are "distroless" and "distroless:debug"`,
		"distroless:static":   `; there are "distroless" and "distroless:debug"`,
		"distroless-debug":    `; there are "distroless" and "distroless:debug"`,
		"scratch:latest":      `; did you mean "scratch"?`,
		"debain:13-slim":      "",
		"example.com/scratch": "",
	} {
		g := gateway.New(t, "language: go\nruntime: "+runtime+"\n")
		g.Opts["platform"] = "linux/amd64"
		_, err := Build(t.Context(), g)
		if got := "stagefront.yaml:2:10: no runtime: " + runtime + " does not exist" + hint; err == nil || err.Error() != got {
			t.Errorf("%s: got %v, want %s", runtime, err, got)
		}
		if len(g.Execs) > 0 {
			t.Errorf("%s: ran %q first", runtime, g.Execs)
		}
	}
}

// TestNoDistroless builds for a platform that distroless is not made for: it is told
// before anything is compiled, with what is for it.
func TestNoDistroless(t *testing.T) {
	const ref = "gcr.io/distroless/static-debian13:nonroot"
	g := gateway.New(t, "language: go\n")
	g.Opts["platform"] = "linux/386"
	g.Failing = map[string]error{ref: errors.New(ref + ": no match for platform in manifest: not found")}
	_, err := Build(t.Context(), g)
	want := "stagefront.yaml:1:1: no runtime: " + ref + " is not for linux/386; another \"runtime\" may have it: scratch, or an image"
	if err == nil || err.Error() != want || len(g.Execs) > 0 {
		t.Errorf("got %v after %q, want %s", err, g.Execs, want)
	}
}

// TestNoSource takes files of what is neither a target, nor a context, nor an image.
func TestNoSource(t *testing.T) {
	for source, want := range map[string]string{
		"wroker":             `no source: wroker does not exist; did you mean "worker"?`,
		"asets":              `no source: asets does not exist; did you mean "assets"?`,
		"elsewhere":          "no source: elsewhere does not exist; a source is a target of this file, an image, or a context: --build-context elsewhere=…",
		"example.com/tool:1": "no source: example.com/tool:1 does not exist",
	} {
		g := gateway.New(t, "language: go\nfiles:\n  - {source: \""+source+"\", from: /a, to: /a}\ntargets:\n  worker: {files: []}\n")
		g.Opts["platform"] = "linux/amd64"
		g.Opts["context:assets"] = "docker-image://example.com/assets"
		_, err := Build(t.Context(), g)
		if got := "stagefront.yaml:3:14: " + want; err == nil || err.Error() != got {
			t.Errorf("%s: got %v, want %s", source, err, got)
		}
	}
}

// TestRequestsAnswered asks all that a client may answer by another frontend. Only what
// depends on the result of steps is told with every value, and has them run.
func TestRequestsAnswered(t *testing.T) {
	for _, r := range questions {
		g := gateway.New(t, "language: go\nbuild: {args: {VERSION: }, ldflags: [-X, \"main.v=${VERSION}\"]}\n")
		g.Opts["requestid"] = r.Name
		if r.builds {
			g.Opts["build-arg:VERSION"] = "1.2.3"
		}
		result, err := Build(t.Context(), g)
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		if !json.Valid(result.Metadata["result.json"]) || len(result.Metadata["result.txt"]) == 0 && r.Name != "frontend.lint" {
			t.Errorf("%s: got %q and %q", r.Name, result.Metadata["result.json"], result.Metadata["result.txt"])
		}
		if len(g.Execs) > 0 != r.builds {
			t.Errorf("%s: built %q, want something built: %v", r.Name, g.Execs, r.builds)
		}
	}
}

// TestShortQuestions asks as buildctl does, which hands on what is written.
func TestShortQuestions(t *testing.T) {
	for _, q := range questions {
		g := gateway.New(t, "language: go\n")
		g.Opts["platform"], g.Opts["requestid"] = "linux/amd64", strings.TrimPrefix(q.Name, "frontend.")
		if _, err := Build(t.Context(), g); err != nil {
			t.Errorf("%s: %v", q.Name, err)
		}
	}
}

// TestQuestionsOfRuntime asks of a program for the interpreter of a custom runtime: it
// is looked for where the answer depends on it.
func TestQuestionsOfRuntime(t *testing.T) {
	for _, q := range questions {
		if q.builds {
			continue // it looks as a build does
		}
		g := gateway.New(t, "language: python\nentrypoint: app.py\nruntime: example.com/python\n")
		g.Opts["requestid"] = q.Name
		g.Locals["context"] = fstest.MapFS{"app.py": {}}
		g.Images = []string{"example.com/python:latest"}
		g.Contents = map[string]fstest.MapFS{"example.com/python": {"usr/bin/python3.13": {}}}
		if _, err := Build(t.Context(), g); err != nil {
			t.Errorf("%s: %v", q.Name, err)
		}
		opened := g.Calls["resolve"] > 0
		if want := q.Name == "frontend.lint" || q.Name == "frontend.explain"; opened != want {
			t.Errorf("%s: the runtime is looked into: %v, want %v", q.Name, opened, want)
		}
	}
}

// TestOtherDistribution asks for packages of a toolchain that has no apt.
func TestOtherDistribution(t *testing.T) {
	const spec = "language: go\ntoolchain: example.com/go\nbuild:\n  cgo: true\n  packages: [libsqlite3-dev]\n"
	for name, files := range map[string]fstest.MapFS{
		"it is Alpine Linux v3.24":                 {"etc/os-release": {Data: []byte("ID=alpine\nPRETTY_NAME=\"Alpine Linux v3.24\"\n")}},
		"it is no distribution that says its name": {"etc/os-release": {Mode: fs.ModeDir}},
		"compiled app is not a program for":        {"usr/bin/apt-get": {}},
	} {
		g := gateway.New(t, spec)
		g.Opts["platform"] = "linux/amd64"
		g.Images = append(g.Images, "example.com/go:latest")
		g.Contents = map[string]fstest.MapFS{"example.com/go": files}
		g.Compiled = func(string) []byte { return nil }
		_, err := Build(t.Context(), g)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

// TestDiagnosis fails to compile: what the source lacks that was compiled is told,
// and not what a script or a file of the spec has brought.
func TestDiagnosis(t *testing.T) {
	failed := errors.New("process \"go build\" did not complete successfully: exit code: 1")
	for spec, want := range map[string]string{
		"":                                      `main.go:6:2: pattern "gen.txt" embeds no file`,
		"build: {script: [[sh, gen.sh]]}\n":     "[go linux/amd64] compile .: process",
		"build: {files: [\"text:gen.txt\"]}\n":  "[go linux/amd64] compile .: process",
		"build: {script: [[sh, other.sh]]}\n":   `pattern "gen.txt" embeds no file`,
		"build: {script: [[sh, failing.sh]]}\n": "process",
	} {
		g := gateway.New(t, "language: go\n"+spec)
		g.Opts["platform"] = "linux/amd64"
		context := g.Locals["context"]
		context["text"] = &fstest.MapFile{}
		context["main.go"] = &fstest.MapFile{Data: []byte("package main\n\nimport _ \"embed\"\n\nvar (\n\t//go:embed gen.txt\n\ttext string\n)\n\nfunc main() {}\n")}
		made := maps.Clone(context)
		made["gen.txt"] = &fstest.MapFile{}
		g.Left = map[string]fstest.MapFS{"[go] run sh other.sh": context, "[go] run sh gen.sh": made, "[go] lay files": made}
		g.Failing = map[string]error{"[go linux/amd64] compile": failed, "[go] run sh failing.sh": failed}
		_, err := Build(t.Context(), g)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "embeds") != strings.Contains(want, "embeds") {
			t.Errorf("%s: got %v, want %s", spec, err, want)
		}
	}
}
