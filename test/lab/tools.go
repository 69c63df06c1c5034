package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A tool is a program that the lab builds from the module cache, at the version
// that test/go.mod pins.
type tool struct {
	name    string // of the program, and the last element of its package
	pkg     string
	module  string // whose version is the tool's
	version string // the variable that holds the version it prints
}

// tools is all that the lab builds. Docker Compose asks buildx for its version,
// so that has to be a real one.
var tools = []tool{
	{"buildkitd", "github.com/moby/buildkit/cmd/buildkitd", "github.com/moby/buildkit", "github.com/moby/buildkit/version.Version"},
	{"buildctl", "github.com/moby/buildkit/cmd/buildctl", "github.com/moby/buildkit", "github.com/moby/buildkit/version.Version"},
	{"buildx", "github.com/docker/buildx/cmd/buildx", "github.com/docker/buildx", "github.com/docker/buildx/version.Version"},
}

// ensureTools builds the tools that the cache lacks and links all of them into
// .lab/bin.
func (l *Lab) ensureTools(ctx context.Context) error {
	for _, t := range tools {
		path, err := l.buildTool(ctx, t)
		if err != nil {
			return err
		}
		if err := replaceLink(path, l.path("bin", t.name)); err != nil {
			return fmt.Errorf("linking %s: %w", t.name, err)
		}
	}
	return nil
}

// buildTool returns the path of t in the cache, built first when it is not there.
func (l *Lab) buildTool(ctx context.Context, t tool) (string, error) {
	version, err := proc{args: []string{"go", "list", "-m", "-f", "{{.Version}}", t.module}, dir: l.testModule()}.output(ctx)
	if err != nil {
		return "", fmt.Errorf("finding the version of %s: %w", t.name, err)
	}
	key, err := l.toolKey(ctx, t)
	if err != nil {
		return "", err
	}
	path := filepath.Join(l.Cache, "tools", t.name+"-"+version+"-"+key, t.name)
	if isFile(path) {
		return path, nil
	}
	return path, l.step("building "+t.name+" "+version, func(log io.Writer) error {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		tmp := fmt.Sprintf("%s.%d", path, os.Getpid())
		defer os.Remove(tmp)
		build := proc{
			args: []string{"go", "build", "-trimpath", "-ldflags", "-s -w -X " + t.version + "=" + version, "-o", tmp, t.pkg},
			dir:  l.testModule(),
			env:  toolEnv,
		}
		if err := build.run(ctx, log); err != nil {
			return err
		}
		return os.Rename(tmp, path)
	})
}

// toolEnv makes the build independent of a C compiler, which a bare machine
// does not have.
var toolEnv = []string{"CGO_ENABLED=0"}

// toolKey returns a short hash of all that t is built from: the modules that it
// links, at their versions, and the compiler.
func (l *Lab) toolKey(ctx context.Context, t tool) (string, error) {
	out, err := proc{
		args: []string{"go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}@{{.Version}}{{end}}", t.pkg},
		dir:  l.testModule(),
		env:  toolEnv,
	}.output(ctx)
	if err != nil {
		return "", fmt.Errorf("listing the modules of %s: %w", t.name, err)
	}
	modules := strings.Fields(out)
	slices.Sort(modules)
	return hashKey(append(slices.Compact(modules), runtime.Version(), runtime.GOARCH)), nil
}

// hashKey returns a short name for what inputs describe, for use as a file name.
func hashKey(inputs []string) string {
	sum := sha256.Sum256([]byte(strings.Join(inputs, "\n")))
	return hex.EncodeToString(sum[:8])
}
