package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// A Lab is the stack of one checkout: where its parts are on disk.
type Lab struct {
	Root  string // the checkout
	State string // Root/.lab: sockets, process ids, logs, the registry's and buildkitd's data
	Cache string // tools and layers that checkouts share

	out   io.Writer    // for the person watching
	steps atomic.Int32 // how many there have been

	baseAsked  sync.Once
	baseSilent bool // whether the frontend's base image has to be made; see baseAsked

	host       sync.Mutex
	aptUpdated bool // the package lists are from this run; host guards it
}

// Open returns the lab of the checkout that the working directory is in.
// It makes the state directory, and nothing else.
func Open() (*Lab, error) {
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	l := &Lab{Root: root, State: filepath.Join(root, ".lab"), Cache: cache, out: os.Stdout}
	for _, dir := range []string{l.path("run"), l.path("logs"), l.path("bin")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("making the lab's state: %w", err)
		}
	}
	return l, nil
}

// cacheDir returns where all checkouts keep what they can share.
func cacheDir() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the user's cache directory: %w", err)
	}
	return filepath.Join(cache, "stagefront-lab"), nil
}

// findRoot returns the nearest directory, from the working directory upwards,
// that holds the project.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for start := dir; ; dir = filepath.Dir(dir) {
		if isFile(filepath.Join(dir, "test", "lab", "lab.go")) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no Stagefront checkout at %s or above it; run lab from inside one", start)
		}
	}
}

// path returns the path of a file of the lab's state.
func (l *Lab) path(elem ...string) string {
	return filepath.Join(append([]string{l.State}, elem...)...)
}

// testModule returns the directory of the Go module that pins the tools.
func (l *Lab) testModule() string { return filepath.Join(l.Root, "test") }

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// firstFile returns the first of paths that is a file, or "".
func firstFile(paths ...string) string {
	for _, p := range paths {
		if p != "" && isFile(p) {
			return p
		}
	}
	return ""
}

// replaceLink makes link a symbolic link to target. A file or directory of that
// name is somebody's data and stays.
func replaceLink(target, link string) error {
	if old, err := os.Readlink(link); err == nil && old == target {
		return nil
	}
	if isFile(link) || isDir(link) {
		if _, err := os.Readlink(link); err != nil {
			return nil
		}
	}
	if err := os.Remove(link); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Symlink(target, link)
}

// writeIfChanged writes data to path and tells whether that changed the file.
func writeIfChanged(path string, data []byte) (changed bool, err error) {
	if old, err := os.ReadFile(path); err == nil && string(old) == string(data) {
		return false, nil
	}
	tmp := path + ".new"
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		return false, err
	}
	return true, os.Rename(tmp, path)
}
