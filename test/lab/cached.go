package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// cached has the cache keep a directory, which fill puts all into unless it is there. Of
// several checkouts one does so, and the others wait for it.
func (l *Lab) cached(dir, name string, fill func(dir string, log io.Writer) error) error {
	unlock, err := lockFile(dir+".lock", func() {
		fmt.Fprintf(l.out, "another checkout is at it, too: %s; waiting for it\n", name)
	})
	if err != nil {
		return err
	}
	defer unlock()
	if isDir(dir) {
		return nil
	}
	return l.step(name, func(log io.Writer) error {
		return complete(dir, func(dir string) error { return fill(dir, log) })
	})
}

// complete makes a directory of what fill puts into another one: it appears only once all
// is there.
func complete(dir string, fill func(dir string) error) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := fill(tmp); err != nil {
		return err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}
