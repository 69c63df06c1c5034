package e2e

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// TestMonorepo builds every target of examples/go-monorepo.
func TestMonorepo(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "go-monorepo")
	refs := map[string]string{}
	for _, target := range []string{"api", "worker", "admin", "migrate", "debug"} {
		refs[target] = build(t, lab, dir, "monorepo-"+target, "--target="+target, "--build-arg=VERSION=7")
	}
	for _, platform := range platforms {
		t.Run(platform, func(t *testing.T) {
			for _, target := range []string{"api", "worker", "admin", "migrate"} {
				checkContract(t, open(t, refs[target], platform))
			}
			result, err := open(t, refs["migrate"], platform).Run(t.Context(), image.RunOptions{})
			if err != nil || result.Stdout != "did sweep the floor\n" {
				t.Errorf("migrate: got %+v, %v", result, err)
			}
			checkAPI(t, open(t, refs["api"], platform))
			result, err = open(t, refs["admin"], platform).Run(t.Context(), image.RunOptions{Args: []string{"all"}})
			if err != nil || result.ExitCode != 1 || !strings.Contains(result.Stderr, "usage: admin list|count") {
				t.Errorf("admin: got %+v, %v, want its arguments after those that are fixed", result, err)
			}
			shell, err := open(t, refs["debug"], platform).Run(t.Context(), image.RunOptions{Entrypoint: []string{"/busybox/sh", "-c", "id -u"}})
			if err != nil || shell.Stdout != "65532\n" {
				t.Errorf("debug: got %+v, %v, want a shell", shell, err)
			}
		})
	}
	printed, err := try(t, lab, dir)
	if err == nil || !strings.Contains(printed, `build a target: --target api; there are "api", "worker", "admin", "migrate" and "debug"`) {
		t.Errorf("without a target: got %v\n%s", err, printed)
	}
}

// checkAPI posts a job; the store is in the writable directory of the image.
func checkAPI(t *testing.T, img *image.Image) {
	t.Helper()
	address := freeAddress(t)
	c := startServer(t, img, image.RunOptions{Args: []string{"-address", address}})
	if got := request(t, c, "POST", "http://"+address+"/jobs/paint"); got != "added by 7\n" {
		t.Errorf("api: got %q, want that the job was added", got)
	}
}

// TestBuiltInTargets runs an example's tests, and takes its programs alone.
func TestBuiltInTargets(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "go-monorepo")
	printed, err := runTests(t, lab, dir, "--sbom=true", "--platform", strings.Join(platforms, ",")) // by no scanner
	if err != nil || !strings.Contains(printed, "ok  \texample.com/shop/internal/store") {
		t.Errorf("test: got %v\n%s", err, printed)
	}
	if n := strings.Count(printed, "] test go test ./..."); n == 0 {
		t.Errorf("test: no step\n%s", printed)
	}
	out := t.TempDir()
	flags := []string{"--target=binary", "--platform", strings.Join(platforms, ","), "-o", out}
	printed, err = try(t, lab, dir, flags...)
	if err != nil {
		t.Fatalf("binary: %v\n%s", err, printed)
	}
	checkLog(t, lab, dir, printed, flags)
	if n := len(slices.Compact(slices.Sorted(slices.Values(fetches.FindAllString(printed, -1))))); n != 1 {
		t.Errorf("binary: got %d fetches for all targets and platforms, want one\n%s", n, printed)
	}
	for _, platform := range []string{"linux_amd64", "linux_arm64"} {
		for _, name := range []string{"api", "worker", "admin", "migrate"} {
			info, err := os.Stat(filepath.Join(out, platform, name))
			if err != nil || info.Mode().Perm() != 0o755 {
				t.Errorf("binary: got %v, %v, want the program %s", info, err, name)
			}
		}
	}
}

// fetches are the steps that download, by their names.
var fetches = regexp.MustCompile(`(?m)\[go\] fetch .*$`)

// TestFailingTests shows why tests fail, and the spec's line; a site that has none is one
// of them, which Node's runner finds well.
func TestFailingTests(t *testing.T) {
	lab := start(t)
	for _, c := range []struct {
		name, project string
		wants         []string
	}{
		{"failed", `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
test: [go, test, -run, TestSum, ./...]
-- go.mod --
module example.com/sum

go 1.26.0
-- main.go --
package main

func main() {}
-- main_test.go --
package main

import "testing"

func TestSum(t *testing.T) { t.Error("one and one is three") }
`, []string{"one and one is three", ">>> test: [go, test"}},
		{"none", `
-- stagefront.yaml --
# syntax=org/stagefront
language: static
-- index.html --
<h1>Docs</h1>
`, []string{
			`stagefront: there are no tests; have a script "test" in package.json, or say what runs them: "test: [program, argument]"`,
			"failed to solve: [static] test node --test: there are no tests; ",
		}},
		{"node", `
-- stagefront.yaml --
# syntax=org/stagefront
language: static
-- index.html --
<h1>Docs</h1>
-- a.test.mjs --
import { test } from 'node:test';

test('adds', () => { throw new Error('two is not three') });
test('shuts', () => { throw new Error('open') });
`, []string{"failed to solve: [static] test node --test: a.test.mjs:3: adds: two is not three (and 1 more, in the log above)"}},
		{"python-none", `
-- stagefront.yaml --
# syntax=org/stagefront
language: python
-- requirements.txt --
-- main.py --
`, []string{"failed to solve: [python] test python -m unittest discover: there are no tests; "}},
		{"python-lacking", `
-- stagefront.yaml --
# syntax=org/stagefront
language: python
test: [pytest, -q]
-- requirements.txt --
-- main.py --
`, []string{`: pytest: not found; declare it in a group "dev" or "test" of the project`}},
		{"typescript", `
-- stagefront.yaml --
# syntax=org/stagefront
language: static
test: [sh, -c, "echo 'src/a.ts(4,40): error TS1109: Expression expected.'; exit 2"]
-- index.html --
<h1>Docs</h1>
`, []string{": src/a.ts(4,40): error TS1109: Expression expected."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			printed, err := try(t, lab, project(t, c.project), "--target=test")
			for _, want := range c.wants {
				if err == nil || !strings.Contains(printed, want) {
					t.Errorf("got %v, want %s\n%s", err, want, printed)
				}
			}
		})
	}
}

// TestScript generates code before compile, from files of another target, an
// image and a named context.
func TestScript(t *testing.T) {
	lab := start(t)
	dir := project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
build:
  env: {GREETING: hello}
  script:
    - [go, run, ./gen]
    - [sh, -c, "test -n \"$GREETING\" && echo \"$GREETING\" > greeting.txt"]
  files:
    - {source: helper, from: /usr/local/bin/helper, to: embedded/helper}
    - {source: "gcr.io/distroless/static-debian13:nonroot", from: /etc/passwd, to: embedded/}
    - {source: front, from: dist, to: embedded/dist}
entrypoint: .
targets:
  helper:
    entrypoint: ./helper
    build: {script: [], files: []}
-- front/dist/index.html --
<p>hi</p>
-- .dockerignore --
front
-- go.mod --
module example.com/script

go 1.26.0
-- gen/main.go --
package main

import "os"

func main() {
	if err := os.WriteFile("generated.go", []byte("package main\n\nconst generated = \"generated\"\n"), 0o666); err != nil {
		panic(err)
	}
}
-- helper/main.go --
package main

func main() {}
-- main.go --
package main

import (
	"embed"
	"fmt"
)

//go:embed greeting.txt embedded
var files embed.FS

func main() {
	greeting, _ := files.ReadFile("greeting.txt")
	fmt.Println(generated, string(greeting))
	for _, name := range []string{"embedded/helper", "embedded/passwd", "embedded/dist/index.html"} {
		data, err := files.ReadFile(name)
		fmt.Println(name, len(data) > 0, err)
	}
}
`)
	ref := build(t, lab, dir, "script", "--build-context", "front="+filepath.Join(dir, "front"))
	want := "generated hello\n\nembedded/helper true <nil>\nembedded/passwd true <nil>\nembedded/dist/index.html true <nil>\n"
	for _, platform := range platforms {
		result, err := open(t, ref, platform).Run(t.Context(), image.RunOptions{})
		if err != nil || result.Stdout != want {
			t.Errorf("%s: got %+v, %v, want %q", platform, result, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "generated.go")); err == nil {
		t.Error("a script wrote into the project")
	}
}

// TestSourceNames gives named contexts the names of places of the build itself.
func TestSourceNames(t *testing.T) {
	lab := start(t)
	dir := project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
runtime: scratch
files:
  - {source: context, from: name, to: /names/context}
  - {source: toolchain, from: name, to: /names/toolchain}
  - {source: compile, from: name, to: /names/compile}
  - {source: certificates, from: name, to: /names/certificates}
  - name:/names/project
-- go.mod --
module example.com/names

go 1.26.0
-- name --
project
-- given/context/name --
given context
-- given/toolchain/name --
given toolchain
-- given/compile/name --
given compile
-- given/certificates/name --
given certificates
-- main.go --
package main

import "os"

func main() {
	for _, name := range []string{"context", "toolchain", "compile", "certificates", "project"} {
		data, err := os.ReadFile("/names/" + name)
		if err != nil {
			panic(err)
		}
		os.Stdout.Write(data)
	}
}
`)
	var flags []string
	for _, name := range []string{"context", "toolchain", "compile", "certificates"} {
		flags = append(flags, "--build-context", name+"="+filepath.Join(dir, "given", name))
	}
	ref := build(t, lab, dir, "source-names", flags...)
	want := "given context\ngiven toolchain\ngiven compile\ngiven certificates\nproject\n"
	for _, platform := range platforms {
		result, err := open(t, ref, platform).Run(t.Context(), image.RunOptions{})
		if err != nil || result.Stdout != want {
			t.Errorf("%s: got %+v, %v, want %q", platform, result, err, want)
		}
	}
}

// TestSecrets gives a declared secret to a script, and builds without it.
func TestSecrets(t *testing.T) {
	lab := start(t)
	dir := project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
runtime: scratch
certificates: false
build:
  secrets: [greeting]
  script:
    - [sh, -c, "wc -c < /run/secrets/greeting > size.txt"]
-- go.mod --
module example.com/secrets

go 1.26.0
-- main.go --
package main

import _ "embed"

//go:embed size.txt
var size string

func main() { print(size) }
-- greeting --
hello
`)
	ref := build(t, lab, dir, "secrets-script", "--secret", "id=greeting,src=greeting")
	result, err := open(t, ref, "linux/amd64").Run(t.Context(), image.RunOptions{})
	if err != nil || result.Stderr != "6\n" {
		t.Errorf("got %+v, %v, want the secret's size", result, err)
	}
	printed, err := try(t, lab, dir, anew())
	if err == nil || !strings.Contains(printed, "greeting: not found") {
		t.Errorf("without the secret: got %v\n%s", err, printed)
	}
}

// TestSSH gives the agent of whoever builds to fetch and scripts, and fails
// without it.
func TestSSH(t *testing.T) {
	lab := start(t)
	dir := project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
runtime: scratch
certificates: false
build:
  ssh: true
  script:
    - [sh, -c, "test -S \"$$SSH_AUTH_SOCK\" && echo agent > agent.txt"]
-- go.mod --
module example.com/ssh

go 1.26.0
-- main.go --
package main

import _ "embed"

//go:embed agent.txt
var agent string

func main() { print(agent) }
`)
	socket := filepath.Join(t.TempDir(), "agent")
	agent, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer agent.Close()
	ref := build(t, lab, dir, "ssh", "--ssh", "default="+socket)
	result, err := open(t, ref, "linux/arm64").Run(t.Context(), image.RunOptions{})
	if err != nil || result.Stderr != "agent\n" {
		t.Errorf("got %+v, %v, want that there was an agent", result, err)
	}
	printed, err := try(t, lab, dir, anew())
	if err == nil || !strings.Contains(printed, "unset ssh forward key default") {
		t.Errorf("without an agent: got %v\n%s", err, printed)
	}
}
