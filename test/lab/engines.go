package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A labEngine is a Docker Engine that the lab can bring up beside its own buildkitd, with
// a client of its own.
type labEngine struct {
	name    string
	doc     string
	flags   []string // of dockerd
	provide func(l *Lab, ctx context.Context) (engineFiles, error)
}

// engineFiles are the directories of an engine's programs, and of libraries that they
// link and the machine may lack.
type engineFiles struct{ programs, libraries []string }

// labEngines are the ends of what is in use.
var labEngines = []labEngine{
	{name: "oldest", doc: "Docker 20.10 of Debian's bookworm, with BuildKit 0.8", flags: []string{"--iptables=false"}, provide: (*Lab).unpackedEngine},
	{name: "newest", doc: "the current Docker Engine", flags: []string{"--firewall-backend=nftables"}, provide: (*Lab).builtEngine},
	{name: "classic", doc: "the current Docker Engine with its classic image store", flags: []string{"--firewall-backend=nftables", "--feature=containerd-snapshotter=false"}, provide: (*Lab).builtEngine},
}

// runEngine brings an engine up or down.
func runEngine(ctx context.Context, l *Lab, args []string) error {
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	defer unlock()
	var names []string
	for _, e := range labEngines {
		names = append(names, e.name)
		switch {
		case e.name == args[0] && args[1] == "up":
			return l.startEngine(ctx, e)
		case e.name == args[0] && args[1] == "down":
			return l.stopEngine(e)
		}
	}
	return fmt.Errorf("got engine %s, want one of %s, and up or down", strings.Join(args, " "), strings.Join(names, ", "))
}

// engineDir is where an engine's sockets are: not in the checkout, since their paths may
// not be long.
func (l *Lab) engineDir(e labEngine) string {
	return filepath.Join(l.runDir(), e.name)
}

// startEngine starts an engine, if it does not run, and gives it the images that its
// mirror does not have. How to use it is in .lab/engines/NAME/env.
func (l *Lab) startEngine(ctx context.Context, e labEngine) error {
	files, err := e.provide(l, ctx)
	if err != nil {
		return err
	}
	path := strings.Join(files.programs, ":")
	vars := []string{
		"DOCKER_HOST=unix://" + filepath.Join(l.engineDir(e), "docker.sock"),
		"DOCKER_CONFIG=" + l.path("docker"),
		"BUILDX_CONFIG=" + l.path("engines", e.name, "buildx"),
		"BUILDX_BUILDER=default",
		"BUILDKIT_HOST=",
	}
	if err := os.MkdirAll(l.path("engines", e.name), 0o755); err != nil {
		return fmt.Errorf("making the state of %s: %w", e.doc, err)
	}
	if err := os.WriteFile(l.path("engines", e.name, "env"), []byte(renderEnv(path, vars)), 0o644); err != nil {
		return fmt.Errorf("writing the environment of %s: %w", e.doc, err)
	}
	client := &engine{client: filepath.Join(files.programs[0], "docker"), env: append(os.Environ(), vars...)}
	if !isFile(client.client) {
		client.client = ""
	}
	if l.daemon("engine-"+e.name).pid() == 0 {
		err := l.step("starting "+e.doc, func(io.Writer) error { return l.startDockerd(ctx, e, files, client) })
		if err != nil {
			return err
		}
	}
	if err := client.askStore(ctx); err != nil {
		return err
	}
	standins, err := l.missingOn(ctx, client)
	if err != nil {
		return err
	}
	return l.load(ctx, client, standins)
}

// startDockerd starts an engine whose mirror is the lab's registry.
func (l *Lab) startDockerd(ctx context.Context, e labEngine, files engineFiles, client *engine) error {
	registry, err := l.registryAddr()
	if err != nil {
		return err
	}
	dir := l.engineDir(e)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var candidates []string
	for _, programs := range files.programs {
		candidates = append(candidates, filepath.Join(programs, "dockerd"))
	}
	bridge, err := l.bridge(ctx, e)
	if err != nil {
		return err
	}
	args := append([]string{
		firstFile(candidates...), "--data-root", l.path("engines", e.name, "data"), "--exec-root", filepath.Join(dir, "exec"),
		"--host", "unix://" + filepath.Join(dir, "docker.sock"), "--pidfile", filepath.Join(dir, "pid"),
		"--insecure-registry", registry, "--registry-mirror", "http://" + registry, "--bridge", bridge,
	}, e.flags...)
	env := []string{
		// runc is in a directory that the PATH of a plain user's shell lacks.
		"PATH=" + strings.Join(files.programs, ":") + ":" + os.Getenv("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin",
		"LD_LIBRARY_PATH=" + strings.Join(files.libraries, ":"),
	}
	d := l.daemon("engine-" + e.name)
	if err := d.start(env, args...); err != nil {
		return err
	}
	return d.waitReady(ctx, func(ctx context.Context) error {
		var err error
		client.version, err = client.docker(ctx, "version", "--format", "{{.Server.Version}}")
		return err
	})
}

// bridge makes the bridge of an engine's containers, if there is none, and returns its
// name. An engine without a bridge of its own takes that of the machine's Docker, and one
// that is told to have none removes it.
func (l *Lab) bridge(ctx context.Context, e labEngine) (string, error) {
	name := l.bridgeName(e)
	if isDir("/sys/class/net/" + name) {
		return name, nil
	}
	if err := l.ensure(ctx, hostTool{"ip", []string{"iproute2"}}); err != nil {
		return "", err
	}
	var number byte
	fmt.Sscanf(name[len(bridgePrefix):], "%2x", &number)
	for _, args := range [][]string{
		{"ip", "link", "add", "name", name, "type", "bridge"},
		{"ip", "address", "add", fmt.Sprintf("10.213.%d.1/24", number), "dev", name},
		{"ip", "link", "set", name, "up"},
	} {
		if _, err := (proc{args: args}).output(ctx); err != nil {
			return "", fmt.Errorf("making the bridge %s: %w", name, err)
		}
	}
	return name, nil
}

const bridgePrefix = "lab-"

// bridgeName is of this checkout and this engine.
func (l *Lab) bridgeName(e labEngine) string {
	return bridgePrefix + hashKey([]string{l.State, e.name})[:8]
}

// stopEngine stops an engine, and leaves its images.
func (l *Lab) stopEngine(e labEngine) error {
	stopped, err := l.daemon("engine-" + e.name).stop()
	if stopped {
		fmt.Fprintf(l.out, "stopped %s\n", e.doc)
	}
	if name := l.bridgeName(e); isDir("/sys/class/net/" + name) {
		_, deleted := proc{args: []string{"ip", "link", "delete", name}}.output(context.Background())
		err = errors.Join(err, deleted)
	}
	return errors.Join(err, unmountBelow(l.engineDir(e)), os.RemoveAll(l.engineDir(e)))
}

// oldestPackages have dockerd, its client and containerd, and what they link that a
// machine may lack.
var oldestPackages = []string{"docker.io", "containerd", "libdevmapper1.02.1"}

// unpackedEngine returns the programs of Debian's Docker. They are unpacked and not
// installed, since the machine may have another Docker.
func (l *Lab) unpackedEngine(ctx context.Context) (engineFiles, error) {
	if err := l.ensure(ctx, runc); err != nil {
		return engineFiles{}, err
	}
	dir := filepath.Join(l.Cache, "engines", "bookworm-"+nativeArch)
	err := l.cached(dir, "unpacking Docker of Debian's bookworm", func(dir string, log io.Writer) error {
		return extract(ctx, dir, "bookworm", nativeArch, oldestPackages, log)
	})
	if err != nil {
		return engineFiles{}, err
	}
	return engineFiles{
		programs:  []string{filepath.Join(dir, "usr/bin"), filepath.Join(dir, "usr/sbin")},
		libraries: []string{filepath.Join(dir, "lib", triplets[nativeArch])},
	}, nil
}
