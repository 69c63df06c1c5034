package plan

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestExplain holds what is told of a plan against the whole list: what is
// decided and not told cannot be asked for.
func TestExplain(t *testing.T) {
	const text = `language: go
toolchain: example.com/go
args: [serve]
user: "1000:0"
volumes: [/data]
stop_signal: SIGINT
files: [conf, {to: /var/lib/app}, etc/*.yaml, "sql/*:/srv/"]
build:
  args: {VERSION: ~}
  script: [[go, generate]]
  network: default
`
	s := trial.Spec(t, text, spec.Request{Platform: trial.ARM64, BuildArgs: map[string]string{"VERSION": "1"}})
	project := fstest.MapFS{"go.mod": {Data: []byte("module example.com/app\n\ngo 1.26.0\n")}, "main.go": {Data: []byte("package main\n")}, "conf": {}, "etc/a.yaml": {}, "sql/a.sql": {}}
	p, diags := New(&language.Project{FS: project, Spec: s, Host: trial.ARM64}, trial.ARM64)
	if p == nil {
		t.Fatal(diags)
	}
	var got strings.Builder
	for _, d := range p.Explain() {
		fmt.Fprintf(&got, "%s: %s (%s)\n", d.Name, d.Value, d.Why)
	}
	want := `language: go (stagefront.yaml:1:11)
go: what the toolchain image has (stagefront.yaml:2:12)
entrypoint: . (the only main package)
toolchain: example.com/go on linux/arm64 (stagefront.yaml:2:12)
fetch: nothing (no dependencies to download)
build arg VERSION: must be given (stagefront.yaml:9:10)
script: go generate (stagefront.yaml:10:12)
compile: go build -trimpath -buildvcs=false "-ldflags=-s -w -buildid=" -o /out/app . (default)
network: in compile too (stagefront.yaml:11:12)
test: go test ./... (default)
runtime: the first that has what the compiled program needs: gcr.io/distroless/static-debian13:nonroot, gcr.io/distroless/base-debian13:nonroot, gcr.io/distroless/cc-debian13:nonroot (default)
program: /usr/local/bin/app (default)
args: serve (stagefront.yaml:3:8)
user: 1000:0 (stagefront.yaml:4:7)
workdir: /app (default)
volume: /data (stagefront.yaml:5:11)
stop signal: SIGINT (stagefront.yaml:6:14)
file: /app/conf (stagefront.yaml:7:9)
directory: /var/lib/app (stagefront.yaml:7:15)
file: /app/etc/ (stagefront.yaml:7:35)
file: /srv/ (stagefront.yaml:7:47)
`
	if got.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
	}
}
