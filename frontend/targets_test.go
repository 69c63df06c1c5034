package frontend

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestDistinctTests runs the tests of two targets of one module: once where nothing
// that they depend on differs, twice otherwise.
func TestDistinctTests(t *testing.T) {
	for second, want := range map[string]int{
		"user: root, env: {A: b}":                      1,
		"version: \"1.25\"":                            2,
		"toolchain: example.com/go":                    2,
		"test: [go, test, -short]":                     2,
		"build: {script: [[go, generate]]}":            2,
		"build: {files: [\"go.mod:one/mod.txt\"]}":     2,
		"build: {cgo: true, packages: [libz-dev]}":     2,
		"build: {env: {GOAMD64: v3}}":                  2,
		"build: {network: default}":                    2,
		"build: {secrets: [token]}":                    2,
		"build: {ldflags: [-X, main.name=two]}":        1,
		"files: [go.mod], runtime: scratch, args: [a]": 1,
	} {
		spec := "language: go\nbuild: {script: [[go, vet]]}\ntargets:\n  one: {entrypoint: ./one}\n  two: {entrypoint: ./two, " + second + "}\n"
		g := gateway.New(t, spec)
		g.Opts["platform"], g.Opts["target"] = "linux/amd64", "test"
		g.Images = append(g.Images, "docker.io/library/golang:1.25-trixie", "example.com/go:latest")
		g.Contents = map[string]fstest.MapFS{"example.com/go": {"usr/bin/apt-get": {}}}
		g.Locals["context"] = fstest.MapFS{
			"go.mod":      {Data: []byte("module example.com/app\n\ngo 1.25\n")},
			"one/main.go": {Data: []byte("package main\n\nfunc main() {}\n")},
			"two/main.go": {Data: []byte("package main\n\nfunc main() {}\n")},
		}
		if _, err := Build(t.Context(), g); err != nil {
			t.Errorf("%s: %v", second, err)
		}
		if got := strings.Count(strings.Join(g.Execs, "\n"), "] test go test"); got != want {
			t.Errorf("%s: tests ran %d times, want %d: %q", second, got, want, g.Execs)
		}
	}
}

// TestOfOtherPlatform tests a project that supports other platforms than the host.
func TestOfOtherPlatform(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/arm64", "linux/amd64,linux/arm64"} {
		g := gateway.New(t, "language: go\nplatforms: [linux/arm64]\n")
		g.Opts["platform"], g.Opts["target"] = platform, "test"
		if _, err := Build(t.Context(), g); err != nil {
			t.Errorf("%s: %v", platform, err)
		}
		if len(g.Execs) == 0 || strings.Contains(g.Execs[0], "arm64") {
			t.Errorf("%s: got steps %q, want the tests", platform, g.Execs)
		}
	}
}

// TestDistinctBinaries takes programs of one name that differ by what is done before
// compile: neither is passed over.
func TestDistinctBinaries(t *testing.T) {
	for second, want := range map[string]string{
		"build: {script: [[go, generate]]}": `targets "one" and "two" both make a program "a"`,
		"user: root":                        "",
	} {
		g := gateway.New(t, "language: go\ntargets:\n  one: {entrypoint: ./a}\n  two: {entrypoint: ./a, "+second+"}\n")
		main := g.Locals["context"]["main.go"]
		g.Locals["context"]["a/main.go"], g.Locals["context"]["b/main.go"] = main, main
		delete(g.Locals["context"], "main.go")
		g.Opts["platform"], g.Opts["target"] = "linux/amd64", "binary"
		_, err := Build(t.Context(), g)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", second, err, want)
		}
	}
}

// TestInterpretedBinaries takes what interpreters run of several targets: each is in
// a directory of its own.
func TestInterpretedBinaries(t *testing.T) {
	g := gateway.New(t, "language: python\ntargets:\n  api: {entrypoint: api.py}\n  jobs: {entrypoint: jobs.py, build: {script: [[python, gen.py]]}}\n")
	g.Opts["platform"], g.Opts["target"] = "linux/amd64", "binary"
	g.Images = []string{"docker.io/library/python:3.13-slim-trixie"}
	g.Locals["context"] = fstest.MapFS{"api.py": {}, "jobs.py": {}, "pyproject.toml": {Data: []byte("[project]\nname = \"shop\"\nversion = \"1\"\n")}}
	left := fstest.MapFS{"report.json": {Data: []byte("{}")}, "app.natives": {}, "venv.natives": {}, "app/api.py": {}, "app/jobs.py": {}, "venv/lib": {}}
	g.Left = map[string]fstest.MapFS{"[python] compile": left}
	if _, err := Build(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"/api/opt/venv", "/jobs/opt/venv"} {
		if !strings.Contains(strings.Join(g.Made, "\n"), dir) {
			t.Errorf("made %q, want %s", g.Made, dir)
		}
	}
}

// TestLate asks of programs that are found out by compile: where targets say what they
// start, the top level is none of them.
func TestLate(t *testing.T) {
	for targets, hasDefault := range map[string]bool{
		"  api: {entrypoint: demo.Api}\n  jobs: {entrypoint: demo.Jobs}\n": false,
		"  small: {user: root}\n": true,
	} {
		g := gateway.New(t, "language: java\ntargets:\n"+targets)
		g.Opts["requestid"] = "frontend.targets"
		g.Locals["context"] = fstest.MapFS{"pom.xml": {Data: []byte("<project>\n<artifactId>shop</artifactId>\n</project>\n")}}
		result, err := Build(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(result.Metadata["result.json"]); strings.Contains(got, `"default": true`) != hasDefault {
			t.Errorf("%s: got %s", targets, got)
		}
	}
}
