package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// A newestTool is a program of the current Docker Engine, which test/engines/go.mod pins.
type newestTool struct {
	name string
	pkg  string
	cgo  bool
}

var newestTools = []newestTool{
	{"dockerd", "github.com/moby/moby/v2/cmd/dockerd", false},
	{"docker-proxy", "github.com/moby/moby/v2/cmd/docker-proxy", false},
	{"containerd", "github.com/containerd/containerd/v2/cmd/containerd", false},
	{"containerd-shim-runc-v2", "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2", false},
	{"runc", "github.com/opencontainers/runc", true},
	{"docker-compose", "github.com/docker/compose/v5/cmd", false},
}

// newestTags leave out what needs C or a disk of another kind.
const newestTags = "seccomp no_btrfs no_zfs no_devmapper exclude_graphdriver_btrfs"

// newestMachine is what building and running the current engine takes.
var newestMachine = []hostTool{
	{"gcc", []string{"gcc", "libc6-dev"}},
	{"pkg-config", []string{"pkg-config"}},
	{"scmp_sys_resolver", []string{"seccomp", "libseccomp-dev"}},
	{"nft", []string{"nftables"}},
}

// builtEngine returns the programs of the current engine, which are built once for all
// checkouts.
func (l *Lab) builtEngine(ctx context.Context) (engineFiles, error) {
	if err := l.ensure(ctx, newestMachine...); err != nil {
		return engineFiles{}, err
	}
	module := filepath.Join(l.testModule(), "engines")
	pins, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		return engineFiles{}, fmt.Errorf("reading the versions of the current Docker Engine: %w", err)
	}
	dir := filepath.Join(l.Cache, "engines", "newest-"+hashKey([]string{string(pins), newestTags, runtime.Version()}))
	err = l.cached(dir, "building the current Docker Engine", func(dir string, log io.Writer) error { return buildNewest(ctx, module, dir, log) })
	if err != nil {
		return engineFiles{}, err
	}
	plugin := l.path("docker", "cli-plugins", "docker-compose")
	return engineFiles{programs: []string{dir}}, replaceLink(filepath.Join(dir, "docker-compose"), plugin)
}

// buildNewest builds the programs into dir.
func buildNewest(ctx context.Context, module, dir string, log io.Writer) error {
	for _, t := range newestTools {
		env := slices.Clone(toolEnv)
		if t.cgo {
			env = append(env, "CGO_ENABLED=1")
		}
		args := slices.Concat([]string{"go", "build"}, toolFlags,
			[]string{"-ldflags=-s -w", "-tags", newestTags, "-o", filepath.Join(dir, t.name), t.pkg})
		if err := (proc{args: args, dir: module, env: env}).run(ctx, log); err != nil {
			return err
		}
	}
	return nil
}
