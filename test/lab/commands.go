package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// runUp brings everything up that is not up yet. What it did before it fails
// stays up.
func runUp(ctx context.Context, l *Lab, _ []string) error {
	if err := l.lock(); err != nil {
		return err
	}
	if err := l.up(ctx); err != nil {
		return err
	}
	fmt.Printf("the lab is up; use it with: . %s (stop it with: make lab-down)\n", l.path("env"))
	return nil
}

func (l *Lab) up(ctx context.Context) error {
	if err := l.base(ctx); err != nil {
		return err
	}
	if err := l.provide(ctx, defaultImages); err != nil {
		return err
	}
	return l.buildFrontend(ctx)
}

// base brings up all but the images.
func (l *Lab) base(ctx context.Context) error {
	if err := requireRoot(); err != nil {
		return err
	}
	if err := l.ensureCA(ctx); err != nil {
		return err
	}
	for _, tool := range []hostTool{runc, mvn} { // Maven makes a project for a test, too
		if err := l.ensure(ctx, tool); err != nil {
			return err
		}
	}
	if err := l.ensureEmulation(ctx); err != nil {
		return err
	}
	if err := l.ensureTools(ctx); err != nil {
		return err
	}
	return l.startStack(ctx)
}

// runDown stops the daemons that the lab started, and leaves their data.
func runDown(_ context.Context, l *Lab, _ []string) error {
	if err := l.lock(); err != nil {
		return err
	}
	return l.down()
}

func (l *Lab) down() error {
	var all error
	for _, name := range []string{"buildkitd", "registry"} {
		stopped, err := l.daemon(name).stop()
		if stopped {
			fmt.Printf("stopped %s\n", name)
		}
		all = errors.Join(all, err)
	}
	return all
}

// runClean removes all that the lab ever wrote.
func runClean(_ context.Context, l *Lab, _ []string) error {
	if err := l.lock(); err != nil {
		return err
	}
	if err := l.down(); err != nil {
		return err
	}
	if err := unmountBelow(l.State); err != nil {
		return err
	}
	for _, dir := range []string{l.socketDir(), l.State, l.Cache} {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("removing %s: %w", dir, err)
		}
	}
	fmt.Printf("removed %s and %s\n", l.State, l.Cache)
	return nil
}

// runImage adds base images to the registry of a lab, brought up for that if
// it is not.
func runImage(ctx context.Context, l *Lab, refs []string) error {
	if err := l.lock(); err != nil {
		return err
	}
	if err := l.base(ctx); err != nil {
		return err
	}
	return l.provide(ctx, refs)
}
