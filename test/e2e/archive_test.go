package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the goldens in testdata")

// An archive is a project of testdata. Its first line says what it proves; of its
// files, some are no part of the project and say what a driver does with it.
type archive struct {
	*txtar.Archive
	name string
	file string // that it was read from
}

// forArchives runs f with every archive of a directory of testdata, side by side:
// most of their time goes into waiting for downloads.
func forArchives(t *testing.T, dir string, f func(t *testing.T, a *archive)) {
	t.Helper()
	files, err := filepath.Glob("testdata/" + dir + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d archives: %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parsed, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.TrimSpace(string(parsed.Comment)) == "" {
				t.Errorf("%s does not say in its first line what it proves", file)
			}
			f(t, &archive{parsed, name, file})
		})
	}
}

// project writes the archive's files to a directory of its own.
func (a *archive) project(t *testing.T) string {
	t.Helper()
	return project(t, string(txtar.Format(a.Archive)))
}

// content returns a file of the archive, or "" when it has none of that name.
func (a *archive) content(name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// lines returns the lines of a file of the archive; replace has pairs of what
// stands in them and what it stands for.
func (a *archive) lines(name string, replace ...string) []string {
	text := strings.TrimSpace(a.content(name))
	if text == "" {
		return nil
	}
	return strings.Split(strings.NewReplacer(replace...).Replace(text), "\n")
}

// want compares got with the archive's last file, "want".
func (a *archive) want(t *testing.T, got string) {
	t.Helper()
	n := len(a.Files) - 1
	if a.Files[n].Name != "want" {
		a.Files = append(a.Files, txtar.File{Name: "want"})
		n++
	}
	a.Files[n].Data = []byte(got)
	golden(t, a.file, txtar.Format(a.Archive))
}

// golden compares got with a file, which -update rewrites.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err == nil && string(want) == string(got) {
		return
	}
	if !*update {
		t.Fatalf("%s differs; got:\n%s", file, got)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, got, 0o666); err != nil {
		t.Fatal(err)
	}
}
