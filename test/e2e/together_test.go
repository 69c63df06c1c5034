package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/image"
)

// waits has the linker wait as long as a secret says so, and go name each package that it
// compiles at once: what else it prints comes with the end of the command.
const waits = "build: {secrets: [wait], flags: [-v, -toolexec, \"sh /src/wait.sh\"]}\n"

// numbered is a project whose program says a number.
const numbered = `
-- stagefront.yaml --
# syntax=org/stagefront
runtime: scratch
certificates: false
-- wait.sh --
if [ "$(basename "$1")" = link ] && [ "$(cat /run/secrets/wait)" = yes ]; then
	sleep 600
fi
exec "$@"
-- go.mod --
module example.com/numbered

go 1.26.0
-- main.go --
package main

func main() { println("number NUMBER") }
`

// checkNumbered checks that an image is of its own project.
func checkNumbered(t *testing.T, ref, number string) {
	t.Helper()
	result, err := open(t, ref, "linux/amd64").Run(t.Context(), image.RunOptions{})
	if want := "number " + number + "\n"; err != nil || result.Stderr != want {
		t.Errorf("%s: got %+v, %v, want %q", ref, result, err, want)
	}
}

// TestTogether builds twenty projects and twenty times another one, all at once: each
// image is of its own project.
func TestTogether(t *testing.T) {
	lab := start(t)
	var wait sync.WaitGroup
	for i := range 40 {
		number := fmt.Sprint(min(i, 20))
		dir := project(t, strings.Replace(numbered, "NUMBER", number, 1))
		ref := fmt.Sprintf("%s/e2e/together-%d", lab.Registry, i)
		wait.Go(func() {
			if printed, err := try(t, lab, dir, "--platform=linux/amd64", "--provenance=false", "--push", "-t", ref); err != nil {
				t.Errorf("%d: %v\n%s", i, err, printed)
				return
			}
			checkNumbered(t, ref, number)
		})
	}
	wait.Wait()
}

// TestInterrupted ends a build while it compiles, and while its image is pushed to a
// registry that does not answer. The next one is good.
func TestInterrupted(t *testing.T) {
	lab := start(t)
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	t.Cleanup(silent.CloseClientConnections)
	archive := strings.Replace(numbered, "-- wait.sh --", waits+"-- wait.sh --", 1)
	number := fmt.Sprint(time.Now().UnixNano()) // of no build before, whose cache would leave nothing to interrupt
	dir := project(t, strings.Replace(archive, "NUMBER", number, 1))
	flags := append([]string{"-f", "stagefront.yaml", "--platform=linux/amd64", "--provenance=false"}, lab.Network...)
	for _, c := range []struct{ at, wait, ref string }{
		{"example.com/numbered", "yes", lab.Registry + "/e2e/interrupted"},
		{"pushing layers", "no", strings.TrimPrefix(silent.URL, "http://") + "/e2e/interrupted"},
	} {
		printed, err := lab.Interrupt(t, dir, c.at, append(flags, secret(t, "wait", c.wait), "--push", "-t", c.ref, ".")...)
		if err != nil {
			t.Errorf("at %q: %v\n%s", c.at, err, printed)
		}
	}
	ref := lab.Registry + "/e2e/interrupted"
	if printed, err := try(t, lab, dir, "--platform=linux/amd64", "--provenance=false", secret(t, "wait", "no"), "--push", "-t", ref); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	checkNumbered(t, ref, number)
}
