package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// A todo is what a command still has to do, for the person waiting.
type todo struct {
	out io.Writer

	mu   sync.Mutex
	left []string
}

// done notes that a task has ended, and says what is left when that was work:
//
//	left: tools, the frontend image, the calculator
func (t *todo) done(task string, worked bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left = slices.DeleteFunc(t.left, func(s string) bool { return s == task })
	if worked && len(t.left) > 0 {
		fmt.Fprintf(t.out, "left: %s\n", strings.Join(t.left, ", "))
	}
}

// A task is a part of a command that the person waiting hears of.
type task struct {
	name string
	run  func(context.Context) error
}

// run runs tasks one after another and notes each on t.
func (l *Lab) run(ctx context.Context, t *todo, tasks ...task) error {
	for _, task := range tasks {
		before := l.steps.Load()
		if err := task.run(ctx); err != nil {
			return err
		}
		t.done(task.name, l.steps.Load() > before)
	}
	return nil
}

// sideBySide runs fs at the same time. The first that fails ends the others, and
// its error is returned.
func sideBySide(ctx context.Context, fs ...func(context.Context) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, f := range fs {
		group.Go(func() error { return f(ctx) })
	}
	return group.Wait()
}
