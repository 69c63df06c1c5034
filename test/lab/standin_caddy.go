package main

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// caddyVersion is the release of Caddy that all its tags stand for.
const caddyVersion = "2.11.9"

// caddy is caddy:2-alpine: the server and its files, and nothing of Alpine.
var caddy = family{
	doc:   "caddy:2[.MINOR[.PATCH]][-alpine] (amd64, arm64)",
	names: "docker.io/library/caddy",
	recipe: func(_ context.Context, l *Lab, _, tag string) (*recipe, error) {
		version := strings.TrimSuffix(tag, "-alpine")
		if caddyVersion != version && !strings.HasPrefix(caddyVersion, version+".") {
			return nil, nil
		}
		return caddyRecipe(l), nil
	},
}

func caddyRecipe(l *Lab) *recipe {
	return &recipe{
		arches: []string{"amd64", "arm64"},
		layers: func(arch string) []layerRecipe { return []layerRecipe{caddyLayer(l, arch)} },
		config: v1.Config{
			Env: []string{
				"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
				"CADDY_VERSION=v" + caddyVersion, "XDG_CONFIG_HOME=/config", "XDG_DATA_HOME=/data",
			},
			Cmd:          []string{"caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"},
			ExposedPorts: map[string]struct{}{"80/tcp": {}, "443/tcp": {}, "443/udp": {}, "2019/tcp": {}},
			WorkingDir:   "/srv",
		},
	}
}

// bindsLowPorts is the capability to listen on ports below 1024 that the official
// image's server has, as its file's attribute.
const bindsLowPorts = "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func caddyLayer(l *Lab, arch string) layerRecipe {
	return layerRecipe{
		name: "caddy " + caddyVersion + " for " + arch,
		key:  []string{"caddy", "2", caddyVersion, arch},
		write: func(ctx context.Context, w, log io.Writer) error {
			program, err := buildCaddy(ctx, l, arch, log)
			if err != nil {
				return err
			}
			t := newTree()
			t.put(&treeFile{Header: tar.Header{
				Typeflag: tar.TypeReg, Name: "usr/bin/caddy", Mode: 0o755, Size: int64(len(program)),
				PAXRecords: map[string]string{"SCHILY.xattr.security.capability": bindsLowPorts},
			}, data: program})
			t.file("etc/caddy/Caddyfile", 0o644, []byte(":80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n"))
			t.file("usr/share/caddy/index.html", 0o644, []byte("<h1>Caddy works!</h1>\n"))
			for _, dir := range []string{"config/caddy", "data/caddy", "srv"} {
				t.dir(dir, 0o755, 0)
			}
			return t.write(w)
		},
	}
}

// caddyFlags leave out of the server what its releases leave out, and have the compiler
// optimize none of the rest: it serves a few requests, and there is much of it. Go's own
// library is that of the tools.
var caddyFlags = []string{
	"-trimpath", "-gcflags=all=-N -l -dwarf=false", "-gcflags=std=-dwarf=false",
	"-tags=nobadger,nomysql,nopgx",
}

// buildCaddy returns the server, built from its module.
func buildCaddy(ctx context.Context, l *Lab, arch string, log io.Writer) ([]byte, error) {
	cache, err := proc{args: []string{"go", "env", "GOMODCACHE"}, dir: l.testModule()}.output(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	install := proc{
		args: slices.Concat([]string{"go", "install"}, caddyFlags,
			[]string{"-ldflags", "-s -w", "github.com/caddyserver/caddy/v2/cmd/caddy@v" + caddyVersion}),
		dir: dir,
		env: append(toolEnv[:len(toolEnv):len(toolEnv)], "GOPATH="+dir, "GOMODCACHE="+cache, "GOOS=linux", "GOARCH="+arch, "GOBIN=", "GOFLAGS="),
	}
	if err := install.run(ctx, log); err != nil {
		return nil, fmt.Errorf("building caddy for %s: %w", arch, err)
	}
	found, _ := filepath.Glob(filepath.Join(dir, "bin", "*caddy"))
	more, _ := filepath.Glob(filepath.Join(dir, "bin", "linux_"+arch, "caddy"))
	for _, file := range append(found, more...) {
		return os.ReadFile(file)
	}
	return nil, fmt.Errorf("building caddy for %s left nothing in %s", arch, dir)
}
