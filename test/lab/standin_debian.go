package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// suites are the Debian releases that stand-ins are assembled from.
var suites = []string{"trixie", "bookworm"}

// debianSlim is debian:trixie-slim and debian:bookworm-slim.
var debianSlim = family{
	doc: "debian:trixie-slim, debian:bookworm-slim (amd64, arm64)",
	recipe: func(_ context.Context, _ *Lab, repository, tag string) (*recipe, error) {
		suite, slim := strings.CutSuffix(tag, "-slim")
		if repository != "library/debian" || !slim || !slices.Contains(suites, suite) {
			return nil, nil
		}
		return &recipe{
			arches: []string{"amd64", "arm64"},
			layers: func(arch string) []layerRecipe { return []layerRecipe{debianLayer(suite, arch, nil)} },
			config: v1.Config{
				Env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
				Cmd: []string{"bash"},
			},
		}, nil
	},
}

// debianLayer is a minimal Debian with packages, installed the way Debian
// installs: package scripts run, for a foreign architecture under emulation.
// options are mmdebstrap's, for what is in no package.
func debianLayer(suite, arch string, packages []string, options ...string) layerRecipe {
	return layerRecipe{
		name:  fmt.Sprintf("debian %s for %s", suite, arch),
		key:   slices.Concat([]string{"debian", "4", suite, arch}, packages, options),
		tools: []hostTool{mmdebstrap, archTest},
		write: func(ctx context.Context, w, log io.Writer) error {
			return debootstrap(ctx, w, log, suite, arch, packages, options)
		},
	}
}

// dockerClean is the apt configuration that the official Debian images have: it
// throws downloads away, which a build that caches them has to know about.
const dockerClean = `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };

Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`

// debootstrap writes the root filesystem of debianLayer as a tar. The image's
// apt uses the machine's mirrors.
func debootstrap(ctx context.Context, w, log io.Writer, suite, arch string, packages, options []string) error {
	sources, err := machineSources(suite)
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	clean := filepath.Join(tmp, "docker-clean")
	list := filepath.Join(tmp, "debian.sources")
	if err := os.WriteFile(clean, []byte(dockerClean), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(list, []byte(renderSources(sources)), 0o644); err != nil {
		return err
	}
	args := []string{
		"mmdebstrap", "--mode=root", "--variant=minbase", "--architectures=" + arch,
		"--skip=output/dev", "--format=tar",
		// What a slim image leaves out, here and in later installs.
		"--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-include=/usr/share/doc/*/copyright",
		"--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/info/*",
		"--dpkgopt=path-exclude=/usr/share/locale/*", "--dpkgopt=path-exclude=/usr/share/lintian/*",
		`--customize-hook=rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/* "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/cache/apt/*.bin`,
		"--customize-hook=copy-in " + list + " /etc/apt/sources.list.d/",
		"--customize-hook=copy-in " + clean + " /etc/apt/apt.conf.d/",
	}
	if len(packages) > 0 {
		args = append(args, "--include="+strings.Join(packages, ","))
	}
	return proc{
		args:   slices.Concat(args, options, []string{suite, "-", list}),
		env:    []string{"SOURCE_DATE_EPOCH=0"},
		stdout: w,
	}.run(ctx, log)
}

// nativeArch is the architecture of the machine, in Go's words and Debian's
// alike for the two that the lab knows.
const nativeArch = runtime.GOARCH
