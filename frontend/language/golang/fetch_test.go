package golang

import (
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestSharedFetch fetches all of a workspace where targets share it.
func TestSharedFetch(t *testing.T) {
	for _, shared := range []bool{false, true} {
		p, diags := trial.Project(t, txtar.Parse([]byte(composedProject)), spec.Request{})
		if p == nil {
			t.Fatal(diags)
		}
		p.Shared = shared
		r, diags := recipe(p, trial.ARM64)
		if r == nil {
			t.Fatal(diags)
		}
		if got, want := len(r.Fetches), map[bool]int{false: 2, true: 1}[shared]; got != want {
			t.Errorf("shared %v: got %d fetches, want %d", shared, got, want)
		}
	}
}
