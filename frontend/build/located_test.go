package build

import (
	"errors"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestLocated shows a failed step where its reason says, or the language, that the cause
// is, and at its own place where neither does.
func TestLocated(t *testing.T) {
	pom := &diag.Source{Name: "pom.xml", Data: []byte("<project>\n<a/>\n")}
	for _, c := range []struct {
		reason string
		cause  diag.Range
		want   string
	}{
		{"src/a.c:2:6: no such name", diag.Range{}, "src/a.c:2 src/a.c:2:6: no such name"},
		{"src/a.c:2: no such name", pom.Line(1), "src/a.c:2 src/a.c:2: no such name"},
		{"src/a.c:9:6: no such name", diag.Range{}, " src/a.c:9:6: no such name"},
		{"src/b.c:2:6: no such name", diag.Range{}, " src/b.c:2:6: no such name"},
		{"../../etc/passwd:1: no such name", diag.Range{}, " ../../etc/passwd:1: no such name"},
		{"a is nowhere", pom.Line(2), "pom.xml:2 pom.xml:2: a is nowhere"},
		{"a is nowhere", diag.Range{}, " a is nowhere"},
	} {
		p := planned(t, text, trial.Compiled())
		if p.Language.Cause = nil; !c.cause.IsZero() {
			p.Language.Cause = func(*language.Project, string) diag.Range { return c.cause }
		}
		j, _ := jobOf(t, p, nil)
		j.Files = fstest.MapFS{"src/a.c": {Data: []byte("int a;\nint b = c;")}}
		var f *daemon.Failure
		if errors.As(j.located(&daemon.Failure{Text: c.reason}), &f); f.Place.FileLine()+" "+f.Text != c.want {
			t.Errorf("%s: got %s %s, want %s", c.reason, f.Place.FileLine(), f.Text, c.want)
		}
	}
}
