// Package golden compares what tests get with archives: small projects that a
// user could have written, each with what is wanted of it in its last file.
//
// An archive is a txtar file whose first line says what it proves:
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
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	Answers(t, pattern, []string{Want}, func(t *testing.T, a *txtar.Archive, _ string) string { return got(t, a) })
}

// Answers runs a test for each archive of a pattern, as Archives does, for several
// wanted files: got is called for each of their names.
func Answers(t *testing.T, pattern string, names []string, got func(t *testing.T, a *txtar.Archive, name string) string) {
	t.Helper()
	for _, file := range Files(t, pattern) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a := Parse(t, file)
			a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return slices.Contains(names, f.Name) })
			out := &txtar.Archive{Comment: a.Comment, Files: slices.Clone(a.Files)}
			for _, name := range names {
				project := &txtar.Archive{Comment: a.Comment, Files: slices.Clone(a.Files)}
				out.Files = append(out.Files, txtar.File{Name: name, Data: []byte(got(t, project, name))})
			}
			File(t, file, txtar.Format(out))
		})
	}
}

// Pairs runs a test for each file of the archives of a pattern that is not a wanted
// one: what got returns for its text is to be the file of its name with ".want"
// after it. It returns how many there are.
func Pairs(t *testing.T, pattern string, got func(t *testing.T, text string) string) (count int) {
	t.Helper()
	for _, file := range Files(t, pattern) {
		a := Parse(t, file)
		out := &txtar.Archive{Comment: a.Comment}
		failed := false
		for _, f := range Unwanted(a) {
			count++
			name := f.Name + wanted
			text := fileOf(a, name) // stays where -run leaves the test out
			ok := t.Run(filepath.Base(file)+"/"+f.Name, func(t *testing.T) {
				text = got(t, string(f.Data))
				if !*update {
					compare(t, name+" of "+file, text, fileOf(a, name))
				}
			})
			failed = failed || !ok
			out.Files = append(out.Files, f, txtar.File{Name: name, Data: []byte(text)})
		}
		if !failed {
			File(t, file, txtar.Format(out))
		}
	}
	return count
}

const wanted = "." + Want

// Unwanted returns the files of an archive that are no wanted ones.
func Unwanted(a *txtar.Archive) []txtar.File {
	return slices.DeleteFunc(slices.Clone(a.Files), func(f txtar.File) bool {
		return f.Name == Want || strings.HasSuffix(f.Name, wanted)
	})
}

func fileOf(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
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

// Parse returns an archive, which has files in it and says what it proves.
func Parse(t testing.TB, file string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Files) == 0 {
		t.Fatalf("%s has no files in it", file)
	}
	if proves, _, _ := bytes.Cut(a.Comment, []byte("\n")); len(bytes.TrimSpace(proves)) == 0 {
		t.Fatalf("the first line of %s does not say what it proves", file)
	}
	return a
}

// File holds got against a whole file, or rewrites that.
func File(t testing.TB, file string, got []byte) {
	t.Helper()
	want, err := os.ReadFile(file)
	switch {
	case err == nil && bytes.Equal(got, want):
	case !*update && err != nil:
		t.Errorf("%v (-update writes it)", err)
	case !*update:
		compare(t, file, string(got), string(want))
	default:
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Error(err)
		}
	}
}

// compare fails with the place where two texts differ.
func compare(t testing.TB, file, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("differs from %s (-update rewrites it):\n%s", file, difference(got, want))
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
