package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/labenv"
)

// TestEngines builds an example with the default builder of Docker Engines, as their users
// do, and runs it there. Compiling the newest one takes minutes, so it is for CI and for
// make engines.
func TestEngines(t *testing.T) {
	lab := start(t)
	t.Run("oldest", func(t *testing.T) {
		e := lab.Engine(t, "oldest")
		checkOwnFrontend(t, e)
		printed := calculatorOn(t, e, "linux/amd64",
			"--network=host", "--memory=1g", "--ulimit=nofile=1024:1024", "--build-arg=VERSON=1")
		for _, want := range []string{"warning: this BuildKit does not know --memory,", `warning: UndeclaredArg: build arg "VERSON" is not declared`} {
			if !strings.Contains(printed, want) {
				t.Errorf("want %q in\n%s", want, printed)
			}
		}
		checkRefused(t, e)
		checkCalculates(t, e, "linux/amd64")
	})
	if os.Getenv("STAGEFRONT_ENGINES") != "all" {
		return
	}
	t.Run("classic", func(t *testing.T) {
		e := lab.Engine(t, "classic")
		checkOwnFrontend(t, e)
		calculatorOn(t, e, "linux/amd64")
		checkCalculates(t, e, "linux/amd64")
	})
	t.Run("newest", func(t *testing.T) {
		e := lab.Engine(t, "newest")
		checkOwnFrontend(t, e)
		t.Run("platforms", func(t *testing.T) { checkPlatforms(t, e) })
		t.Run("compose", func(t *testing.T) { checkComposed(t, e) })
	})
}

// ownFrontend is a project whose spec names a frontend that no registry has, and how that
// one is made: of the lab's, since compiling it takes an engine minutes.
const ownFrontend = `
-- Dockerfile --
FROM org/stagefront
LABEL example.own=true
-- stagefront.yaml --
# syntax=me/frontend
-- go.mod --
module example.com/app
-- main.go --
package main

func main() {}
`

// checkOwnFrontend builds a frontend with the default builder of an engine, which then
// finds it by the first line of a spec, in the place of a registry's.
func checkOwnFrontend(t *testing.T, e *labenv.Lab) {
	t.Helper()
	dir := project(t, ownFrontend)
	if printed, err := try(t, e, dir, "-f", "Dockerfile", "-t", "me/frontend"); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	printed, err := try(t, e, dir, "--call=explain")
	if err != nil || !strings.Contains(printed, "me/frontend, what was published last") {
		t.Errorf("got %v, want what me/frontend decides\n%s", err, printed)
	}
}

// checkRefused has buildx refuse what the builder of an old Engine has not, before anything
// is asked of the frontend.
func checkRefused(t *testing.T, e *labenv.Lab) {
	t.Helper()
	for _, flag := range []string{"--sbom=true", "--provenance=true", "--platform=linux/amd64,linux/arm64", "--cache-to=type=registry,ref=localhost/cache", "--output=type=oci,dest=-"} {
		printed, err := try(t, e, filepath.Join(e.Root, "examples", "go-http"), flag)
		if err == nil || !strings.Contains(printed, "is not supported for the docker driver") {
			t.Errorf("%s: got %v, want it refused\n%s", flag, err, printed)
		}
	}
}

// checkPlatforms builds two platforms under one name, and runs both.
func checkPlatforms(t *testing.T, e *labenv.Lab) {
	t.Helper()
	calculatorOn(t, e, strings.Join(platforms, ","), "--load")
	for _, platform := range platforms {
		checkCalculates(t, e, platform)
	}
}

// calculatorOn builds go-calculator, the example for which an engine has the least of Go's
// library to compile, to an image of that engine, and returns what was printed.
func calculatorOn(t *testing.T, e *labenv.Lab, platforms string, flags ...string) string {
	t.Helper()
	flags = append(flags, "--platform="+platforms, "-t", "me/calculator")
	printed, err := try(t, e, filepath.Join(e.Root, "examples", "go-calculator"), flags...)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	return printed
}

// checkCalculates runs what calculatorOn has built.
func checkCalculates(t *testing.T, e *labenv.Lab, platform string) {
	t.Helper()
	const run = "echo 1 + 2 | docker run --rm --interactive --platform=$0 me/calculator"
	printed, err := e.Run(t, ".", "sh", "-c", run, platform)
	if err != nil || printed != "3\n" {
		t.Errorf("%s: got %q, %v, want 3", platform, printed, err)
	}
}

// checkComposed has Compose build and start examples/go-delivery: a program of it asks the
// other for its version.
func checkComposed(t *testing.T, e *labenv.Lab) {
	t.Helper()
	_, port, _ := net.SplitHostPort(freeAddress(t))
	dir := filepath.Join(e.Root, "examples", "go-delivery")
	compose := func(args ...string) string {
		t.Helper()
		printed, err := e.Run(t, dir, append([]string{"env", "PORT=" + port, "VERSION=1.2.3", "docker", "compose"}, args...)...)
		if err != nil {
			t.Errorf("%v\n%s", err, printed)
		}
		return printed
	}
	compose("up", "--build", "--detach", "--wait")
	checkVersion(t, container{t, e, "go-delivery-server-1"}, net.JoinHostPort("127.0.0.1", port))
	if got := compose("run", "--build", "smoke"); !strings.Contains(got, "http://server:8080 is version 1.2.3\n") {
		t.Errorf("got %q, want the version", got)
	}
	compose("--profile=smoke", "down")
}

// checkVersion asks a container of an engine for its version, and removes it.
func checkVersion(t *testing.T, c container, address string) {
	t.Helper()
	if got := get(t, c, "http://"+address+"/version"); got != "1.2.3\n" {
		t.Errorf("got version %q, want 1.2.3", got)
	}
	docker(t, c.engine, "rm", "--force", c.name)
}

// A container is one of an engine.
type container struct {
	t      *testing.T
	engine *labenv.Lab
	name   string
}

// Logs returns what the container has printed.
func (c container) Logs() string {
	printed, _ := c.engine.Run(c.t, ".", "docker", "logs", c.name)
	return printed
}

// docker runs an engine's client.
func docker(t *testing.T, e *labenv.Lab, args ...string) string {
	t.Helper()
	printed, err := e.Run(t, ".", append([]string{"docker"}, args...)...)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	return printed
}
