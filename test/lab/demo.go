package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/stagefront/stagefront/test/image"
)

// The demo's subject: a program that reads a sum and prints its result.
const (
	demoExample = "go-calculator"
	demoInput   = "1 + 2\n"
	demoOutput  = "3"
)

var demoPlatforms = []string{"linux/amd64", "linux/arm64"}

// A demoRun is what the demo shows of one platform's image.
type demoRun struct {
	platform   string
	output     string
	size       string // as the place that holds the image counts it
	digest     string
	notRunning string // why it could not be run, or ""
}

// runDemo shows the main job: an example built for two platforms, and both
// images run. It uses the machine's Docker Engine where there is one, and
// brings up the lab where there is none.
func runDemo(ctx context.Context, l *Lab, _ []string) error {
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	defer unlock()
	dir := filepath.Join(l.Root, "examples", demoExample)
	if !isDir(dir) {
		return fmt.Errorf("no example in %s", dir)
	}
	e, err := l.findEngine(ctx)
	if err != nil {
		return err
	}
	if e != nil {
		return l.demoOnEngine(ctx, e, dir)
	}
	return l.demoInLab(ctx, dir)
}

func (l *Lab) demoInLab(ctx context.Context, dir string) error {
	if err := l.up(ctx, "the calculator"); err != nil {
		return err
	}
	registry, err := l.registryAddr()
	if err != nil {
		return err
	}
	ref := registry + "/demo/" + demoExample
	args := append(l.buildxCommand(), "build", "-f", "stagefront.yaml",
		"--platform", strings.Join(demoPlatforms, ","), "--push", "-t", ref, ".")
	fmt.Fprintf(l.out, "\nin a shell that has sourced %s,", l.path("env"))
	if err := show(ctx, dir, l.buildxEnv(), args...); err != nil {
		return err
	}
	var runs []demoRun
	for _, platform := range demoPlatforms {
		r, err := runFromRegistry(ctx, ref, platform)
		if err != nil {
			return err
		}
		runs = append(runs, r)
	}
	return report(os.Stdout, runs)
}

// buildxCommand returns how buildx is called: as the docker client's plugin where
// there is a client, as most people type it.
func (l *Lab) buildxCommand() []string {
	if _, err := exec.LookPath("docker"); err == nil {
		return []string{"docker", "buildx"}
	}
	return []string{l.path("bin", "buildx")}
}

// show runs a command for the person watching, who also sees what it is.
func show(ctx context.Context, dir string, env []string, args ...string) error {
	fmt.Printf("\nin %s\n$ %s\n", dir, strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// runFromRegistry runs one platform's image with runc.
func runFromRegistry(ctx context.Context, ref, platform string) (demoRun, error) {
	i, err := image.Open(ctx, ref, platform)
	if err != nil {
		return demoRun{}, err
	}
	result, err := i.Run(ctx, image.RunOptions{Stdin: demoInput})
	if err != nil {
		return demoRun{}, err
	}
	if result.ExitCode != 0 {
		return demoRun{}, fmt.Errorf("the image for %s ended with %d: %s", platform, result.ExitCode, result.Stderr)
	}
	r := demoRun{platform: platform, output: strings.TrimSpace(result.Stdout)}
	return r, r.measure(i)
}

// measure notes the image's sizes and digest.
func (r *demoRun) measure(i *image.Image) error {
	size, err := i.Size()
	if err != nil {
		return err
	}
	compressed, err := i.CompressedSize()
	if err != nil {
		return err
	}
	r.size, r.digest = fmt.Sprintf("%d bytes (%d compressed)", size, compressed), i.Digest
	return nil
}

// report prints what the images answered, and is an error when an answer is
// wrong or nothing could be run:
//
//	linux/amd64  1 + 2 → 3  1613986 bytes (702113 compressed)  sha256:…
//	linux/arm64  1 + 2 → 3  1638562 bytes (640551 compressed)  sha256:…
func report(w io.Writer, runs []demoRun) error {
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	ran, wrong := 0, []string{}
	for _, r := range runs {
		answer := strings.TrimSpace(demoInput) + " → " + r.output
		switch {
		case r.notRunning != "":
			answer = "not run: " + r.notRunning
		case r.output != demoOutput:
			wrong = append(wrong, fmt.Sprintf("%s answered %q, want %q", r.platform, r.output, demoOutput))
		default:
			ran++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.platform, answer, r.size, r.digest)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return fmt.Errorf("the image for %s", strings.Join(wrong, "; for "))
	}
	if ran == 0 {
		return fmt.Errorf("no image could be run")
	}
	return nil
}
