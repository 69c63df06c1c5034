package image

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// RunOptions is what "docker run" takes beside the image. The zero value runs
// the image as its config says.
type RunOptions struct {
	Args       []string // replace the config's Cmd
	Entrypoint []string // replaces the config's Entrypoint and drops its Cmd
	Env        []string // NAME=value, over the config's
	User       string   // replaces the config's
	WorkingDir string   // replaces the config's
	Stdin      string
	Mounts     []Mount
	ReadOnly   bool // the root filesystem
}

// A Mount shows a file or directory of the machine in the container.
type Mount struct {
	Source, Target string
	ReadOnly       bool
}

// A Result is what a container left behind.
type Result struct {
	Stdout, Stderr string
	ExitCode       int // 128 and the signal's number for one that was killed
}

// Run runs the image to its end and returns what it printed. Another exit code
// than 0 is no error. The container shares the machine's network; ctx ends it.
func (i *Image) Run(ctx context.Context, opts RunOptions) (Result, error) {
	c, err := i.Start(ctx, opts)
	if err != nil {
		return Result{}, err
	}
	return c.Wait()
}

// A Container is an image that runs.
type Container struct {
	id      string
	dir     string // the bundle and runc's state
	program string // runc
	signal  string // what asks it to end
	cmd     *exec.Cmd
	release func() // gives the image's layers back

	stdout, stderr output
	ended          chan struct{}
	err            error // of starting; set before ended is closed
}

// Start runs the image in the background. The caller stops it, or waits for it:
// both remove what it left on the disk.
func (i *Image) Start(ctx context.Context, opts RunOptions) (*Container, error) {
	runc, err := findRunc()
	if err != nil {
		return nil, err
	}
	layers, release, err := i.hold(ctx)
	if err != nil {
		return nil, fmt.Errorf("running %s for %s: %w", i.Digest, i.Platform, err)
	}
	dir, err := os.MkdirTemp("", "stagefront-run-")
	if err != nil {
		release()
		return nil, fmt.Errorf("making a bundle: %w", err)
	}
	c := &Container{
		id: "stagefront-" + strings.ToLower(rand.Text()), dir: dir, program: runc,
		signal: i.Config.Config.StopSignal, release: release, ended: make(chan struct{}),
	}
	c.cmd = c.command(ctx, layers)
	c.cmd.Stdin = strings.NewReader(opts.Stdin)
	c.cmd.Stdout, c.cmd.Stderr = &c.stdout, &c.stderr
	if err := c.writeBundle(i, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("running %s for %s: %w", i.Digest, i.Platform, err), c.remove())
	}
	if err := c.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting runc: %w", err), c.remove())
	}
	go c.wait()
	return c, nil
}

// findRunc looks where root's PATH looks, too.
func findRunc() (string, error) {
	for _, name := range []string{"runc", "/usr/local/sbin/runc", "/usr/sbin/runc"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no runc on PATH; bring the lab up with: make lab")
}

// mount shows layers as one file system at a place, with all that is written to it in
// memory, and then becomes runc. It does so in a mount namespace of its own, so that
// nothing is left on the machine whatever happens.
const mount = `set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$3"
shift 3
exec "$@"`

// command returns what runs the image's layers as the bundle in c.dir says.
func (c *Container) command(ctx context.Context, layers []*layer) *exec.Cmd {
	var dirs []string // the highest first
	for _, l := range slices.Backward(layers) {
		dirs = append(dirs, l.dir)
	}
	in := func(name string) string { return filepath.Join(c.dir, name) }
	cmd := exec.CommandContext(ctx, "sh", "-c", mount, "sh", in("written"), strings.Join(dirs, ":"), in("rootfs"),
		c.program, "--root", in("state"), "run", "--bundle", c.dir, c.id)
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	cmd.Cancel = func() error { return c.kill("KILL") }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// writeBundle makes c.dir what runc runs: config.json, and where files will be.
func (c *Container) writeBundle(i *Image, opts RunOptions) error {
	spec, err := i.spec(filepath.Join(c.dir, "rootfs"), opts)
	if err != nil {
		return err
	}
	data, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	return errors.Join(
		os.Mkdir(filepath.Join(c.dir, "rootfs"), 0o755),
		os.Mkdir(filepath.Join(c.dir, "written"), 0o755),
		os.WriteFile(filepath.Join(c.dir, "config.json"), data, 0o644),
	)
}

// wait runs beside the container and cleans up behind it.
func (c *Container) wait() {
	defer close(c.ended)
	err := c.cmd.Wait()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) && !errors.Is(err, exec.ErrWaitDelay) {
		c.err = fmt.Errorf("running runc: %w", err)
	}
	// runc removes its state by itself unless it was killed.
	_ = c.runc("delete", "--force", c.id)
	c.err = errors.Join(c.err, c.remove())
}

func (c *Container) remove() error {
	c.release()
	return os.RemoveAll(c.dir)
}

// Wait returns when the container has ended.
func (c *Container) Wait() (Result, error) {
	<-c.ended
	return Result{Stdout: c.stdout.String(), Stderr: c.stderr.String(), ExitCode: c.cmd.ProcessState.ExitCode()}, c.err
}

// Stop asks the container to end with the image's stop signal, as "docker stop"
// does, and kills it when ten seconds later it still runs.
func (c *Container) Stop() (Result, error) {
	signal := strings.TrimPrefix(c.signal, "SIG")
	if signal == "" {
		signal = "TERM"
	}
	_ = c.kill(signal) // an error means that it has ended or not begun; see below
	select {
	case <-c.ended:
	case <-time.After(10 * time.Second):
		_ = c.kill("KILL")
	}
	return c.Wait()
}

// Logs returns what the container has printed so far, on both outputs.
func (c *Container) Logs() string { return c.stdout.String() + c.stderr.String() }

// kill sends a signal. One that has ended has no state any more, which runc would make
// anew to look into.
func (c *Container) kill(signal string) error {
	select {
	case <-c.ended:
		return nil
	default:
		return c.runc("kill", c.id, signal)
	}
}

func (c *Container) runc(args ...string) error {
	cmd := exec.Command(c.program, append([]string{"--root", filepath.Join(c.dir, "state")}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("runc %s: %w: %s", args[0], err, bytes.TrimSpace(out))
	}
	return nil
}

// An output collects what a container prints while others read it.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

var _ io.Writer = (*output)(nil)

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
