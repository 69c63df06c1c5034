package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// builder is the name under which buildx knows the lab's buildkitd. It is
// noted in .lab/buildx, so every checkout can use the same one.
const builder = "stagefront-lab"

// startStack starts the registry and buildkitd, or restarts the one that died
// or whose program or configuration is no longer what it should be.
func (l *Lab) startStack(ctx context.Context) error {
	if err := l.startRegistry(ctx); err != nil {
		return err
	}
	if err := l.startBuildkitd(ctx, ours); err != nil {
		return err
	}
	if err := l.createBuilder(ctx); err != nil {
		return err
	}
	return l.writeEnv(ctx)
}

// registryAddr returns the loopback address of the lab's registry. Every
// checkout picks a free port once and keeps it, so that image names stay the same.
func (l *Lab) registryAddr() (string, error) {
	if data, err := os.ReadFile(l.path("registry.addr")); err == nil {
		return strings.TrimSpace(string(data)), nil
	}
	return l.pickAddr()
}

func (l *Lab) pickAddr() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("finding a free port for the registry: %w", err)
	}
	defer listener.Close()
	addr := listener.Addr().String()
	if err := os.WriteFile(l.path("registry.addr"), []byte(addr+"\n"), 0o644); err != nil {
		return "", fmt.Errorf("noting the registry's port: %w", err)
	}
	return addr, nil
}

// startRegistry starts this very program as a registry. A copy of it lies in
// .lab/bin, because "go run" removes the one that runs now; when the copy is
// outdated, so is the registry.
func (l *Lab) startRegistry(ctx context.Context) error {
	program, changed, err := l.copySelf()
	if err != nil {
		return err
	}
	d := l.daemon("registry")
	if !changed && d.pid() != 0 {
		return nil
	}
	return l.step("starting the registry", func(io.Writer) error {
		if _, err := d.stop(); err != nil {
			return err
		}
		addr, err := l.registryAddr()
		if err != nil {
			return err
		}
		if isTaken(addr) {
			if addr, err = l.pickAddr(); err != nil {
				return err
			}
		}
		if err := d.start(nil, program, "registry", addr); err != nil {
			return err
		}
		return d.waitReady(ctx, func(ctx context.Context) error { return askRegistry(ctx, addr) })
	})
}

// copySelf puts this program at .lab/bin/lab and tells whether that changed it.
func (l *Lab) copySelf() (path string, changed bool, err error) {
	path = l.path("bin", "lab")
	self, err := os.Executable()
	if err != nil {
		return "", false, fmt.Errorf("finding this program: %w", err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		return "", false, fmt.Errorf("reading this program: %w", err)
	}
	if changed, err = writeIfChanged(path, data); err != nil {
		return "", false, fmt.Errorf("copying this program: %w", err)
	}
	return path, changed, os.Chmod(path, 0o755)
}

// isTaken tells whether some other program listens on addr.
func isTaken(addr string) bool {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return true
	}
	listener.Close()
	return false
}

func askRegistry(ctx context.Context, addr string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/v2/", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("asking the registry at %s: got %s, want 200 OK", addr, resp.Status)
	}
	return nil
}

// ours is the buildkitd of the lab's builder.
var ours = buildkitd{name: "buildkitd", data: "buildkit"}

// A buildkitd is one of the lab, by the names of its files.
type buildkitd struct {
	name, data string
	rootless   bool
}

func (l *Lab) socket(b buildkitd) string { return filepath.Join(l.socketDir(), b.name+".sock") }

func (l *Lab) buildkitdSocket() string { return l.socket(ours) }

// socketDir returns where the lab's sockets are: in .lab, or, when the checkout's
// path is too long for the name of a unix socket, in a directory of /run that
// belongs to this checkout.
func (l *Lab) socketDir() string {
	const longest = 107 // bytes of a unix socket's path
	if dir := l.path("run"); len(filepath.Join(dir, "buildkitd.sock")) <= longest {
		return dir
	}
	return l.runDir()
}

// runDir is a directory of /run that belongs to this checkout.
func (l *Lab) runDir() string { return "/run/stagefront-lab-" + hashKey([]string{l.State}) }

// buildkitdConfig returns buildkitd.toml. Steps that may use the network use
// the machine's, so that neither CNI plugins nor firewall rules are needed.
// Names of docker.io and gcr.io are looked for in the lab's registry first,
// then where they belong. The cache holds what a run of all tests comes back to;
// a limit in parts of the disk would empty it on a machine whose disk others fill.
func (l *Lab) buildkitdConfig(b buildkitd, registry string) string {
	root, socket := l.path(b.data), l.socket(b)
	if b.rootless {
		root, socket = rootlessHome+"/data", rootlessHome+"/buildkitd.sock"
	}
	return fmt.Sprintf(`# Written by lab; changes are overwritten.
root = %[1]q

[grpc]
  address = [%[2]q]

[otel]
  socketPath = %[3]q

[cdi]
  disabled = true

[worker.containerd]
  enabled = false

[worker.oci]
  networkMode = "host"
  gc = true
  reservedSpace = "5GB"
  maxUsedSpace = "40GB"
  minFreeSpace = "8GB"

[registry."docker.io"]
  mirrors = [%[4]q]

[registry."gcr.io"]
  mirrors = [%[4]q]

[registry.%[4]q]
  http = true
`, root, "unix://"+socket, strings.TrimSuffix(socket, "sock")+"otel", registry)
}

// startBuildkitd starts a buildkitd, or restarts one that is not as it should be.
func (l *Lab) startBuildkitd(ctx context.Context, b buildkitd) error {
	registry, err := l.registryAddr()
	if err != nil {
		return err
	}
	program, err := os.Readlink(l.path("bin", "buildkitd"))
	if err != nil {
		return fmt.Errorf("finding buildkitd: %w", err)
	}
	config := l.path(b.name + ".toml")
	// The first line makes another program another configuration.
	changed, err := writeIfChanged(config, []byte("# "+program+"\n"+l.buildkitdConfig(b, registry)))
	if err != nil {
		return fmt.Errorf("writing %s: %w", config, err)
	}
	if !changed && l.daemon(b.name).pid() != 0 {
		return nil
	}
	return l.step("starting "+b.name, func(io.Writer) error { return l.restartBuildkitd(ctx, b, program, config) })
}

func (l *Lab) restartBuildkitd(ctx context.Context, b buildkitd, program, config string) error {
	d := l.daemon(b.name)
	if _, err := d.stop(); err != nil {
		return err
	}
	if err := unmountBelow(l.path(b.data)); err != nil {
		return err
	}
	socket := l.socket(b)
	if err := os.MkdirAll(filepath.Dir(socket), 0o700); err != nil {
		return err
	}
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	command := []string{program, "--config", config}
	if b.rootless {
		var err error
		if command, err = l.rootless(b, program, config, socket); err != nil {
			return err
		}
	}
	// runc is in a directory that the PATH of a plain user's shell lacks.
	path := "PATH=" + os.Getenv("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin"
	if err := d.start([]string{path}, command...); err != nil {
		return err
	}
	return d.waitReady(ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		_, err := proc{args: []string{l.path("bin", "buildctl"), "--addr", "unix://" + socket, "debug", "workers"}}.output(ctx)
		return err
	})
}

// createBuilder makes buildkitd known to buildx, in the lab's own configuration.
func (l *Lab) createBuilder(ctx context.Context) error {
	if err := l.linkDockerConfig(); err != nil {
		return err
	}
	if data, err := os.ReadFile(l.path("buildx", "instances", builder)); err == nil && strings.Contains(string(data), l.buildkitdSocket()) {
		return nil
	}
	if err := os.RemoveAll(l.path("buildx")); err != nil {
		return err
	}
	_, err := proc{
		args: []string{l.path("bin", "buildx"), "create", "--name", builder, "--driver", "remote", "unix://" + l.buildkitdSocket()},
		env:  l.buildxEnv(),
	}.output(ctx)
	if err != nil {
		return fmt.Errorf("making the builder known to buildx: %w", err)
	}
	return nil
}
