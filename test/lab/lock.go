package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock keeps two commands from changing one lab at the same time. It waits for
// the other one; the lock ends with unlock, or with the process.
func (l *Lab) lock() (unlock func(), err error) {
	return lockFile(l.path("lock"), func() {
		fmt.Fprintln(l.out, "another lab command is running in this checkout; waiting for it")
	})
}

// lockFile waits until no one else holds the lock of path, in this process or in
// another, and holds it until unlock is called. It calls waiting, if that is not
// nil, when it has to wait.
func lockFile(path string, waiting func()) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("making a lock: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening a lock: %w", err)
	}
	unlock = func() { f.Close() }
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		return unlock, nil
	}
	if waiting != nil {
		waiting()
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("waiting for the lock %s: %w", path, err)
	}
	return unlock, nil
}
