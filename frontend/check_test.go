package frontend

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/lint"
	"github.com/stagefront/stagefront/frontend/trial"
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
