package main

import (
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

// A rustBuild is the Rust compiler of one version as a Debian release has it, with the
// versions of GCC and LLVM there whose files go into the library for musl; "" where
// there is none.
type rustBuild struct{ version, suite, gcc, llvm string }

// rustBuilds are the versions that there is material for, with the standard
// library of both architectures.
var rustBuilds = []rustBuild{{"1.97.1", "forky", "16", "22"}, {"1.85.0", "trixie", "", ""}}

// rustTriples are Rust's names of the platforms.
var rustTriples = map[string]string{"amd64": "x86_64-unknown-linux-gnu", "arm64": "aarch64-unknown-linux-gnu"}

// rust is rust:VERSION-slim-SUITE for the machine's own architecture, which is
// the build platform.
var rust = family{
	doc:   "rust:{1.97[.1],1.85[.0]}-slim-{trixie,bookworm} (this machine's architecture)",
	names: "docker.io/library/rust",
	recipe: func(_ context.Context, l *Lab, _, tag string) (*recipe, error) {
		return rustRecipe(l, tag, nativeArch), nil
	},
}

// rustEmulated is the same for arm64, by the name that the official image has for it
// alone: what compiling under emulation costs is measured with it, and nothing else
// makes it.
var rustEmulated = family{
	doc:   "arm64v8/rust:1.97-slim-trixie",
	names: "docker.io/arm64v8/rust",
	recipe: func(_ context.Context, l *Lab, _, tag string) (*recipe, error) {
		return rustRecipe(l, tag, "arm64"), nil
	},
}

// rustRecipe returns how an image of rust for an architecture is made, nil for a tag
// that nothing is known of.
func rustRecipe(l *Lab, tag, arch string) *recipe {
	version, suite, ok := strings.Cut(tag, "-slim-")
	if !ok || !slices.Contains(suites, suite) {
		return nil
	}
	for _, b := range rustBuilds {
		if b.version == version || strings.HasPrefix(b.version, version+".") {
			return rustImage(l, b, suite, arch)
		}
	}
	return nil
}

func rustImage(l *Lab, b rustBuild, suite, arch string) *recipe {
	return &recipe{
		arches: []string{arch},
		layers: func(arch string) []layerRecipe {
			debian := debianLayers(l, suite, arch, []string{"ca-certificates", "gcc", "libc6-dev"})
			layers := append(debian, rustLayer(b, arch))
			if b.llvm != "" && arch == nativeArch {
				layers = append(layers, muslLayer(l, b, arch))
			}
			return layers
		},
		config: v1.Config{
			Env: []string{
				"PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
				"RUSTUP_HOME=/usr/local/rustup",
				"CARGO_HOME=/usr/local/cargo",
				"RUST_VERSION=" + b.version,
			},
			Cmd: []string{"bash"},
		},
	}
}

const (
	rustupHome = "usr/local/rustup"
	cargoHome  = "usr/local/cargo"
)

var patchelf = hostTool{"patchelf", []string{"patchelf"}}

// rustLayer is the compiler with rustup, in the places of the official image.
// Both are Debian's, which are linked to the libraries of their release: those
// are beside the compiler, and the suite's own stay as they are.
//
// The official image has its own platform's standard library alone, and rustup
// downloads others. Where nothing can be downloaded, rustup finds them as archives
// in the image: that is all that differs for whoever asks it for one.
func rustLayer(b rustBuild, arch string) layerRecipe {
	return layerRecipe{
		name:  "rust " + b.version + " for " + arch,
		key:   []string{"rust", "5", b.version, b.suite, arch},
		tools: []hostTool{patchelf},
		write: func(ctx context.Context, w, log io.Writer) error {
			packages := newTree()
			packages.merge("bin", "lib", "lib64", "sbin")
			names, err := rustPackages(ctx, b, arch, log)
			if err != nil {
				return err
			}
			if err := unpackAll(ctx, packages, b.suite, arch, names, log); err != nil {
				return err
			}
			// Its package has the programs that it stands before, too.
			rustup := newTree()
			if err := unpackAll(ctx, rustup, b.suite, arch, []string{"rustup"}, log); err != nil {
				return err
			}
			t := newTree()
			r := &rustTree{tree: t, rustBuild: b, arch: arch, log: log}
			if err := r.move(ctx, packages); err != nil {
				return err
			}
			if err := r.program(ctx, rustup, "rustup", cargoHome+"/bin/rustup"); err != nil {
				return err
			}
			if err := r.describe(ctx); err != nil {
				return err
			}
			return t.write(w)
		},
	}
}

// rustPackages returns the compiler's packages with the libraries that they and rustup
// need.
func rustPackages(ctx context.Context, b rustBuild, arch string, log io.Writer) ([]string, error) {
	archive, err := openArchive(ctx, b.suite, arch, log)
	if err != nil {
		return nil, err
	}
	all, err := archive.closure(ctx, []string{"cargo", "rustc", "liblzma5"}, log)
	if err != nil {
		return nil, err
	}
	names := []string{"cargo", "rustc", "libstd-rust-dev"}
	for _, name := range all {
		if strings.HasPrefix(name, "lib") && !strings.HasSuffix(name, "-dev") {
			names = append(names, name)
		}
	}
	return names, nil
}

// A rustTree is the part of an image that has the compiler.
type rustTree struct {
	*tree
	rustBuild
	arch string
	log  io.Writer
}

// toolchain returns the directory of the toolchain that is the image's own.
func (r *rustTree) toolchain() string { return path.Join(rustupHome, "toolchains", r.name()) }

// name returns the toolchain's name.
func (r *rustTree) name() string { return r.version + "-" + rustTriples[r.arch] }

// move puts programs, libraries and the standard library into their places.
func (r *rustTree) move(ctx context.Context, packages *tree) error {
	libraries := "usr/lib/" + triplets[r.arch]
	found, err := findLibraries(packages, libraries)
	if err != nil {
		return err
	}
	for _, l := range found {
		f := packages.follow(packages.clean(l.path))
		if f == nil {
			continue
		}
		to := "lib/debian"
		if strings.HasPrefix(l.soname, "librustc_driver") {
			to = "lib" // rustc finds the standard library by the place of this one
		}
		// Where a library says itself where to look, nobody looks where the program says.
		data, err := r.patched(ctx, f.data, "--remove-rpath")
		if err != nil {
			return err
		}
		r.file(path.Join(r.toolchain(), to, l.soname), 0o755, data)
	}
	loader := packages.follow(path.Join(libraries, loaders[r.arch]))
	if loader == nil {
		return fmt.Errorf("the packages have no %s", loaders[r.arch])
	}
	r.file(r.loader(), 0o755, loader.data)
	for _, name := range packages.under("usr/lib/rustlib") {
		r.file(path.Join(r.toolchain(), strings.TrimPrefix(name, "usr/")), 0o644, packages.files[name].data)
	}
	return r.programs(ctx, packages)
}

// loader returns the path of what loads the programs.
func (r *rustTree) loader() string {
	return path.Join(r.toolchain(), "lib/debian", loaders[r.arch])
}

// programs adds the programs, which are made to load the libraries beside them.
func (r *rustTree) programs(ctx context.Context, packages *tree) error {
	for _, name := range []string{"rustc", "rustdoc", "cargo"} {
		if err := r.program(ctx, packages, name, path.Join(r.toolchain(), "bin", name)); err != nil {
			return err
		}
		r.link(path.Join(cargoHome, "bin", name), "rustup")
	}
	r.file(path.Join(rustupHome, "settings.toml"), 0o644, fmt.Appendf(nil,
		"default_toolchain = %q\nprofile = \"minimal\"\nversion = \"12\"\n\n[overrides]\n", r.name()))
	return nil
}

func (r *rustTree) program(ctx context.Context, packages *tree, name, to string) error {
	f := packages.follow("usr/bin/" + name)
	if f == nil {
		return fmt.Errorf("the packages have no %s", name)
	}
	data, err := r.patched(ctx, f.data, r.loadedFrom("/")...)
	if err != nil {
		return err
	}
	r.file(to, 0o755, data)
	return nil
}

// loadedFrom returns the arguments of patchelf for a program that runs where the tree is
// in the directory root.
func (r *rustTree) loadedFrom(root string) []string {
	lib := path.Join(root, r.toolchain(), "lib")
	return []string{"--set-interpreter", path.Join(root, r.loader()), "--force-rpath", "--set-rpath", lib + ":" + lib + "/debian"}
}

// patched returns an executable or a library as patchelf leaves it.
func (r *rustTree) patched(ctx context.Context, data []byte, args ...string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, data, 0o755); err != nil {
		return nil, err
	}
	patch := proc{args: append(append([]string{"patchelf"}, args...), file)}
	if err := patch.run(ctx, r.log); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// loaders are the names of the programs that load others.
var loaders = map[string]string{"amd64": "ld-linux-x86-64.so.2", "arm64": "ld-linux-aarch64.so.1"}
