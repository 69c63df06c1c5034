package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestProjects has a Dockerfile and the files that change for every project. Each edit is
// another one every time, all of a change are made one upon the other, and JSON stays
// readable.
func TestProjects(t *testing.T) {
	t.Chdir("..") // the module, where the program runs
	for _, k := range cases() {
		dir, err := k.project.checkout(k.rival)
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		for _, e := range k.change.edits {
			checkEdit(t, dir, e)
		}
		for i := range 3 {
			if err := k.change.apply(dir, i); err != nil {
				t.Fatal(err)
			}
		}
		for _, e := range k.change.edits {
			checkApplied(t, dir, e)
		}
	}
}

// TestEditOfGo has the compiler make another program each time.
func TestEditOfGo(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	built := func(i int) string {
		source := edit{text: inGo}.apply("package main\n\nfunc main() {}\n", i)
		if err := os.WriteFile(program+".go", []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		build := exec.Command("go", "build", "-ldflags=-s -w -buildid=", "-o", program, program+".go")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		data, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if built(0) == built(1) {
		t.Error("two edits made the same program")
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

// checkApplied reads a file that all edits of a change were made in.
func checkApplied(t *testing.T, dir string, e edit) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, e.file))
	if err != nil || !strings.Contains(string(data), e.after) {
		t.Errorf("%s: %v, want %q in it", e.file, err, e.after)
	}
	if filepath.Ext(e.file) == ".json" && !json.Valid(data) {
		t.Errorf("%s is no JSON:\n%s", e.file, data)
	}
}
