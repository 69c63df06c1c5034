package trial

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Within fails unless every problem prints, and is nowhere or inside of a file of
// the project as it is there.
func Within(t testing.TB, diags diag.List, project fs.FS) {
	t.Helper()
	for _, d := range diags {
		if d.Message == "" || strings.TrimSpace(d.String()) == "" {
			t.Errorf("got the empty problem %#v", d)
		}
		if d.Range.IsZero() {
			continue
		}
		data, err := fs.ReadFile(project, d.Range.Source.Name)
		if err != nil || !bytes.Equal(data, d.Range.Source.Data) || !Inside(d.Range, string(data)) {
			t.Errorf("%v: %v to %v is outside of the file (%v)", d, d.Range.Start, d.Range.End, err)
		}
	}
}

// Inside reports whether a range is in a text, and not empty. On an empty line it
// is one character wide.
func Inside(r diag.Range, text string) bool {
	lines := strings.Split(text, "\n")
	for _, p := range []diag.Pos{r.Start, r.End} {
		if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > max(len([]rune(lines[p.Line-1])), 1)+1 {
			return false
		}
	}
	return r.Start.Before(r.End)
}
