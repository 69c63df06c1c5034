package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTable keeps the rows of other cases, and one of each.
func TestTable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "benchmarks")
	seconds := func(all ...time.Duration) (out []time.Duration) {
		for _, s := range all {
			out = append(out, s*time.Second)
		}
		return out
	}
	for _, r := range []row{
		newRow("go-noop", seconds(1), seconds(4)),
		newRow("go-edit", seconds(1), seconds(2)),
		newRow("go-noop", seconds(3, 1, 2), seconds(3, 2, 8)),
	} {
		if err := keep(dir, []row{r}); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(string(data), "|---|---|---|---|---|---|\n")
	want := "| go-edit | 2 | 1 | 1.00 s (1.00–1.00) | 2.00 s (2.00–2.00) | 0.50× |\n" +
		"| go-noop | 2 | 3 | 2.00 s (1.00–3.00) | 3.00 s (2.00–8.00) | 0.50× |\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestProjects has a Dockerfile and the files that change for every project.
func TestProjects(t *testing.T) {
	t.Chdir("..") // the module, where the program runs
	for _, p := range projects {
		dir, err := p.checkout()
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		for _, c := range p.changes {
			for _, e := range c.edits {
				checkEdit(t, dir, e)
			}
		}
	}
}

// checkEdit makes an edit twice, each time to something else.
func checkEdit(t *testing.T, dir string, e edit) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, e.file))
	if err != nil {
		t.Fatal(err)
	}
	before := string(data)
	if e.after != "" && strings.Count(before, e.after) != 1 {
		t.Errorf("got %d of %q in %s, want 1", strings.Count(before, e.after), e.after, e.file)
	}
	once := e.apply(before, 0)
	if twice := e.apply(once, 1); len(once) <= len(before) || len(twice) <= len(once) {
		t.Errorf("%s: got %s after %s", e.file, twice, before)
	}
}
