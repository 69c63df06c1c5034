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
	doc:   "debian:trixie-slim, debian:bookworm-slim (amd64, arm64)",
	names: "docker.io/library/debian",
	recipe: func(_ context.Context, l *Lab, _, tag string) (*recipe, error) {
		suite, slim := strings.CutSuffix(tag, "-slim")
		if !slim || !slices.Contains(suites, suite) {
			return nil, nil
		}
		return &recipe{
			arches: []string{"amd64", "arm64"},
			layers: func(arch string) []layerRecipe { return debianLayers(l, suite, arch, nil) },
			config: v1.Config{
				Env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
				Cmd: []string{"bash"},
			},
		}, nil
	},
}

// debianLayers are a minimal Debian and, over it, packages with all that they
// need, so that images of one suite share the lower layer. options are for the
// upper one, mmdebstrap's, for what is in no package.
//
// The machine's own architecture is installed the way Debian installs: package
// scripts run. Nothing of a foreign one runs; see unpackedRoot.
func debianLayers(l *Lab, suite, arch string, packages []string, options ...string) []layerRecipe {
	layers := []layerRecipe{debianBase(l, suite, arch)}
	if len(packages) > 0 {
		layers = append(layers, debianPackages(l, suite, arch, packages, options))
	}
	return layers
}

func debianBase(l *Lab, suite, arch string) layerRecipe {
	r := layerRecipe{
		name:  fmt.Sprintf("debian %s for %s", suite, arch),
		key:   []string{"debian", "6", suite, arch, method(arch)},
		tools: []hostTool{mmdebstrap},
	}
	r.write = func(ctx context.Context, w, log io.Writer) error {
		if arch != nativeArch {
			return unpackedRoot(ctx, l, w, log, suite, arch, nil, nil)
		}
		return installedRoot(ctx, w, log, suite, minbase...)
	}
	return r
}

func debianPackages(l *Lab, suite, arch string, packages, options []string) layerRecipe {
	base := debianBase(l, suite, arch)
	r := layerRecipe{
		name:  fmt.Sprintf("%s on debian %s for %s", shortList(packages), suite, arch),
		key:   slices.Concat([]string{"debian packages", "2", suite, arch, method(arch)}, packages, options),
		tools: []hostTool{mmdebstrap},
	}
	r.write = func(ctx context.Context, w, log io.Writer) error {
		lower, err := l.layer(ctx, base)
		if err != nil {
			return err
		}
		return writeAdded(w, lower, func(w io.Writer) error {
			if arch != nativeArch {
				return unpackedRoot(ctx, l, w, log, suite, arch, packages, options)
			}
			return installedOn(ctx, lower, w, log, suite, packages, options)
		})
	}
	return r
}

// method returns how a root for arch is made.
func method(arch string) string {
	if arch == nativeArch {
		return "installed"
	}
	return "unpacked 2"
}

// shortList names packages for the person watching: "g++, gcc and 11 more".
func shortList(packages []string) string {
	const shown = 2
	if len(packages) <= shown+1 {
		return strings.Join(packages, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(packages[:shown], ", "), len(packages)-shown)
}

// dockerClean is the apt configuration that the official Debian images have: it
// throws downloads away, which a build that caches them has to know about.
const dockerClean = `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };

Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`

// minbase are mmdebstrap's options for a minimal Debian, with what the official
// images tell dpkg: what a slim image leaves out, and not to wait for the disk.
// They stay in the image and hold for what is installed later.
var minbase = []string{
	"--variant=minbase", "--dpkgopt=force-unsafe-io",
	"--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-include=/usr/share/doc/*/copyright",
	"--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/info/*",
	"--dpkgopt=path-exclude=/usr/share/locale/*", "--dpkgopt=path-exclude=/usr/share/lintian/*",
}

// installedOn writes lower with packages installed over it, as a tar.
func installedOn(ctx context.Context, lower *cachedLayer, w, log io.Writer, suite string, packages, options []string) error {
	args := slices.Concat([]string{
		"--variant=custom", "--skip=check/empty", "--include=" + strings.Join(packages, ","),
		// What lower says of apt is for an apt inside of it.
		`--setup-hook=tar -C "$1" -xzf ` + lower.path + ` && rm "$1"/etc/apt/sources.list.d/debian.sources "$1"/etc/apt/apt.conf.d/docker-clean`,
	}, options)
	return installedRoot(ctx, w, log, suite, args...)
}

// installedRoot writes a root filesystem for the machine's own architecture as a
// tar; args say what is in it. Its apt uses the machine's mirrors.
func installedRoot(ctx context.Context, w, log io.Writer, suite string, args ...string) error {
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
	all := slices.Concat([]string{
		"mmdebstrap", "--mode=root", "--architectures=" + nativeArch, "--skip=output/dev", "--format=tar",
		`--customize-hook=rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/* "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/cache/apt/*.bin`,
		"--customize-hook=copy-in " + list + " /etc/apt/sources.list.d/",
		"--customize-hook=copy-in " + clean + " /etc/apt/apt.conf.d/",
	}, args, []string{suite, "-", list})
	return proc{args: all, env: []string{"SOURCE_DATE_EPOCH=0"}, stdout: w}.run(ctx, log)
}

// nativeArch is the architecture of the machine, in Go's words and Debian's
// alike for the two that the lab knows.
const nativeArch = runtime.GOARCH
