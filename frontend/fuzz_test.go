package frontend

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
)

// FuzzHidingLine reads any bytes as an ignore file: the line that is blamed for a
// path is one of the file with a pattern in it.
func FuzzHidingLine(f *testing.F) {
	for _, ignore := range []string{"*\n!app\n", "# all\n\n*\n!go.*\ngo.mod\n", "**/*.html\r\n!web", "[\n", "!\n", "\ufeffcmd\n", "a\\\n/./..//b\n"} {
		f.Add([]byte(ignore), "go.mod")
		f.Add([]byte(ignore), "web/index.html")
	}
	f.Fuzz(func(t *testing.T, ignore []byte, name string) {
		n := hidingLine(rulesOf(ignore), name)
		src := &diag.Source{Name: ".dockerignore", Data: ignore}
		if n < 0 || n > 0 && src.Text(n) == "" {
			t.Errorf("%q is hidden by line %d, which has no pattern", name, n)
		}
	})
}
