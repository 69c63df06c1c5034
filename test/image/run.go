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
	"strings"
	"sync"
	"time"

	"github.com/containerd/containerd/v2/pkg/archive"
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
	id     string
	dir    string // the bundle and runc's state
	signal string // what asks it to end
	cmd    *exec.Cmd

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
	dir, err := os.MkdirTemp("", "stagefront-run-")
	if err != nil {
		return nil, fmt.Errorf("making a bundle: %w", err)
	}
	c := &Container{id: "stagefront-" + strings.ToLower(rand.Text()), dir: dir, signal: i.Config.Config.StopSignal, ended: make(chan struct{})}
	if err := i.writeBundle(ctx, dir, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("running %s for %s: %w", i.Digest, i.Platform, err), os.RemoveAll(dir))
	}
	c.cmd = exec.CommandContext(ctx, runc, "--root", filepath.Join(dir, "state"), "run", "--bundle", dir, c.id)
	c.cmd.Stdin = strings.NewReader(opts.Stdin)
	c.cmd.Stdout, c.cmd.Stderr = &c.stdout, &c.stderr
	c.cmd.Cancel = func() error { return c.kill("KILL") }
	c.cmd.WaitDelay = 10 * time.Second
	if err := c.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting runc: %w", err), os.RemoveAll(dir))
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

// writeBundle makes dir what runc runs: rootfs and config.json.
func (i *Image) writeBundle(ctx context.Context, dir string, opts RunOptions) error {
	rootfs := filepath.Join(dir, "rootfs")
	if err := i.Unpack(ctx, rootfs); err != nil {
		return err
	}
	spec, err := i.spec(rootfs, opts)
	if err != nil {
		return err
	}
	data, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "config.json"), data, 0o644)
}

// Unpack writes the image's files below dir, with their owners; that takes root.
func (i *Image) Unpack(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	layers, err := i.Layers()
	if err != nil {
		return fmt.Errorf("listing the layers of %s: %w", i.Digest, err)
	}
	for n, l := range layers {
		r, err := l.Uncompressed()
		if err != nil {
			return fmt.Errorf("opening layer %d of %s: %w", n, i.Digest, err)
		}
		_, err = archive.Apply(ctx, dir, r)
		if err := errors.Join(err, r.Close()); err != nil {
			return fmt.Errorf("unpacking layer %d of %s: %w", n, i.Digest, err)
		}
	}
	return nil
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
	c.err = errors.Join(c.err, os.RemoveAll(c.dir))
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

func (c *Container) kill(signal string) error { return c.runc("kill", c.id, signal) }

func (c *Container) runc(args ...string) error {
	cmd := exec.Command(c.cmd.Path, append([]string{"--root", filepath.Join(c.dir, "state")}, args...)...)
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
