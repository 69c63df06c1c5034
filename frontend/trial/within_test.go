package trial

import (
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
)

func TestInside(t *testing.T) {
	at := func(line, column, endLine, endColumn int) diag.Range {
		return diag.Range{Start: diag.Pos{Line: line, Column: column}, End: diag.Pos{Line: endLine, Column: endColumn}}
	}
	for r, want := range map[diag.Range]bool{
		at(1, 1, 1, 3): true, at(1, 1, 2, 1): true, at(2, 1, 2, 2): true, at(3, 2, 3, 3): true,
		at(1, 1, 1, 1): false, at(1, 2, 1, 1): false, at(1, 1, 1, 4): false, at(2, 1, 2, 3): false,
		at(0, 1, 1, 1): false, at(1, 0, 1, 1): false, at(3, 1, 4, 1): false, {}: false,
	} {
		if got := Inside(r, "ab\n\nåä"); got != want {
			t.Errorf("%v to %v: got %v, want %v", r.Start, r.End, got, want)
		}
	}
}

// TestProjects holds that there are examples and archives, whose wanted files are left
// out, and specs of all kinds.
func TestProjects(t *testing.T) {
	examples, archives := 0, 0
	for _, a := range Projects(t) {
		names := map[string]bool{}
		for _, f := range a.Files {
			names[f.Name] = true
		}
		if names["want"] {
			t.Errorf("%s: it has what is wanted of it", a.Comment)
		}
		if strings.HasPrefix(string(a.Comment), "The example ") {
			examples++
		} else {
			archives++
		}
	}
	if examples < 5 || archives < 50 || len(Specs(t)) < 300 {
		t.Errorf("got %d examples, %d archives and %d specs", examples, archives, len(Specs(t)))
	}
}
