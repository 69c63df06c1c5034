package language

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// TestTake takes a file by links, a directory, and a program with what it is loaded with:
// all is where it was, and nothing else is there.
func TestTake(t *testing.T) {
	dir, into := t.TempDir(), t.TempDir()
	script := filepath.Join(dir, "take.sh")
	for name, text := range map[string]string{
		script:                             takeScript + "file \"$1/links/to/file\"\nfile \"$1/tree\"\nloaded \"$2\"\nprograms true no-such-program\n",
		filepath.Join(dir, "real/at/file"): "a file", filepath.Join(dir, "real/at/other"): "another",
		filepath.Join(dir, "tree/a/b"): "in a tree",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"links": "real/../real", "real/to": filepath.Join(dir, "real/at")} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	program, err := exec.LookPath("sort")
	if err != nil {
		t.Fatal(err)
	}
	take := exec.Command("sh", "-e", script, dir, program)
	take.Env = append(os.Environ(), "into="+into)
	if said, err := take.CombinedOutput(); err != nil || len(said) > 0 {
		t.Fatalf("%v\n%s", err, said)
	}
	for name, want := range map[string]bool{
		"links": true, "real/to": true, "real/at/file": true, "real/at/other": false, "tree/a/b": true,
	} {
		if _, err := os.Lstat(filepath.Join(into, dir, name)); (err == nil) != want {
			t.Errorf("%s: %v, want it taken: %v", name, err, want)
		}
	}
	if os.Getuid() == 0 { // nobody else may change the root
		sorted := exec.Command(program, "--version")
		sorted.SysProcAttr = &syscall.SysProcAttr{Chroot: into}
		if said, err := sorted.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, said)
		}
	}
}
