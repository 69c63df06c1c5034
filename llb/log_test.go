package llb

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"

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
		cmd := exec.Command("sh", "-c", logScript, "sh", dir, "sh", "-c", c.command)
		cmd.Dir = dir
		out, _ := cmd.Output()
		if pid, err := os.ReadFile(filepath.Join(dir, "pid")); err == nil {
			exec.Command("kill", strings.TrimSpace(string(pid))).Run()
		}
		if string(out) != c.out || cmd.ProcessState.ExitCode() != c.status {
			t.Errorf("%s: got %q and %d", c.command, out, cmd.ProcessState.ExitCode())
		}
		if log, _ := os.ReadFile(filepath.Join(dir, "stagefront.log")); string(log) != c.out {
			t.Errorf("%s: kept %q", c.command, log)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "stagefront.log.*")); len(left) > 0 {
			t.Errorf("%s: left %q", c.command, left)
		}
	}
}

// TestLogged keeps the logs of toolchains that are known to have a shell.
func TestLogged(t *testing.T) {
	step := language.Step{Through: []string{"sh", "a.sh"}, Args: []string{"go", "build"}}
	bare := []string{"sh", "a.sh", "go", "build"}
	for owner, keeps := range map[string]bool{"": true, "own": false} {
		op := execOf(t, llb.Image("a").Run((&Stages{CacheOwner: owner}).run(step)...).Root())
		got := op.Meta.Args
		if logs := len(got) > len(bare) && len(op.Mounts) == 2; logs != keeps || !slices.Equal(Words(got), bare) {
			t.Errorf("of the toolchain of %q: got %q with %d mounts", owner, got, len(op.Mounts))
		}
	}
}

// execOf returns the last step of a state.
func execOf(t *testing.T, state llb.State) *pb.ExecOp {
	t.Helper()
	def, err := state.Marshal(t.Context(), llb.LinuxAmd64)
	if err != nil {
		t.Fatal(err)
	}
	var op pb.Op
	if err := op.UnmarshalVT(def.Def[len(def.Def)-2]); err != nil {
		t.Fatal(err)
	}
	return op.GetExec()
}
