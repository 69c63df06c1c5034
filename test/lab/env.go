package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// buildxEnv returns the variables by which buildx, alone or as a plugin of the
// docker client, uses the lab's builder and leaves the user's alone.
func (l *Lab) buildxEnv() []string {
	return []string{
		"DOCKER_CONFIG=" + l.path("docker"),
		"BUILDX_CONFIG=" + l.path("buildx"),
		"BUILDX_BUILDER=" + builder,
		"BUILDKIT_HOST=unix://" + l.buildkitdSocket(),
	}
}

// linkDockerConfig makes .lab/docker the docker client's configuration: the
// user's own, by links, with the lab's buildx in place of whatever buildx is
// there. Credentials and contexts of the user stay in force, and a login in a
// lab's shell is the user's login.
func (l *Lab) linkDockerConfig() error {
	user, err := userDockerConfig()
	if err != nil {
		return err
	}
	plugins := l.path("docker", "cli-plugins")
	if err := os.MkdirAll(plugins, 0o755); err != nil {
		return fmt.Errorf("making the docker client's configuration: %w", err)
	}
	links := map[string]string{}
	for _, name := range []string{"config.json", "contexts"} {
		links[l.path("docker", name)] = filepath.Join(user, name)
	}
	entries, err := os.ReadDir(filepath.Join(user, "cli-plugins"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("reading the docker client's plugins: %w", err)
	}
	for _, e := range entries {
		links[filepath.Join(plugins, e.Name())] = filepath.Join(user, "cli-plugins", e.Name())
	}
	links[filepath.Join(plugins, "docker-buildx")] = l.path("bin", "buildx")
	for link, target := range links {
		if _, err := os.Stat(target); err != nil {
			continue
		}
		if err := replaceLink(target, link); err != nil {
			return fmt.Errorf("linking the docker client's configuration: %w", err)
		}
	}
	return nil
}

// userDockerConfig returns the docker client's directory outside of the lab,
// also in a shell that has sourced .lab/env.
func userDockerConfig() (string, error) {
	if dir := os.Getenv("DOCKER_CONFIG"); dir != "" && !strings.HasSuffix(dir, "/.lab/docker") {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("finding the docker client's configuration: %w", err)
	}
	return filepath.Join(home, ".docker"), nil
}

// writeEnv writes .lab/env, which a shell sources to use the lab.
func (l *Lab) writeEnv(ctx context.Context) error {
	registry, err := l.registryAddr()
	if err != nil {
		return err
	}
	network, err := l.networkFlags(ctx)
	if err != nil {
		return err
	}
	vars := append(l.buildxEnv(),
		"LAB_REGISTRY="+registry,
		"LAB_CA="+caBundle(),
		// For builds that use the network: docker buildx build $LAB_BUILD_FLAGS …
		"LAB_BUILD_FLAGS="+strings.Join(network, " "))
	if _, err := writeIfChanged(l.path("env"), []byte(renderEnv(l.path("bin"), vars))); err != nil {
		return fmt.Errorf("writing .lab/env: %w", err)
	}
	return nil
}

// renderEnv returns a file that any POSIX shell can source, as often as it likes:
//
//	# Written by lab up. Use it with: . .lab/env
//	case ":$PATH:" in *:'/src/.lab/bin':*) ;; *) export PATH='/src/.lab/bin':"$PATH" ;; esac
//	export LAB_REGISTRY='127.0.0.1:40001'
func renderEnv(bin string, vars []string) string {
	var b strings.Builder
	b.WriteString("# Written by lab up. Use it with: . .lab/env\n")
	fmt.Fprintf(&b, "case \":$PATH:\" in *:%[1]s:*) ;; *) export PATH=%[1]s:\"$PATH\" ;; esac\n", shellQuote(bin))
	for _, v := range vars {
		name, value, _ := strings.Cut(v, "=")
		fmt.Fprintf(&b, "export %s=%s\n", name, shellQuote(value))
	}
	return b.String()
}

// shellQuote quotes s so that a POSIX shell reads it as it is.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
