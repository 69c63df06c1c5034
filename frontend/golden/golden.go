// Package golden compares what tests get with archives: small projects that a
// user could have written, each with what is wanted of it in its last file.
//
// An archive is a txtar file whose comment says what it proves:
//
//	a go.work decides, not the go.mod below it
//	-- stagefront.yaml --
//	language: go
//	-- want --
//	…
//
// With -update the wanted files are rewritten; the change is to be read like any other.
package golden

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the goldens in testdata")

// Want is the name of an archive's file that has what is wanted.
const Want = "want"

// Archives runs a test for each archive of a pattern, named for its file: got is
// called with the archive without its wanted file, whose content is to be what it
// returns. A pattern that matches nothing fails.
func Archives(t *testing.T, pattern string, got func(t *testing.T, a *txtar.Archive) string) {
	t.Helper()
	for _, file := range Files(t, pattern) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a := Parse(t, file)
			project := *a
			if i := len(a.Files) - 1; a.Files[i].Name == Want {
				project.Files = a.Files[:i:i]
			}
			Compare(t, file, a, got(t, &project))
		})
	}
}

// Files returns the archives of a pattern; one that matches nothing fails.
func Files(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d archives for %s: %v", len(files), pattern, err)
	}
	return files
}

// Parse returns an archive that has files in it.
func Parse(t testing.TB, file string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Files) == 0 {
		t.Fatalf("%s has no files in it", file)
	}
	return a
}

// Compare holds got against the wanted file of an archive, its last, or rewrites
// that. An archive without one wants the empty text.
func Compare(t *testing.T, file string, a *txtar.Archive, got string) {
	t.Helper()
	want, project := "", a.Files
	if i := len(a.Files) - 1; a.Files[i].Name == Want {
		want, project = string(a.Files[i].Data), a.Files[:i:i]
	}
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("differs from %s (-update rewrites it):\n%s", file, difference(got, want))
	}
	out := &txtar.Archive{Comment: a.Comment, Files: append(project, txtar.File{Name: Want, Data: []byte(got)})}
	if err := os.WriteFile(file, txtar.Format(out), 0o666); err != nil {
		t.Fatal(err)
	}
}

// File holds got against a whole file, or rewrites that.
func File(t *testing.T, file string, got []byte) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err == nil && string(want) == string(got) {
		return
	}
	if !*update {
		t.Fatalf("differs from %s (-update rewrites it):\n%s", file, difference(string(got), string(want)))
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, got, 0o666); err != nil {
		t.Fatal(err)
	}
}

// difference returns the lines of two texts from the first that differs, a few of each.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	i := 0
	for i < len(g) && i < len(w) && g[i] == w[i] {
		i++
	}
	few := func(lines []string) string { return strings.Join(lines[i:min(len(lines), i+8)], "\n") }
	return fmt.Sprintf("line %d\ngot:\n%s\nwant:\n%s", i+1, few(g), few(w))
}
