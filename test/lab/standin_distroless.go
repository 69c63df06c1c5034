package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// A variant is one distroless image: what its layer adds to the layers of the
// variant that it is made from.
type variant struct {
	name     string
	from     string // "" for the one that stands on nothing
	packages []string
	// finish adds what is in no package.
	finish func(*tree) error
	// ldCache adds the loader's cache of all libraries.
	ldCache bool
	// extra, if there is one, is a layer over that of the packages.
	extra func(arch string) layerRecipe
	// env and entrypoint are added to what every distroless image has.
	env        []string
	entrypoint []string
}

// variants are the distroless images that the lab can assemble. The package
// lists are complete: dependencies are not followed.
var variants = []variant{
	{name: "static", packages: []string{"base-files", "ca-certificates", "media-types", "netbase", "tzdata", "tzdata-legacy"}, finish: finishStatic},
	{name: "base-nossl", from: "static", packages: []string{"libc6"}},
	{name: "base", from: "static", packages: []string{"libc6", "libssl3t64", "libzstd1", "zlib1g"}},
	{name: "cc", from: "base", packages: []string{"gcc-14-base", "libgcc-s1", "libgomp1", "libstdc++6"}},
	{name: "java-base", from: "base-nossl", packages: []string{
		"zlib1g", "libjpeg62-turbo", "liblcms2-2", "libfreetype6", "fonts-dejavu-core", "fontconfig-config", "libexpat1",
		"libfontconfig1", "libuuid1", "libbrotli1", "libcrypt1", "libstdc++6", "libgcc-s1", "gcc-14-base",
		"libpng16-16t64", "libbz2-1.0",
	}, extra: javaBaseLayer, env: []string{"LANG=C.UTF-8"}},
	{name: "python3", from: "cc", packages: []string{
		"libbz2-1.0", "libdb5.3t64", "libexpat1", "liblzma5", "libsqlite3-0", "libuuid1", "libncursesw6", "libtinfo6",
		"libcom-err2", "libcrypt1", "libc-bin", "libgssapi-krb5-2", "libk5crypto3", "libkeyutils1", "libkrb5-3",
		"libkrb5support0", "libnsl2", "libreadline8t64", "libtirpc3t64", "libffi8", "libpython3.13-minimal",
		"libpython3.13-stdlib", "python3.13-minimal", "python3.13-venv",
	}, finish: finishPython, ldCache: true, env: []string{"LANG=C.UTF-8"}, entrypoint: []string{"/usr/bin/python3.13"}},
}

// distroless is gcr.io/distroless/VARIANT-debian13 with its four tags.
var distroless = family{
	doc:   "gcr.io/distroless/{" + strings.Join(variantNames(), ",") + "}-debian13:{latest,nonroot,debug,debug-nonroot} (amd64, arm64)",
	names: "gcr.io/distroless/*-debian13",
	recipe: func(_ context.Context, _ *Lab, repository, tag string) (*recipe, error) {
		name := strings.TrimSuffix(strings.TrimPrefix(repository, "distroless/"), "-debian13")
		if !slices.Contains(variantNames(), name) {
			return nil, nil
		}
		switch tag {
		case "latest", "nonroot", "debug", "debug-nonroot":
			return distrolessRecipe(name, strings.HasPrefix(tag, "debug"), strings.HasSuffix(tag, "nonroot")), nil
		}
		return nil, nil
	},
}

func variantNames() []string {
	var names []string
	for _, v := range variants {
		names = append(names, v.name)
	}
	return names
}

// lineage returns the variants that name is made of, the lowest first.
func lineage(name string) []variant {
	for _, v := range variants {
		if v.name == name {
			return append(lineage(v.from), v)
		}
	}
	return nil
}

func distrolessRecipe(name string, debug, nonroot bool) *recipe {
	config := v1.Config{
		Env: []string{
			"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
		},
		User:       "0",
		WorkingDir: "/",
	}
	for _, v := range lineage(name) {
		config.Env = append(config.Env, v.env...)
		config.Entrypoint = v.entrypoint
	}
	if nonroot {
		config.User, config.WorkingDir = "65532", "/home/nonroot"
	}
	if debug {
		config.Env[0] += ":/busybox"
		if config.Entrypoint == nil {
			config.Entrypoint = []string{"/busybox/sh"}
		}
	}
	layers := func(arch string) []layerRecipe {
		var out []layerRecipe
		var packages []string
		for _, v := range lineage(name) {
			packages = append(packages, v.packages...)
			out = append(out, packageLayer("distroless "+v.name, arch, v.packages, v.finish))
			if v.ldCache {
				out = append(out, ldCacheLayer(arch, packages))
			}
			if v.extra != nil {
				out = append(out, v.extra(arch))
			}
		}
		if debug {
			out = append(out, busyboxLayer(arch))
		}
		return out
	}
	return &recipe{arches: []string{"amd64", "arm64"}, layers: layers, config: config}
}

// packageLayer is the files of Debian 13's packages for arch, unpacked and not
// configured, and what finish makes of them.
func packageLayer(name, arch string, packages []string, finish func(*tree) error) layerRecipe {
	return layerRecipe{
		name: name + " for " + arch,
		key:  append([]string{"packages", "3", name, arch}, packages...),
		write: func(ctx context.Context, w, log io.Writer) error {
			t := newTree()
			t.merge("bin", "lib", "lib64", "sbin")
			if err := unpackAll(ctx, t, "trixie", arch, packages, log); err != nil {
				return err
			}
			if finish != nil {
				if err := finish(t); err != nil {
					return err
				}
			}
			return t.write(w)
		},
	}
}

// unpackAll adds packages to t, with the note about each one that scanners read.
func unpackAll(ctx context.Context, t *tree, suite, arch string, packages []string, log io.Writer) error {
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	archive, err := openArchive(ctx, suite, arch, log)
	if err != nil {
		return err
	}
	debs, err := archive.download(ctx, dir, packages, log)
	if err != nil {
		return err
	}
	for i, deb := range debs {
		if err := unpack(ctx, t, deb, isLeftOut, log); err != nil {
			return err
		}
		control, err := proc{args: []string{"dpkg-deb", "--field", deb}}.output(ctx)
		if err != nil {
			return fmt.Errorf("reading the control file of %s: %w", filepath.Base(deb), err)
		}
		t.file("var/lib/dpkg/status.d/"+packages[i], 0o644, []byte(control+"\n"))
	}
	return nil
}

// isLeftOut tells which files of packages are in no distroless image.
func isLeftOut(name string) bool {
	for _, dir := range []string{"usr/share/man", "usr/share/info", "usr/share/lintian", "usr/share/bug", "usr/share/locale"} {
		if name == dir || strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return strings.HasPrefix(name, "usr/share/doc/") && strings.Count(name, "/") == 4 && path.Base(name) != "copyright"
}

// Users, groups and what else the real static image says of itself.
const (
	distrolessPasswd = `root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
`
	distrolessGroup = `root:x:0:
nobody:x:65534:
tty:x:5:
staff:x:50:
nonroot:x:65532:
`
	distrolessRelease = `PRETTY_NAME="Distroless"
NAME="Debian GNU/Linux"
ID="debian"
VERSION_ID="13"
VERSION="Debian GNU/Linux 13 (trixie)"
HOME_URL="https://github.com/GoogleContainerTools/distroless"
SUPPORT_URL="https://github.com/GoogleContainerTools/distroless/blob/master/README.md"
BUG_REPORT_URL="https://github.com/GoogleContainerTools/distroless/issues/new"
`
	distrolessNsswitch = "# /etc/nsswitch.conf\n\nhosts: files dns\n"
)

// finishStatic adds users, the certificate bundle and the writable directories.
func finishStatic(t *tree) error {
	var bundle bytes.Buffer
	for _, name := range t.under("usr/share/ca-certificates") {
		bundle.Write(t.files[name].data)
		delete(t.files, name)
	}
	if bundle.Len() == 0 {
		return fmt.Errorf("package ca-certificates has no certificates")
	}
	for name := range t.files {
		if strings.HasPrefix(name, "usr/share/ca-certificates") || strings.HasPrefix(name, "usr/sbin/") {
			delete(t.files, name)
		}
	}
	t.file("etc/ssl/certs/ca-certificates.crt", 0o644, bundle.Bytes())
	t.file("etc/passwd", 0o644, []byte(distrolessPasswd))
	t.file("etc/group", 0o644, []byte(distrolessGroup))
	t.file("etc/nsswitch.conf", 0o644, []byte(distrolessNsswitch))
	t.file("usr/lib/os-release", 0o644, []byte(distrolessRelease))
	t.link("etc/os-release", "../usr/lib/os-release")
	t.dir("root", 0o700, 0)
	t.dir("home/nonroot", 0o700, 65532)
	t.dir("tmp", 0o1777, 0)
	return nil
}

// finishPython adds the names that the real image gives the interpreter.
func finishPython(t *tree) error {
	for _, name := range []string{"python", "python3"} {
		t.link("usr/bin/"+name, "/usr/bin/python3.13")
	}
	return nil
}

// busyboxLayer is what the debug tags add: /busybox/busybox and a link for each
// of its programs.
func busyboxLayer(arch string) layerRecipe {
	return layerRecipe{
		name: "busybox for " + arch,
		key:  []string{"busybox", "2", arch},
		write: func(ctx context.Context, w, log io.Writer) error {
			packages, t := newTree(), newTree()
			if err := unpackAll(ctx, packages, "trixie", arch, []string{"busybox-static"}, log); err != nil {
				return err
			}
			program := packages.files["bin/busybox"]
			if program == nil {
				program = packages.files["usr/bin/busybox"]
			}
			if program == nil {
				return fmt.Errorf("package busybox-static has no program busybox")
			}
			t.file("busybox/busybox", 0o755, program.data)
			for _, name := range strings.Fields(busyboxPrograms) {
				t.link("busybox/"+name, "/busybox/busybox")
			}
			return t.write(w)
		},
	}
}

// busyboxPrograms are those that one reaches for when looking into a container.
const busyboxPrograms = `
	[ [[ arch ash awk base64 basename cat chgrp chmod chown clear cmp cp cut date dd
	df diff dirname dmesg du echo egrep env expand expr false fgrep find fold free
	getopt grep groups gunzip gzip head hexdump hostname id ifconfig ip kill killall
	less link ln logname ls md5sum mkdir mkfifo mknod mktemp more mount mv nc
	netstat nice nl nohup nslookup od paste patch ping printenv printf ps pwd readlink
	realpath rev rm rmdir route sed seq sh sha1sum sha256sum sha512sum sleep sort
	split stat strings stty sync tail tar tee telnet test time timeout top touch tr
	true truncate tty uname uniq unlink unzip uptime vi watch wc wget which who
	whoami xargs yes zcat`
