package labenv

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProject(t *testing.T) {
	dir := Project(t, `What the project is for.
-- stagefront.yaml --
# syntax=org/stagefront
-- cmd/app/main.go --
package main
`)
	got, err := os.ReadFile(filepath.Join(dir, "cmd", "app", "main.go"))
	if err != nil || string(got) != "package main\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestSource reads what a shell makes of the file.
func TestSource(t *testing.T) {
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte("export A='one two'\nexport B=\"$A\n\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	env, err := source(file)
	if err != nil {
		t.Fatal(err)
	}
	l := &Lab{env: env}
	if a, b := l.Getenv("A"), l.Getenv("B"); a != "one two" || b != "one two\n" {
		t.Errorf("got %q and %q", a, b)
	}
	if _, err := source(file + "-missing"); err == nil {
		t.Error("want an error for a file that is not there")
	}
}

// TestLab drives the lab that is up with its own tools.
func TestLab(t *testing.T) {
	lab := Get(t)
	out, err := lab.Buildctl(t, t.TempDir(), "debug", "workers")
	if err != nil || !strings.Contains(out, "linux/arm64") {
		t.Errorf("got %v:\n%s", err, out)
	}
	dir := Project(t, "-- Dockerfile --\nFROM scratch\nCOPY Dockerfile /\n")
	out, err = lab.Build(t, dir, ".")
	if err != nil || !strings.Contains(out, "COPY Dockerfile /") {
		t.Errorf("got %v:\n%s", err, out)
	}
	if out, err = lab.Build(t, dir, "--target", "nowhere", "."); err == nil {
		t.Errorf("want an error, got:\n%s", out)
	}
}
