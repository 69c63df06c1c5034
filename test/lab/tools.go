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
	name   string // of the program, and the last element of its package
	pkg    string
	module string // whose version is the tool's; it has a package version
}

// The lab builds these tools and no others.
var (
	daemonTools = []tool{
		{"buildkitd", "github.com/moby/buildkit/cmd/buildkitd", buildkitModule},
		{"buildctl", "github.com/moby/buildkit/cmd/buildctl", buildkitModule},
	}
	clientTools = []tool{{"buildx", "github.com/docker/buildx/cmd/buildx", "github.com/docker/buildx"}}
)

const buildkitModule = "github.com/moby/buildkit"

// A toolset is tools that a Go module pins together.
type toolset struct {
	module string // its directory
	tools  []tool
}

// ensureTools builds the tools, unless the cache has them, and links them into
// .lab/bin. All are of test/go.mod, which makes them share most of their packages,
// unless another BuildKit is asked for.
func (l *Lab) ensureTools(ctx context.Context) error {
	asked := os.Getenv(buildkitVariable)
	if asked == "" {
		return l.ensureToolset(ctx, toolset{l.testModule(), slices.Concat(daemonTools, clientTools)})
	}
	daemon, err := l.buildkitOf(ctx, asked)
	if err != nil {
		return err
	}
	if err := l.ensureToolset(ctx, daemon); err != nil {
		return err
	}
	return l.ensureToolset(ctx, toolset{l.testModule(), clientTools})
}

func (l *Lab) ensureToolset(ctx context.Context, set toolset) error {
	versions, err := set.versions(ctx)
	if err != nil {
		return err
	}
	key, err := set.key(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, t := range set.tools {
		names = append(names, t.name+" "+versions[t.module])
	}
	dir := filepath.Join(l.Cache, "tools", key)
	err = l.cached(dir, "building "+strings.Join(names, ", "), func(dir string, log io.Writer) error { return set.build(ctx, dir, versions, log) })
	if err != nil {
		return err
	}
	for _, t := range set.tools {
		if err := replaceLink(filepath.Join(dir, t.name), l.path("bin", t.name)); err != nil {
			return fmt.Errorf("linking %s: %w", t.name, err)
		}
	}
	return nil
}

// versions returns the versions of the tools' modules.
func (s toolset) versions(ctx context.Context) (map[string]string, error) {
	args := []string{"go", "list", "-m", "-f", "{{.Path}} {{.Version}}"}
	for _, t := range s.tools {
		args = append(args, t.module)
	}
	out, err := proc{args: args, dir: s.module}.output(ctx)
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

// build builds the tools in one run into dir.
func (s toolset) build(ctx context.Context, dir string, versions map[string]string, log io.Writer) error {
	// Docker Compose asks buildx for its version, so that has to be a real one.
	flags := "-s -w"
	for _, t := range s.tools {
		flags += " -X " + t.module + "/version.Version=" + versions[t.module]
	}
	args := slices.Concat([]string{"go", "build"}, toolFlags, []string{"-ldflags", flags, "-o", dir + "/"})
	for _, t := range s.tools {
		args = append(args, t.pkg)
	}
	return proc{args: args, dir: s.module, env: toolEnv}.run(ctx, log)
}

// toolEnv makes the build independent of a C compiler, which a bare machine does
// not have, and the compiler collect its garbage less often. With that, and
// without notes for debuggers, the tools build in three quarters of the time. The
// Makefile compiles all else with the same flags.
var (
	toolEnv   = []string{"CGO_ENABLED=0", "GOGC=300"}
	toolFlags = []string{"-trimpath", "-gcflags=all=-dwarf=false"}
)

// key returns a short hash of all that the tools are built from: the modules
// that they link, at their versions, and the compiler.
func (s toolset) key(ctx context.Context) (string, error) {
	args := []string{"go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}@{{.Version}}{{end}}"}
	for _, t := range s.tools {
		args = append(args, t.pkg)
	}
	out, err := proc{args: args, dir: s.module, env: toolEnv}.output(ctx)
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
