package python

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPrograms has testdata/programs.py hear what the programs of steps tell. What they
// have at the root is below a directory of the test.
func TestPrograms(t *testing.T) {
	root := t.TempDir()
	below := strings.NewReplacer(`"/opt/`, `"`+root+`/opt/`, `"/tmp/`, `"`+root+`/tmp/`, `"/src"`, `"`+root+`/src"`, `"/out/`, `"`+root+`/out/`)
	programs, err := filepath.Glob("*.py")
	if err != nil || len(programs) < 10 {
		t.Fatalf("got %q: %v", programs, err)
	}
	if err := os.Mkdir(filepath.Join(root, "programs"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range programs {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "programs", name), []byte(below.Replace(string(data))), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("python3", "-B", "testdata/programs.py") // with pip, as images have it
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + root, "ROOT=" + root}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
