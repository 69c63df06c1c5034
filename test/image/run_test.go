package image

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/labenv"
)

// shell returns an image that has a shell and runs as nonroot.
func shell(t *testing.T, platform string) *Image {
	t.Helper()
	const path = "distroless/static-debian13:debug-nonroot"
	i, err := Open(t.Context(), labenv.Get(t).Registry+"/"+path, platform)
	if err != nil {
		i, err = Open(t.Context(), "gcr.io/"+path, platform)
	}
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// script runs a shell script and returns its standard output.
func script(t *testing.T, i *Image, opts RunOptions, text string) string {
	t.Helper()
	opts.Args = []string{"-c", text}
	got, err := i.Run(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if got.ExitCode != 0 {
		t.Fatalf("%s: ended with %d: %s", text, got.ExitCode, got.Stderr)
	}
	return strings.TrimSpace(got.Stdout)
}

func TestRun(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/arm64"} {
		got, err := shell(t, platform).Run(t.Context(), RunOptions{
			Args: []string{"-c", "cat; echo oops >&2; exit 3"}, Stdin: "hello",
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := (Result{Stdout: "hello", Stderr: "oops\n", ExitCode: 3}); got != want {
			t.Errorf("%s: got %+v, want %+v", platform, got, want)
		}
	}
}

// TestRunLikeDocker holds what a container sees against what Docker shows.
func TestRunLikeDocker(t *testing.T) {
	i := shell(t, "linux/amd64")
	for _, c := range []struct{ name, text, want string }{
		{"user", "id -u; id -g", "65532\n65532"},
		{"home comes from passwd", "echo $HOME", "/home/nonroot"},
		{"no capabilities for a user", "grep -E 'Cap(Prm|Eff|Bnd)' /proc/self/status | tr -d '\\t'", "CapPrm:0000000000000000\nCapEff:0000000000000000\nCapBnd:00000000a80425fb"},
		{"the image's tmp", "ls -ld /tmp | cut -c1-10", "drwxrwxrwt"},
		{"it is the first process", "echo $$", "1"},
	} {
		if got := script(t, i, RunOptions{}, c.text); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRunOptions(t *testing.T) {
	i := shell(t, "linux/amd64")
	for _, c := range []struct {
		name string
		opts RunOptions
		text string
		want string
	}{
		{"environment", RunOptions{Env: []string{"A=1", "HOME=/x"}}, "echo $A $HOME", "1 /x"},
		{"user by name", RunOptions{User: "nobody"}, "id -u", "65534"},
		{"user and group by number", RunOptions{User: "1000:2000"}, "id -u; id -g", "1000\n2000"},
		{"root has Docker's capabilities", RunOptions{User: "root"}, "grep CapEff /proc/self/status | tr -d '\\t'", "CapEff:00000000a80425fb"},
		{"working directory", RunOptions{WorkingDir: "/made/for/this"}, "pwd", "/made/for/this"},
		{"read-only", RunOptions{ReadOnly: true, User: "0"}, "touch /etc/x 2>/dev/null || echo refused", "refused"},
	} {
		if got := script(t, i, c.opts, c.text); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if _, err := i.Run(t.Context(), RunOptions{User: "stranger"}); err == nil || !strings.Contains(err.Error(), `user "stranger"`) {
		t.Errorf("unknown user: got %v", err)
	}
}

func TestRunMount(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("mounted"), 0o644); err != nil {
		t.Fatal(err)
	}
	opts := RunOptions{User: "0", Mounts: []Mount{{Source: dir, Target: "/mnt/dir", ReadOnly: true}}}
	if got := script(t, shell(t, "linux/amd64"), opts, "cat /mnt/dir/f; touch /mnt/dir/g 2>/dev/null || echo ' refused'"); got != "mounted refused" {
		t.Errorf("got %q", got)
	}
}

// TestStop starts a server-like program, reads its log and stops it.
func TestStop(t *testing.T) {
	i := shell(t, "linux/amd64")
	c, err := i.Start(t.Context(), RunOptions{Args: []string{"-c", "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.1; done"}})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, c, "ready")
	got, err := c.Stop()
	if err != nil {
		t.Fatal(err)
	}
	if got.ExitCode != 5 || got.Stdout != "ready\nbye\n" {
		t.Errorf("got %+v", got)
	}
	if _, err := os.Stat(c.dir); err == nil {
		t.Errorf("%s is still there", c.dir)
	}
}

// TestContextEnds proves that no container outlives the context that it was
// started with.
func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c, err := shell(t, "linux/amd64").Start(ctx, RunOptions{Args: []string{"-c", "echo ready; sleep 60"}})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, c, "ready")
	cancel()
	start := time.Now()
	if got, _ := c.Wait(); got.ExitCode == 0 || time.Since(start) > 20*time.Second {
		t.Errorf("got %+v after %s", got, time.Since(start))
	}
}

// waitFor returns when the container has printed text.
func waitFor(t *testing.T, c *Container, text string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(c.Logs(), text); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %q in the log: %q", text, c.Logs())
		}
	}
}
