package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// TestTodo proves that the person waiting hears what is left after each task that
// was work, and nothing of those that were not.
func TestTodo(t *testing.T) {
	var out strings.Builder
	l := &Lab{State: t.TempDir(), out: io.Discard}
	worked := func(context.Context) error { l.steps.Add(1); return nil }
	idle := func(context.Context) error { return nil }
	left := &todo{out: &out, left: []string{"tools", "packages", "image", "calculator"}}
	if err := l.run(t.Context(), left, task{"tools", worked}, task{"packages", idle}, task{"image", worked}); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "left: packages, image, calculator\nleft: calculator\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSideBySide proves that a task which fails ends the one beside it.
func TestSideBySide(t *testing.T) {
	err := sideBySide(t.Context(),
		func(context.Context) error { return errors.New("no disk") },
		func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	if err == nil || err.Error() != "no disk" {
		t.Errorf("got %v", err)
	}
}

// TestLockFile proves that a second holder waits for the first.
func TestLockFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dir", "lock")
	unlock, err := lockFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	waiting, held := make(chan struct{}), make(chan error)
	go func() {
		second, err := lockFile(path, func() { close(waiting) })
		if err == nil {
			second()
		}
		held <- err
	}()
	select {
	case <-waiting:
	case err := <-held:
		t.Fatalf("two hold the lock at once: %v", err)
	}
	unlock()
	if err := <-held; err != nil {
		t.Error(err)
	}
}
