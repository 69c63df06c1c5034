package frontend

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	lintrequest "github.com/moby/buildkit/frontend/subrequests/lint"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/lint"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestDetail names the file of a finding that is not in the spec, once.
func TestDetail(t *testing.T) {
	spec := trial.Source("language: go\n")
	results := &checkResults{request: &request{Daemon: &daemon.Daemon{File: spec}}}
	mod := &diag.Source{Name: "api/go.mod", Data: []byte("module m\n\ngo 1.20\n")}
	for _, c := range []struct {
		at            diag.Range
		message, want string
	}{
		{spec.Line(1), "it is old", "it is old"},
		{diag.Range{}, "it is old", "it is old"},
		{mod.Line(3), "it is old", "api/go.mod:3: it is old"},
		{mod.Line(3), "api/go.mod is old", "api/go.mod is old"},
	} {
		if got := results.detail(lint.Finding{Range: c.at, Message: c.message}); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestCheckPin has --check report a pin that no image is for, at the pin.
func TestCheckPin(t *testing.T) {
	for pin, want := range map[string]string{
		"3.13":    "",
		"3.13.99": "", // a newer patch stands in
		"3.99":    ".python-version:1:1: no toolchain: python:3.99-slim-trixie does not exist; write \"version\" in the spec, or the pin,",
	} {
		g := gateway.New(t, "language: python\n")
		g.Images = append(g.Images, "docker.io/library/python:3.13-slim-trixie")
		g.Opts["requestid"] = lintrequest.SubrequestLintDefinition.Name
		g.Locals["context"] = fstest.MapFS{".python-version": {Data: []byte(pin + "\n")}, "main.py": {}, "requirements.txt": {}}
		result, err := Build(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		var results lintrequest.LintResults
		if err := json.Unmarshal(result.Metadata["result.json"], &results); err != nil {
			t.Fatal(err)
		}
		got := ""
		if results.Error != nil {
			got = results.Error.Message
		}
		if !strings.HasPrefix(got, want) || got != "" && want == "" {
			t.Errorf("%s: got %q, want %q", pin, got, want)
		}
	}
}

// TestCheckComment says how the comment is written that a spec has a broken one of.
func TestCheckComment(t *testing.T) {
	for comment, want := range map[string]string{
		"# check=skip=MissingLock": "",
		"# check=nothing":          "stagefront.yaml:1:1: invalid check option \"nothing\"; write \"# check=skip=Rule,Rule;error=true\"",
	} {
		g := gateway.New(t, comment+"\nlanguage: go\n")
		if _, err := Build(t.Context(), g); want != "" && (err == nil || !strings.Contains(err.Error(), want)) || want == "" && err != nil {
			t.Errorf("%s: got %v, want %q", comment, err, want)
		}
	}
}
