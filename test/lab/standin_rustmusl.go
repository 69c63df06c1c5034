package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// muslTriples are Rust's names of the platforms where programs are linked with musl.
var muslTriples = map[string]string{"amd64": "x86_64-unknown-linux-musl", "arm64": "aarch64-unknown-linux-musl"}

var bothArches = []string{"amd64", "arm64"}

var gcc = hostTool{"gcc", []string{"gcc", "libc6-dev"}}

// muslLayer is the standard library for musl of both architectures, as archives beside
// those of rustLayer. Debian does not have it, so the compiler compiles it from its own
// sources. That takes minutes, and nobody who asks for an image says whether it will be
// needed: it is a layer of its own, so that it is done once.
func muslLayer(l *Lab, b rustBuild, arch string) layerRecipe {
	lower := rustLayer(b, arch)
	return layerRecipe{
		name:  "rust " + b.version + "'s library for musl",
		key:   slices.Concat([]string{"rust musl", "1", b.gcc, b.llvm}, lower.key),
		tools: []hostTool{patchelf, gcc},
		write: func(ctx context.Context, w, log io.Writer) error {
			compiler, err := l.layer(ctx, lower)
			if err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "stagefront-lab-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			m := &muslBuild{rustTree: &rustTree{tree: newTree(), rustBuild: b, arch: arch, log: log}, dir: dir}
			if err := m.prepare(ctx, compiler); err != nil {
				return err
			}
			if err := m.compile(ctx); err != nil {
				return err
			}
			if err := m.pack(ctx); err != nil {
				return err
			}
			return m.write(w)
		},
	}
}

// A muslBuild compiles the standard library in a directory.
type muslBuild struct {
	*rustTree
	dir string
}

// prepare puts the compiler and the sources into the directory. The compiler is made to
// run there.
func (m *muslBuild) prepare(ctx context.Context, compiler *cachedLayer) error {
	untar := proc{args: []string{"tar", "-C", m.dir, "-xzf", compiler.path, "--exclude", rustDist}}
	if err := untar.run(ctx, m.log); err != nil {
		return err
	}
	for _, name := range []string{"rustc", "cargo"} {
		args := append(m.loadedFrom(m.dir), m.bin(name))
		if err := (proc{args: append([]string{"patchelf"}, args...)}).run(ctx, m.log); err != nil {
			return err
		}
	}
	return extract(ctx, m.dir, m.suite, m.arch, []string{"rust-src"}, m.log)
}

// bin returns the path of a program of the compiler.
func (m *muslBuild) bin(name string) string { return filepath.Join(m.dir, m.toolchain(), "bin", name) }

// sources returns the directory of the library's sources, with the crates that it needs.
func (m *muslBuild) sources() string { return "usr/src/rustc-" + m.version + "/library" }

// compile compiles the libraries of both architectures: what programs are linked with,
// without what only tests, and the lines in traces, need. Checking the sources takes most
// of the time, and optimizing them would take more.
func (m *muslBuild) compile(ctx context.Context) error {
	sources := filepath.Join(m.dir, m.sources())
	args := []string{
		m.bin("cargo"), "build", "--release", "--locked", "--offline",
		"-p", "std", "--features", "std/panic-unwind", "-p", "proc_macro", "-p", "panic_abort",
	}
	for _, arch := range bothArches {
		args = append(args, "--target", muslTriples[arch])
	}
	return proc{args: args, dir: sources, env: []string{
		"CARGO_HOME=" + filepath.Join(m.dir, "cargo"),
		"CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1",
		"CARGO_PROFILE_RELEASE_OPT_LEVEL=0",
		"CARGO_TARGET_DIR=" + m.compiled(),
		"RUSTC=" + m.bin("rustc"),
		"RUSTC_BOOTSTRAP=1", // what the sources use is not for everybody
		"RUSTFLAGS=-Zforce-unstable-if-unmarked -Cembed-bitcode=yes --remap-path-prefix=" + sources + "=library",
	}}.run(ctx, m.log)
}

func (m *muslBuild) compiled() string { return filepath.Join(m.dir, "target") }

// pack adds the libraries as archives, and them to what rustup knows.
func (m *muslBuild) pack(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join(m.dir, m.manifest()))
	if err != nil {
		return err
	}
	for _, arch := range bothArches {
		files, err := m.library(ctx, arch)
		if err != nil {
			return err
		}
		archive, err := m.archive(files, muslTriples[arch])
		if err != nil {
			return err
		}
		text = append(text, archive.text(rustTriples[m.arch])...)
	}
	m.file(m.manifest(), 0o644, text)
	return nil
}

// library returns the standard library for an architecture, with what links a program
// where there is no C library for it: musl, and what begins, ends and unwinds.
func (m *muslBuild) library(ctx context.Context, arch string) (*tree, error) {
	t, triple := newTree(), muslTriples[arch]
	to := path.Join("lib/rustlib", triple, "lib")
	compiled, err := filepath.Glob(filepath.Join(m.compiled(), triple, "release/deps/*.rlib"))
	if err != nil {
		return nil, err
	}
	for _, file := range compiled {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		t.file(path.Join(to, filepath.Base(file)), 0o644, data)
	}
	packages := newTree()
	packages.merge("lib")
	names := []string{"musl-dev", "libgcc-" + m.gcc + "-dev", "libunwind-" + m.llvm + "-dev"}
	if err := unpackAll(ctx, packages, m.suite, arch, names, m.log); err != nil {
		return nil, err
	}
	for _, name := range m.objects(arch) {
		f := packages.follow(name)
		if f == nil {
			return nil, fmt.Errorf("the packages have no %s", name)
		}
		data := f.data
		if path.Base(name) == "libunwind.a" {
			if data, err = m.fortified(ctx, data, triple); err != nil {
				return nil, err
			}
		}
		t.file(path.Join(to, "self-contained", path.Base(name)), 0o644, data)
	}
	return t, nil
}

// objects returns the files of packages that a program is linked with.
func (m *muslBuild) objects(arch string) (names []string) {
	gnu := triplets[arch]
	for dir, files := range map[string][]string{
		"usr/lib/" + strings.TrimSuffix(gnu, "gnu") + "musl": {"Scrt1.o", "crt1.o", "crti.o", "crtn.o", "libc.a", "rcrt1.o"},
		"usr/lib/gcc/" + gnu + "/" + m.gcc:                   {"crtbegin.o", "crtbeginS.o", "crtend.o", "crtendS.o"},
		"usr/lib/" + gnu:                                     {"libunwind.a"},
	} {
		for _, file := range files {
			names = append(names, path.Join(dir, file))
		}
	}
	slices.Sort(names)
	return names
}

//go:embed fortify.rs
var fortifySource []byte

// fortified returns libunwind.a with what it needs of a C library and musl does not have.
func (m *muslBuild) fortified(ctx context.Context, library []byte, triple string) ([]byte, error) {
	dir, err := os.MkdirTemp(m.dir, "unwind-")
	if err != nil {
		return nil, err
	}
	a, source := filepath.Join(dir, "libunwind.a"), filepath.Join(dir, "fortify.rs")
	if err := os.WriteFile(a, library, 0o644); err != nil {
		return nil, err
	}
	if err := os.WriteFile(source, fortifySource, 0o644); err != nil {
		return nil, err
	}
	compile := proc{dir: dir, args: []string{
		m.bin("rustc"), "--crate-type=lib", "--emit=obj", "--target", triple, "-Cpanic=abort", "-Copt-level=1",
		"-L", filepath.Join(m.compiled(), triple, "release/deps"), "-o", "fortify.o", source,
	}}
	if err := compile.run(ctx, m.log); err != nil {
		return nil, err
	}
	if err := (proc{dir: dir, args: []string{"ar", "rD", a, "fortify.o"}}).run(ctx, m.log); err != nil {
		return nil, err
	}
	return os.ReadFile(a)
}
