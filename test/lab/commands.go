package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// runUp brings everything up that is not up yet. What it did before it fails
// stays up.
func runUp(ctx context.Context, l *Lab, _ []string) error {
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := l.up(ctx); err != nil {
		return err
	}
	fmt.Fprintf(l.out, "the lab is up; use it with: . %s (stop it with: make lab-down)\n", l.path("env"))
	return nil
}

// The tasks of up.
const (
	taskMachine  = "the machine's packages"
	taskTools    = "buildkitd, buildctl and buildx"
	taskBase     = "the base image " + frontendBase
	taskFrontend = "the frontend image"
)

// up brings the stack up. after is what the caller does then.
func (l *Lab) up(ctx context.Context, after ...string) error {
	t := &todo{out: l.out, left: append([]string{taskMachine, taskTools, taskBase, taskFrontend}, after...)}
	if err := l.base(ctx, t, task{taskBase, l.prepareFrontendBase}); err != nil {
		return err
	}
	return l.run(ctx, t, task{taskFrontend, l.buildFrontend})
}

// base brings up all but images. Compiling the tools takes both of a small
// machine's processors for a minute or two, and what more needs the machine's
// packages mostly waits for downloads and disks: they go side by side.
func (l *Lab) base(ctx context.Context, t *todo, more ...task) error {
	if err := requireRoot(); err != nil {
		return err
	}
	err := sideBySide(ctx,
		func(ctx context.Context) error { return l.run(ctx, t, task{taskTools, l.ensureTools}) },
		func(ctx context.Context) error {
			return l.run(ctx, t, append([]task{{taskMachine, l.ensureMachine}}, more...)...)
		})
	if err != nil {
		return err
	}
	return l.startStack(ctx)
}

// runDown stops the daemons that the lab started, and leaves their data.
func runDown(_ context.Context, l *Lab, _ []string) error {
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	defer unlock()
	return l.down()
}

func (l *Lab) down() error {
	var all error
	for _, b := range spares {
		all = errors.Join(all, l.removeSpare(b))
	}
	for _, e := range labEngines {
		all = errors.Join(all, l.stopEngine(e))
	}
	for _, name := range []string{"buildkitd", "registry"} {
		stopped, err := l.daemon(name).stop()
		if stopped {
			fmt.Fprintf(l.out, "stopped %s\n", name)
		}
		all = errors.Join(all, err)
	}
	return all
}

// runDaemon brings one of the spare daemons up, in a lab that is up, or removes it.
func runDaemon(ctx context.Context, l *Lab, args []string) error {
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	defer unlock()
	var names []string
	for _, b := range spares {
		names = append(names, b.name)
		switch {
		case b.name == args[0] && args[1] == "up":
			return l.startSpare(ctx, b)
		case b.name == args[0] && args[1] == "down":
			return l.removeSpare(b)
		}
	}
	return fmt.Errorf("got daemon %s, want one of %s, and up or down", strings.Join(args, " "), strings.Join(names, ", "))
}

// runClean removes all that the lab ever wrote.
func runClean(_ context.Context, l *Lab, _ []string) error {
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := l.down(); err != nil {
		return err
	}
	if err := unmountBelow(l.State); err != nil {
		return err
	}
	for _, dir := range []string{l.socketDir(), l.runDir(), l.State, l.Cache} {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("removing %s: %w", dir, err)
		}
	}
	fmt.Fprintf(l.out, "removed %s and %s\n", l.State, l.Cache)
	return nil
}

// runImage makes sure that base images can be had by their usual names, in a lab
// that is brought up for that if it is not.
func runImage(ctx context.Context, l *Lab, refs []string) error {
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := l.base(ctx, &todo{out: l.out}); err != nil {
		return err
	}
	for _, ref := range refs {
		if err := l.askMirror(ctx, ref); err != nil {
			return fmt.Errorf("providing %s: %w", ref, err)
		}
	}
	return nil
}

// runInstall installs programs of the machine that tests run.
func runInstall(ctx context.Context, l *Lab, programs []string) error {
	var tools []hostTool
	for _, program := range programs {
		i := slices.IndexFunc(testTools, func(t hostTool) bool { return t.program == program })
		if i < 0 {
			return fmt.Errorf("no test needs the program %q", program)
		}
		tools = append(tools, testTools[i])
	}
	return l.ensure(ctx, tools...)
}
