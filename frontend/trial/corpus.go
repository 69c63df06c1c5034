package trial

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/golden"
)

// Projects returns every project of the repository: the examples, and those in the
// archives of tests, without what is wanted of them.
func Projects(t testing.TB) (all []*txtar.Archive) {
	t.Helper()
	root := root(t)
	examples, err := os.ReadDir(filepath.Join(root, "examples"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		all = append(all, Example(t, e.Name()))
	}
	for _, file := range archives(t, root) {
		if !ofSpecs(file) {
			a := parse(t, file)
			a.Files = golden.Unwanted(a)
			all = append(all, a)
		}
	}
	return all
}

// Example returns the project in a directory of the examples.
func Example(t testing.TB, name string) *txtar.Archive {
	t.Helper()
	dir := filepath.Join(root(t), "examples", name)
	a := &txtar.Archive{Comment: []byte("The example " + name + ".\n")}
	err := filepath.WalkDir(dir, func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		name, _ := filepath.Rel(dir, file)
		a.Files = append(a.Files, txtar.File{Name: filepath.ToSlash(name), Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Specs returns every spec of the repository: those of its projects, and those that
// show what is right and what is wrong with specs.
func Specs(t testing.TB) (texts []string) {
	t.Helper()
	for _, a := range Projects(t) {
		for _, f := range a.Files {
			if filepath.Ext(f.Name) == ".yaml" {
				texts = append(texts, string(f.Data))
			}
		}
	}
	for _, file := range archives(t, root(t)) {
		if ofSpecs(file) {
			for _, f := range golden.Unwanted(parse(t, file)) {
				texts = append(texts, string(f.Data))
			}
		}
	}
	return texts
}

// Small returns an archive without its long files, as a fuzzer wants it.
func Small(a *txtar.Archive) []byte {
	files := slices.DeleteFunc(slices.Clone(a.Files), func(f txtar.File) bool { return len(f.Data) >= 4096 })
	return txtar.Format(&txtar.Archive{Files: files})
}

// ofSpecs reports whether an archive holds specs, each apart from the others.
func ofSpecs(file string) bool {
	return strings.Contains(filepath.ToSlash(file), "/spec/testdata/")
}

// archives returns the archives of tests.
func archives(t testing.TB, root string) (files []string) {
	t.Helper()
	for _, dir := range []string{"frontend", "llb", "test"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(file string, _ fs.DirEntry, err error) error {
			if filepath.Ext(file) == ".txtar" {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func parse(t testing.TB, file string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// root returns the directory of the module, which the running test is a part of.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	t.Fatalf("there is no go.mod above the test: %v", err)
	return ""
}
