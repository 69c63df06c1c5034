package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestJavaWords has the frontend's programs read the logs of testdata/logs, which
// Maven, Gradle and their plugins wrote: what each means, and what it does not.
func TestJavaWords(t *testing.T) {
	lab := start(t)
	lab.Install(t, "mvn") // and a JDK with it
	dir := t.TempDir()
	files, err := filepath.Glob("testdata/logs/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d logs: %v", len(files), err)
	}
	archives := make(map[string]*archive, len(files))
	call := []string{"java", "-cp", filepath.Join(dir, "classes"), "Words"}
	for _, file := range files {
		parsed, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a := &archive{parsed, strings.TrimSuffix(filepath.Base(file), ".txtar"), file}
		archives[a.name] = a
		call = append(call, a.name)
		if err := os.CopyFS(filepath.Join(dir, a.name), os.DirFS(a.project(t))); err != nil {
			t.Fatal(err)
		}
	}
	programs, err := filepath.Glob(filepath.Join(lab.Root, "frontend/language/java/programs/*.java"))
	if err != nil {
		t.Fatal(err)
	}
	words, err := filepath.Abs("testdata/java/Words.java")
	if err != nil {
		t.Fatal(err)
	}
	compile := append([]string{"javac", "-d", filepath.Join(dir, "classes"), words}, programs...)
	for _, args := range [][]string{compile, call} {
		printed, err := lab.Run(t, dir, args...)
		if err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		for _, said := range strings.Split(printed, "== ")[1:] {
			name, text, _ := strings.Cut(said, "\n")
			archives[name].want(t, text)
		}
	}
}
