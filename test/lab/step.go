package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// step runs f as one visible step. It prints
//
//	building buildkitd v0.33.0 …
//	building buildkitd v0.33.0 … 30s so far
//	building buildkitd v0.33.0 … 51s
//
// and gives f a log to write to. An error names the step and the log's file and
// ends with the log's last lines.
func (l *Lab) step(name string, f func(log io.Writer) error) error {
	fmt.Fprintf(l.out, "%s …\n", name)
	path := l.path("logs", slug(name)+".log")
	log, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("%s: opening its log: %w", name, err)
	}
	defer log.Close()
	start := time.Now()
	ended := make(chan struct{})
	go l.tellTime(name, start, ended)
	err = f(log)
	close(ended)
	if err != nil {
		return fmt.Errorf("%s: %w%s", name, err, logTail(path))
	}
	l.steps.Add(1)
	fmt.Fprintf(l.out, "%s … %s\n", name, shortDuration(time.Since(start)))
	return nil
}

// tellTime says every half a minute that a step is still at work.
func (l *Lab) tellTime(name string, start time.Time, ended <-chan struct{}) {
	for ticks := time.NewTicker(30 * time.Second); ; {
		select {
		case <-ended:
			ticks.Stop()
			return
		case <-ticks.C:
			fmt.Fprintf(l.out, "%s … %s so far\n", name, shortDuration(time.Since(start)))
		}
	}
}

// logTail returns what to add to an error about a step that wrote a log: the
// log's path and its last lines, indented. It is "" for an empty log.
func logTail(path string) string {
	const lines = 25
	data, err := os.ReadFile(path)
	text := strings.TrimSpace(string(data))
	if err != nil || text == "" {
		return ""
	}
	all := strings.Split(text, "\n")
	last := all[max(0, len(all)-lines):]
	return fmt.Sprintf("\nlast lines of %s:\n    %s", path, strings.Join(last, "\n    "))
}

// slug makes a file name of a step's name: "building buildx" is "building-buildx".
func slug(name string) string {
	keep := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.':
			return r
		}
		return '-'
	}
	return strings.Map(keep, name)
}

// shortDuration renders 81.234s as "81s" and 0.4123s as "0.4s".
func shortDuration(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return fmt.Sprintf("%.0fs", d.Seconds())
}

// A proc is a program to run, with the parts of exec.Cmd that the lab uses.
type proc struct {
	args   []string
	dir    string
	env    []string  // added to the lab's own environment
	stdout io.Writer // nil means the log
}

// run runs p to its end. The command line and its output go to log.
func (p proc) run(ctx context.Context, log io.Writer) error {
	fmt.Fprintf(log, "$ %s\n", strings.Join(p.args, " "))
	cmd := exec.CommandContext(ctx, p.args[0], p.args[1:]...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stdout, cmd.Stderr = log, log
	if p.stdout != nil {
		cmd.Stdout = p.stdout
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running %s: %w", p.args[0], err)
	}
	return nil
}

// output runs p and returns its standard output without the last line's end.
// The error carries what it wrote to standard error.
func (p proc) output(ctx context.Context) (string, error) {
	var out, log strings.Builder
	p.stdout = &out
	if err := p.run(ctx, &log); err != nil {
		return "", fmt.Errorf("%w\n%s", err, strings.TrimSpace(log.String()))
	}
	return strings.TrimRight(out.String(), "\n"), nil
}
