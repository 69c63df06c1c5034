package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A muslBuild compiles the standard library for musl. Debian has none, so it is made
// as the official one is: of the compiler's own source by the compiler, with the C
// library, the unwinder and what starts programs beside it.
type muslBuild struct {
	*rustTree
	dir string // has the compiler, the source, and what comes of it
}

// muslTriples are Rust's names of the platforms with musl.
var muslTriples = map[string]string{"amd64": "x86_64-unknown-linux-musl", "arm64": "aarch64-unknown-linux-musl"}

// muslTools returns the compilers of C for both platforms.
func muslTools() (tools []hostTool) {
	for arch := range muslTriples {
		packages := []string{"gcc", "libc6-dev"}
		if arch != nativeArch {
			packages = []string{"gcc-" + strings.ReplaceAll(triplets[arch], "_", "-")}
		}
		tools = append(tools, hostTool{triplets[arch] + "-gcc", packages})
	}
	return tools
}

// muslLibraries returns the archives of all platforms.
func (r *rustTree) muslLibraries(ctx context.Context) (archives map[string][]byte, err error) {
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	b := &muslBuild{r, dir}
	if err := b.prepare(ctx); err != nil {
		return nil, err
	}
	archives = map[string][]byte{}
	for arch, triple := range muslTriples {
		if err := b.compile(ctx, triple); err != nil {
			return nil, err
		}
		files, err := b.collect(ctx, arch, triple)
		if err != nil {
			return nil, err
		}
		if archives[triple], err = rustInstaller(r.version, triple, files); err != nil {
			return nil, err
		}
	}
	return archives, nil
}

// prepare puts the compiler and its source on disk.
func (b *muslBuild) prepare(ctx context.Context) error {
	source := newTree()
	if err := unpackAll(ctx, source, b.suite, b.arch, []string{"rust-src"}, b.log); err != nil {
		return err
	}
	source.keep(func(name string) bool { return strings.HasPrefix(name, b.source()+"/library/") })
	for _, t := range []*tree{b.tree, source} {
		if err := t.unpackTo(ctx, b.dir, b.log); err != nil {
			return err
		}
	}
	root := filepath.Join(b.dir, b.toolchain())
	for _, name := range []string{"rustc", "cargo"} {
		script := fmt.Sprintf("#!/bin/sh\nexec %s --library-path %s %s \"$@\"\n",
			filepath.Join(b.dir, b.loader()), root+"/lib:"+root+"/lib/debian", root+"/bin/"+name)
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(script), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// source returns the directory of the compiler's source.
func (b *muslBuild) source() string { return "usr/src/rustc-" + b.version }

// compile compiles the standard library of a platform, offline: its own dependencies
// are with the source.
func (b *muslBuild) compile(ctx context.Context, triple string) error {
	return proc{
		args: []string{
			filepath.Join(b.dir, "cargo"), "build", "--offline", "--release", "--manifest-path", "sysroot/Cargo.toml",
			"--target", triple, "--features", "backtrace panic-unwind",
		},
		dir: filepath.Join(b.dir, b.source(), "library"),
		env: []string{
			"RUSTC=" + filepath.Join(b.dir, "rustc"), "RUSTC_BOOTSTRAP=1", "CARGO_HOME=" + filepath.Join(b.dir, "home"),
			"CARGO_TARGET_DIR=" + filepath.Join(b.dir, "target"), "__CARGO_DEFAULT_LIB_METADATA=stagefront",
			"RUSTFLAGS=-Zforce-unstable-if-unmarked -Cembed-bitcode=yes -Cpanic=unwind",
		},
	}.run(ctx, b.log)
}

// collect returns the files of a platform's standard library, by their paths in it.
func (b *muslBuild) collect(ctx context.Context, arch, triple string) (map[string][]byte, error) {
	lib := path.Join("lib/rustlib", triple, "lib")
	files := map[string][]byte{}
	made, err := filepath.Glob(filepath.Join(b.dir, "target", triple, "release/deps/*.rlib"))
	if err != nil || len(made) == 0 {
		return nil, fmt.Errorf("compiling the standard library for %s left %d files: %w", triple, len(made), err)
	}
	for _, file := range made {
		if files[path.Join(lib, filepath.Base(file))], err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	packages := newTree()
	if err := unpackAll(ctx, packages, b.suite, arch, []string{"musl-dev", "libgcc-15-dev", "libunwind-21-dev"}, b.log); err != nil {
		return nil, err
	}
	c := "usr/lib/" + strings.TrimSuffix(triplets[arch], "gnu") + "musl/"
	gcc := "usr/lib/gcc/" + triplets[arch] + "/15/"
	for _, name := range []string{
		c + "crt1.o", c + "rcrt1.o", c + "Scrt1.o", c + "crti.o", c + "crtn.o", c + "libc.a",
		gcc + "crtbegin.o", gcc + "crtbeginS.o", gcc + "crtend.o", gcc + "crtendS.o", "usr/lib/llvm-21/lib/libunwind.a",
	} {
		f := packages.follow(packages.clean(name))
		if f == nil {
			return nil, fmt.Errorf("the packages have no %s", name)
		}
		files[path.Join(lib, "self-contained", path.Base(name))] = f.data
	}
	libc := path.Join(lib, "self-contained/libc.a")
	files[libc], err = b.withFortified(ctx, arch, files[libc])
	return files, err
}

// fortified is what the unwinder asks of the C library that Debian compiled it for.
const fortified = `#include <stdarg.h>
#include <stddef.h>
int vfprintf(void *, const char *, va_list);
int vsnprintf(char *, size_t, const char *, va_list);
int __vfprintf_chk(void *f, int flag, const char *format, va_list args) { return vfprintf(f, format, args); }
int __vsnprintf_chk(char *s, size_t n, int flag, size_t size, const char *format, va_list args) { return vsnprintf(s, n, format, args); }
`

// withFortified returns the C library of a platform with those functions.
func (b *muslBuild) withFortified(ctx context.Context, arch string, libc []byte) ([]byte, error) {
	file, source := filepath.Join(b.dir, "libc.a"), filepath.Join(b.dir, "fortified.c")
	for name, data := range map[string][]byte{file: libc, source: []byte(fortified)} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return nil, err
		}
	}
	object := filepath.Join(b.dir, "fortified.o")
	for _, args := range [][]string{
		{triplets[arch] + "-gcc", "-O2", "-fPIC", "-w", "-fno-builtin", "-c", source, "-o", object}, {triplets[arch] + "-ar", "rD", file, object},
	} {
		if err := (proc{args: args}).run(ctx, b.log); err != nil {
			return nil, err
		}
	}
	return os.ReadFile(file)
}
