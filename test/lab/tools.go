package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A tool is a program that the lab builds from the module cache, at the version
// that test/go.mod pins.
type tool struct {
	name   string // of the program, and the last element of its package
	pkg    string
	module string // whose version is the tool's; it has a package version
}

// tools is all that the lab builds.
var tools = []tool{
	{"buildkitd", "github.com/moby/buildkit/cmd/buildkitd", "github.com/moby/buildkit"},
	{"buildctl", "github.com/moby/buildkit/cmd/buildctl", "github.com/moby/buildkit"},
	{"buildx", "github.com/docker/buildx/cmd/buildx", "github.com/docker/buildx"},
}

// ensureTools builds the tools, unless the cache has them, and links them into
// .lab/bin.
func (l *Lab) ensureTools(ctx context.Context) error {
	versions, err := l.toolVersions(ctx)
	if err != nil {
		return err
	}
	key, err := l.toolKey(ctx)
	if err != nil {
		return err
	}
	dir := filepath.Join(l.Cache, "tools", key)
	name := "building buildkitd and buildctl " + versions[tools[0].module] + " and buildx " + versions[tools[2].module]
	err = l.cached(dir, name, func(dir string, log io.Writer) error { return l.buildTools(ctx, dir, versions, log) })
	if err != nil {
		return err
	}
	for _, t := range tools {
		if err := replaceLink(filepath.Join(dir, t.name), l.path("bin", t.name)); err != nil {
			return fmt.Errorf("linking %s: %w", t.name, err)
		}
	}
	return nil
}

// toolVersions returns the versions of the tools' modules.
func (l *Lab) toolVersions(ctx context.Context) (map[string]string, error) {
	args := []string{"go", "list", "-m", "-f", "{{.Path}} {{.Version}}"}
	for _, t := range tools {
		args = append(args, t.module)
	}
	out, err := proc{args: args, dir: l.testModule()}.output(ctx)
	if err != nil {
		return nil, fmt.Errorf("finding the versions of the tools: %w", err)
	}
	versions := map[string]string{}
	for line := range strings.Lines(out) {
		module, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		versions[module] = version
	}
	return versions, nil
}

// buildTools builds all tools in one run, since they share most of their
// packages, into dir.
func (l *Lab) buildTools(ctx context.Context, dir string, versions map[string]string, log io.Writer) error {
	// Docker Compose asks buildx for its version, so that has to be a real one.
	flags := "-s -w"
	for _, t := range tools {
		flags += " -X " + t.module + "/version.Version=" + versions[t.module]
	}
	args := slices.Concat([]string{"go", "build"}, toolFlags, []string{"-ldflags", flags, "-o", dir + "/"})
	for _, t := range tools {
		args = append(args, t.pkg)
	}
	return proc{args: args, dir: l.testModule(), env: toolEnv}.run(ctx, log)
}

// toolEnv makes the build independent of a C compiler, which a bare machine does
// not have, and the compiler collect its garbage less often. With that, and
// without notes for debuggers, the tools build in three quarters of the time. The
// Makefile compiles all else with the same flags.
var (
	toolEnv   = []string{"CGO_ENABLED=0", "GOGC=300"}
	toolFlags = []string{"-trimpath", "-gcflags=all=-dwarf=false"}
)

// toolKey returns a short hash of all that the tools are built from: the modules
// that they link, at their versions, and the compiler.
func (l *Lab) toolKey(ctx context.Context) (string, error) {
	args := []string{"go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}@{{.Version}}{{end}}"}
	for _, t := range tools {
		args = append(args, t.pkg)
	}
	out, err := proc{args: args, dir: l.testModule(), env: toolEnv}.output(ctx)
	if err != nil {
		return "", fmt.Errorf("listing the modules of the tools: %w", err)
	}
	modules := strings.Fields(out)
	slices.Sort(modules)
	return hashKey(append(slices.Compact(modules), "3", runtime.Version(), runtime.GOARCH)), nil
}

// hashKey returns a short name for what inputs describe, for use as a file name.
func hashKey(inputs []string) string {
	sum := sha256.Sum256([]byte(strings.Join(inputs, "\n")))
	return hex.EncodeToString(sum[:8])
}
