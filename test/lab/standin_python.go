package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// A pythonBuild is CPython of one minor version as a Debian release has it.
type pythonBuild struct {
	minor, suite string
	libraries    []string // packages that it needs beside a minimal Debian
}

// pythonBuilds are the minor versions that there is material for, on both
// architectures. One runs on the suite that it was built for and on later ones.
var pythonBuilds = []pythonBuild{
	{"3.13", "trixie", []string{"libbz2-1.0", "libdb5.3t64", "libexpat1", "libffi8", "liblzma5", "libncursesw6", "libreadline8t64", "libsqlite3-0", "libssl3t64", "libuuid1", "zlib1g"}},
	{"3.11", "bookworm", []string{"libbz2-1.0", "libdb5.3", "libexpat1", "libffi8", "liblzma5", "libncursesw6", "libreadline8", "libsqlite3-0", "libssl3", "libuuid1", "zlib1g"}},
}

// python is python:VERSION-slim-SUITE.
var python = family{
	doc:   "python:{3.13,3.11}-slim-trixie, python:3.11-slim-bookworm (amd64, arm64)",
	names: "docker.io/library/python",
	recipe: func(_ context.Context, l *Lab, _, tag string) (*recipe, error) {
		minor, suite, ok := strings.Cut(tag, "-slim-")
		if !ok || !slices.Contains(suites, suite) {
			return nil, nil
		}
		for _, b := range pythonBuilds {
			// suites has the newest first: a build is not for older ones.
			if b.minor == minor && slices.Index(suites, suite) <= slices.Index(suites, b.suite) {
				return pythonRecipe(l, b, suite), nil
			}
		}
		return nil, nil
	},
}

func pythonRecipe(l *Lab, b pythonBuild, suite string) *recipe {
	libraries := b.libraries
	if suite != b.suite {
		libraries = pythonBuilds[0].libraries // the same sonames in later packages
	}
	return &recipe{
		arches: []string{"amd64", "arm64"},
		layers: func(arch string) []layerRecipe {
			packages := append([]string{"ca-certificates", "netbase", "tzdata"}, libraries...)
			return append(debianLayers(l, suite, arch, packages), pythonLayer(b, arch))
		},
		config: v1.Config{
			Env: []string{
				"PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
				"LANG=C.UTF-8",
				"PYTHON_VERSION=" + b.minor,
			},
			Cmd: []string{"python3"},
		},
	}
}

// pythonLayer is CPython in /usr/local, with the paths of a build from source,
// and pip. The official images build it there; Debian's packages are moved.
func pythonLayer(b pythonBuild, arch string) layerRecipe {
	return layerRecipe{
		name: "python " + b.minor + " for " + arch,
		key:  []string{"python", "4", b.minor, b.suite, arch},
		write: func(ctx context.Context, w, log io.Writer) error {
			packages := newTree()
			packages.merge("bin", "lib", "lib64", "sbin")
			stdlib := "libpython" + b.minor
			names := []string{"python" + b.minor + "-minimal", stdlib + "-minimal", stdlib + "-stdlib", stdlib + "-dev", "python3-pip-whl"}
			if err := unpackAll(ctx, packages, b.suite, arch, names, log); err != nil {
				return err
			}
			t := newTree()
			if err := b.move(packages, t); err != nil {
				return err
			}
			return t.write(w)
		},
	}
}

// move puts the interpreter, its library and pip from Debian's places into t.
func (b pythonBuild) move(packages, t *tree) error {
	program, lib := "python"+b.minor, "usr/lib/python"+b.minor
	f := packages.files["usr/bin/"+program]
	if f == nil {
		return fmt.Errorf("the packages have no %s", program)
	}
	t.file("usr/local/bin/"+program, 0o755, f.data)
	for _, link := range []string{"python", "python3"} {
		t.link("usr/local/bin/"+link, program)
	}
	for _, name := range packages.under(lib) {
		to, f := "usr/local/"+strings.TrimPrefix(name, "usr/"), packages.files[name]
		switch {
		case path.Base(name) == "EXTERNALLY-MANAGED": // the mark that keeps pip from installing is Debian's
		case f.Typeflag == tar.TypeSymlink && !strings.Contains(f.Linkname, "/"):
			t.link(to, f.Linkname)
		default:
			t.file(to, f.Mode, upstreamPaths(name, f.data))
		}
	}
	t.dir("usr/local/"+strings.TrimPrefix(lib, "usr/")+"/site-packages", 0o755, 0)
	// The module site is frozen into Debian's program, and looks there.
	t.link("usr/local/"+strings.TrimPrefix(lib, "usr/")+"/dist-packages", "site-packages")
	b.moveHeaders(packages, t)
	for _, name := range packages.under("usr/share/python-wheels") {
		if strings.HasPrefix(path.Base(name), "pip-") {
			t.file("usr/local/bin/pip", 0o755, []byte("#!/usr/local/bin/"+program+"\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"))
			return unzip(t, "usr/local/lib/"+program+"/site-packages", packages.files[name].data)
		}
	}
	return fmt.Errorf("the packages have no wheel of pip")
}

// moveHeaders puts the headers of C into t. Debian has those of a machine apart.
func (b pythonBuild) moveHeaders(packages, t *tree) {
	headers := "usr/include/python" + b.minor
	for _, name := range packages.under(headers) {
		t.file("usr/local/"+strings.TrimPrefix(name, "usr/"), 0o644, packages.files[name].data)
	}
	for _, name := range packages.under("usr/include") {
		if strings.HasSuffix(name, "-linux-gnu/python"+b.minor+"/pyconfig.h") {
			t.file("usr/local/"+strings.TrimPrefix(headers, "usr/")+"/pyconfig.h", 0o644, packages.files[name].data)
		}
	}
}

// compilerNames are how Debian's Python calls what it was compiled with.
var compilerNames = regexp.MustCompile(`\b(x86_64|aarch64)-linux-gnu-(gcc|g\+\+|ar)\b`)

// upstreamPaths undoes Debian's change of where packages are installed, and of what it
// says of compilers and headers.
func upstreamPaths(name string, data []byte) []byte {
	if strings.HasSuffix(name, "/sysconfig.py") || strings.HasSuffix(name, "/sysconfig/__init__.py") {
		text := strings.NewReplacer(
			"/local/lib/python{py_version_short}/dist-packages", "/lib/python{py_version_short}/site-packages",
			"/lib/python3/dist-packages", "/lib/python{py_version_short}/site-packages",
			"{base}/local/", "{base}/", "{platbase}/local/", "{platbase}/", "'{base}/local'", "'{base}'",
		).Replace(string(data))
		data = []byte(text)
	}
	if strings.HasPrefix(path.Base(name), "_sysconfigdata_") {
		text := regexp.MustCompile(`/usr/include/(?:\w+-linux-gnu/)?python`).ReplaceAllString(string(data), "/usr/local/include/python")
		data = []byte(compilerNames.ReplaceAllString(text, "$2"))
	}
	return data
}

// unzip adds the files of a zip below dir.
func unzip(t *tree, dir string, data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, entry := range z.File {
		if strings.HasSuffix(entry.Name, "/") {
			continue
		}
		r, err := entry.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		t.file(path.Join(dir, entry.Name), 0o644, content)
	}
	return nil
}
