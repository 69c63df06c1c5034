package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/labenv"
)

// flagged is a project whose script looks for what the flags of a build promise.
const flagged = `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
labels: {one: spec, two: spec}
build:
  script: [[bash, probe.sh]]
  network: default
-- probe.sh --
fail() { echo "probe: $*" >&2; exit 1; }
[ "$(ulimit -n)" = 1234 ] || fail "--ulimit: $(ulimit -n)"
[[ $(</etc/hosts) == *10.1.2.3*db.example* ]] || fail "--add-host: $(</etc/hosts)"
[ "$(</proc/sys/kernel/hostname)" = builder.example ] || fail "the host's name: $(</proc/sys/kernel/hostname)"
[[ $(</proc/mounts) == *" /dev/shm tmpfs "*size=2048k* ]] || fail "--shm-size: $(</proc/mounts)"
-- policy.json --
{"rules": [{"action": "DENY", "selector": {"identifier": "docker-image://docker.io/library/golang*"}}]}
-- go.mod --
module example.com/flagged

go 1.26.0
-- main.go --
package main

func main() {}
`

// TestFlags builds with what a command line can say of steps and of the image, in one
// build; then with what is refused.
func TestFlags(t *testing.T) {
	lab := start(t)
	dir := project(t, flagged)
	ref := lab.Registry + "/e2e/flags"
	printed, err := try(t, lab, dir, "--platform=linux/amd64", "--provenance=false", "--push", "-t", ref, "--no-cache-filter=export", anew(),
		"--ulimit=nofile=1234", "--shm-size=2m", "--add-host=db.example:10.1.2.3", "--build-arg=BUILDKIT_SANDBOX_HOSTNAME=builder.example",
		"--label=two=given", "--annotation=manifest:org.example.note=seen", "--build-context=golang:1.25-trixie=docker-image://golang:1.26-trixie")
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	if want := `the context "golang:1.25-trixie" is given, and nothing in this build has that name`; !strings.Contains(printed, want) {
		t.Errorf("got no warning %q:\n%s", want, printed)
	}
	img := open(t, ref, "linux/amd64")
	if l := img.Config.Config.Labels; l["one"] != "spec" || l["two"] != "given" {
		t.Errorf("got the labels %v", l)
	}
	layers := 0
	for _, h := range img.Config.History {
		if !h.EmptyLayer {
			layers++
		}
	}
	if want := len(img.Config.RootFS.DiffIDs); layers != want {
		t.Errorf("the history %+v has %d layers, want %d", img.Config.History, layers, want)
	}
	if got := manifest(t, lab, "e2e/flags"); !strings.Contains(got, `"org.example.note":"seen"`) {
		t.Errorf("got the manifest %s, want the annotation", got)
	}
	printed, err = try(t, lab, dir, "--no-cache-filter=server")
	if want := `--no-cache-filter names "server", which is no stage; there are "toolchain", "fetch"`; err == nil || !strings.Contains(printed, want) {
		t.Errorf("got %v, want %s\n%s", err, want, printed)
	}
	printed, err = lab.Run(t, dir, "env", "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY=policy.json", "buildx", "build", "--progress=plain", "-f", "stagefront.yaml", ".")
	if err == nil || !strings.Contains(printed, "no toolchain: cannot resolve golang:1.26-trixie: ") || !strings.Contains(printed, "policy") {
		t.Errorf("a policy against the toolchain: got %v\n%s", err, printed)
	}
}

// manifest returns the manifest of a repository's latest image.
func manifest(t *testing.T, lab *labenv.Lab, repository string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+lab.Registry+"/v2/"+repository+"/manifests/latest", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(" ", "", "\n", "", "\t", "").Replace(string(data))
}
