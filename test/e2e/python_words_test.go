package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPythonWords has programs.py beside the programs of Python's steps hear what they
// tell. What they have at the root is below a directory of the test.
func TestPythonWords(t *testing.T) {
	lab := start(t)
	lab.Install(t, "pip3") // and Python with it
	at := filepath.Join(lab.Root, "frontend", "language", "python")
	root := t.TempDir()
	below := strings.NewReplacer(`"/opt/`, `"`+root+`/opt/`, `"/tmp/`, `"`+root+`/tmp/`, `"/src"`, `"`+root+`/src"`, `"/out/`, `"`+root+`/out/`)
	programs, err := filepath.Glob(filepath.Join(at, "*.py"))
	if err != nil || len(programs) < 10 {
		t.Fatalf("got %q: %v", programs, err)
	}
	if err := os.Mkdir(filepath.Join(root, "programs"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, file := range programs {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "programs", filepath.Base(file)), []byte(below.Replace(string(data))), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("python3", "-B", filepath.Join(at, "testdata", "programs.py"))
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + root, "ROOT=" + root}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
