// Package labenv lets tests use the lab: the stack that "make lab" brings up.
//
// A test that calls [Get] skips when there is no lab. With STAGEFRONT_LAB=required,
// which "make test" sets, it fails instead; with STAGEFRONT_LAB=off it always skips.
package labenv

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// A Lab is a lab that is up.
type Lab struct {
	Root     string   // the checkout
	Registry string   // host:port; what is pushed there is also found as docker.io's and gcr.io's
	CA       string   // the machine's certificates, for --secret id=ca-certificates,src=…
	Network  []string // the flags of a build that needs the network: that secret, proxies, mirrors
	env      []string
}

// Get returns the lab of this checkout.
func Get(t testing.TB) *Lab {
	t.Helper()
	mode := os.Getenv("STAGEFRONT_LAB")
	if mode == "off" {
		t.Skip("needs the lab, and STAGEFRONT_LAB is off")
	}
	lab, err := find()
	switch {
	case err == nil:
		return lab
	case mode == "required":
		t.Fatalf("the lab is required: %v", err)
	}
	t.Skipf("needs the lab (make lab): %v", err)
	return nil
}

// Registry returns the registry of the lab whose shell a command runs in.
func Registry() (string, error) {
	registry := os.Getenv("LAB_REGISTRY")
	if registry == "" {
		return "", errors.New("there is no lab: run make lab, then . .lab/env")
	}
	return registry, nil
}

// SentPath is where the lab's registry says how many bytes it has sent.
const SentPath = "/sent"

// Sent returns how many bytes a registry of the lab has sent since it was started.
func Sent(ctx context.Context, registry string) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+registry+SentPath, nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	var sent int64
	if _, err := fmt.Fscan(answer.Body, &sent); err != nil {
		return 0, fmt.Errorf("the registry does not say how much it has sent: run make lab: %w", err)
	}
	return sent, nil
}

// Network returns the flags by which a build in such a shell reaches what the machine reaches.
func Network() []string { return strings.Fields(os.Getenv("LAB_BUILD_FLAGS")) }

// find reads .lab/env once a process and looks whether the lab is up.
var find = sync.OnceValues(func() (*Lab, error) {
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(root, ".lab", "env")
	env, err := source(file)
	if err != nil {
		return nil, err
	}
	lab := &Lab{Root: root, env: env}
	lab.Registry, lab.CA = lab.Getenv("LAB_REGISTRY"), lab.Getenv("LAB_CA")
	lab.Network = strings.Fields(lab.Getenv("LAB_BUILD_FLAGS"))
	for network, addr := range map[string]string{
		"unix": strings.TrimPrefix(lab.Getenv("BUILDKIT_HOST"), "unix://"),
		"tcp":  lab.Registry,
	} {
		conn, err := net.DialTimeout(network, addr, 5*time.Second)
		if err != nil {
			return nil, fmt.Errorf("the lab is down: %w", err)
		}
		conn.Close()
	}
	return lab, nil
})

// findRoot returns the checkout that the test runs in.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "test", "labenv")); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("not in a checkout")
}

// source returns the environment of a shell that has sourced files.
func source(files ...string) ([]string, error) {
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			return nil, fmt.Errorf("reading the lab's environment: %w", err)
		}
	}
	out, err := exec.Command("sh", append([]string{"-c", `for file; do . "$file"; done; env -0`, "sh"}, files...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("sourcing %s: %w", strings.Join(files, ", "), err)
	}
	return strings.Split(strings.TrimRight(string(out), "\x00"), "\x00"), nil
}

// Getenv returns the value of a variable of the lab's environment.
func (l *Lab) Getenv(name string) string {
	for _, v := range l.env {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// Run runs a program in dir with the lab's environment and returns all that it
// printed, on both outputs.
func (l *Lab) Run(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	cmd, err := l.command(t, dir, args...)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("running %s: %w", strings.Join(args, " "), err)
	}
	return out.String(), nil
}

// RunAfter is Run for what is cleaned up, when the test's own context has ended.
func (l *Lab) RunAfter(dir string, args ...string) (string, error) {
	path, err := l.lookPath(args[0])
	if err != nil {
		return "", err
	}
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir, cmd.Env = dir, l.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// command returns a program that is to be run in dir with the lab's environment.
func (l *Lab) command(t testing.TB, dir string, args ...string) (*exec.Cmd, error) {
	path, err := l.lookPath(args[0])
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(t.Context(), path, args[1:]...)
	cmd.Dir, cmd.Env = dir, l.env
	return cmd, nil
}

// Interrupt is Build of who presses Ctrl-C as soon as a line is printed that has a text
// in it. It returns what was printed; a build that ends before is an error.
func (l *Lab) Interrupt(t testing.TB, dir, at string, args ...string) (string, error) {
	t.Helper()
	cmd, err := l.command(t, dir, append(append(l.buildx(), "build", "--progress=plain"), args...)...)
	if err != nil {
		return "", err
	}
	output, err := cmd.StderrPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	var printed strings.Builder
	interrupted := false
	for lines := bufio.NewScanner(output); lines.Scan(); {
		printed.WriteString(lines.Text() + "\n")
		if !interrupted && strings.Contains(lines.Text(), at) {
			interrupted = true
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				return printed.String(), err
			}
		}
	}
	if err := cmd.Wait(); !interrupted || err == nil {
		return printed.String(), fmt.Errorf("the build has ended before it could be interrupted: %v", err)
	}
	return printed.String(), nil
}

// Install makes sure that the machine has a program that a test runs, one of
// those that "lab install" knows.
func (l *Lab) Install(t testing.TB, program string) {
	t.Helper()
	if out, err := l.Run(t, l.Root, "lab", "install", program); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// Engine brings up a Docker Engine, one of those that "lab engine" knows, and returns
// this lab with its client and its default builder in place of the lab's own. The engine
// goes with the test.
func (l *Lab) Engine(t testing.TB, name string) *Lab {
	t.Helper()
	t.Cleanup(func() {
		if out, err := l.RunAfter(l.Root, "lab", "engine", name, "down"); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	if out, err := l.Run(t, l.Root, "lab", "engine", name, "up"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	env, err := source(filepath.Join(l.Root, ".lab", "env"), filepath.Join(l.Root, ".lab", "engines", name, "env"))
	if err != nil {
		t.Fatal(err)
	}
	used := *l
	used.env = env
	return &used
}

// lookPath finds program as the lab's shells do.
func (l *Lab) lookPath(program string) (string, error) {
	for _, dir := range filepath.SplitList(l.Getenv("PATH")) {
		if path, err := exec.LookPath(filepath.Join(dir, program)); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no %s on the lab's PATH", program)
}

// HasDocker reports whether there is a docker client.
func (l *Lab) HasDocker() bool {
	_, err := l.lookPath("docker")
	return err == nil
}

// buildx returns the start of a buildx command line: through the docker client
// where there is one, as most people type it.
func (l *Lab) buildx() []string {
	if l.HasDocker() {
		return []string{"docker", "buildx"}
	}
	return []string{"buildx"}
}

// Build runs "docker buildx build --progress=plain ARGS" in dir and returns what
// it printed.
func (l *Lab) Build(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	return l.Run(t, dir, append(append(l.buildx(), "build", "--progress=plain"), args...)...)
}

// Bake runs "docker buildx bake --progress=plain ARGS" in dir and returns what it
// printed.
func (l *Lab) Bake(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	return l.Run(t, dir, append(append(l.buildx(), "bake", "--progress=plain"), args...)...)
}

// Buildctl runs "buildctl ARGS" in dir and returns what it printed.
func (l *Lab) Buildctl(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	return l.Run(t, dir, append([]string{"buildctl"}, args...)...)
}

// Project writes the files of a txtar archive to a new directory, which goes with
// the test, and returns it. The archive's comment says what the project is.
func Project(t testing.TB, archive string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
