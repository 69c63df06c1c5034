package llb

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/language"
)

// TestLog runs commands as steps do: what they say and how they end comes through, and
// is kept; what they leave running is not waited for.
func TestLog(t *testing.T) {
	for _, c := range []struct {
		command string
		out     string
		status  int
	}{
		{"echo a; echo b >&2; echo c; exit 3", "a\nb\nc\n", 3},
		{"printf a >&2; sleep 0.01; printf b", "ab\n", 0}, // lines are whole
		{"sleep 1000 & echo \"$!\" >pid; echo a; exit 1", "a\n", 1},
		{"kill -9 $$", "Killed\n", 137}, // a word of the shell
		{"true", "", 0},
	} {
		dir := t.TempDir()
		script := strings.ReplaceAll(logScript, LogFile, filepath.Join(dir, "log"))
		cmd := exec.Command("sh", "-c", script, "sh", "sh", "-c", c.command)
		cmd.Dir = dir
		out, _ := cmd.Output()
		if pid, err := os.ReadFile(filepath.Join(dir, "pid")); err == nil {
			exec.Command("kill", strings.TrimSpace(string(pid))).Run()
		}
		if string(out) != c.out || cmd.ProcessState.ExitCode() != c.status {
			t.Errorf("%s: got %q and %d", c.command, out, cmd.ProcessState.ExitCode())
		}
		if log, _ := os.ReadFile(filepath.Join(dir, "log")); string(log) != c.out {
			t.Errorf("%s: kept %q", c.command, log)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "log.*")); len(left) > 0 {
			t.Errorf("%s: left %q", c.command, left)
		}
	}
}

// TestLogged keeps the logs of toolchains that are known to have a shell.
func TestLogged(t *testing.T) {
	step := language.Step{Through: []string{"sh", "a.sh"}, Args: []string{"go", "build"}}
	bare := []string{"sh", "a.sh", "go", "build"}
	if got := (&Stages{}).command(step); !slices.Equal(got[len(got)-4:], bare) || len(got) == 4 {
		t.Errorf("got %q", got)
	}
	if got := (&Stages{CacheOwner: "own"}).command(step); !slices.Equal(got, bare) {
		t.Errorf("of a toolchain of one's own: got %q", got)
	}
}
