package main

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

func TestMain(m *testing.M) { os.Exit(image.Main(m)) }

// openBase opens a base image as a build in the lab would get it: the stand-in
// if there is one, else the real image.
func openBase(t *testing.T, registry, path, platform string) *image.Image {
	t.Helper()
	lab := labenv.Get(t)
	i, err := image.Open(t.Context(), lab.Registry+"/"+path, platform)
	if err != nil {
		i, err = image.Open(t.Context(), registry+"/"+path, platform)
	}
	if err != nil {
		t.Fatal(err)
	}
	return i
}

var bothPlatforms = []string{"linux/amd64", "linux/arm64"}

// TestDistrolessConfig holds the images against what users rely on: the user,
// the paths, the certificates, and that there is no shell.
func TestDistrolessConfig(t *testing.T) {
	entrypoints := map[string]string{"static": "", "base": "", "base-nossl": "", "cc": "", "java21": "/usr/bin/java -jar", "python3": "/usr/bin/python3.13"}
	for name, entrypoint := range entrypoints {
		for _, platform := range bothPlatforms {
			t.Run(name+" "+platform, func(t *testing.T) {
				i := openBase(t, "gcr.io", "distroless/"+name+"-debian13:nonroot", platform)
				config := i.Config.Config
				if config.User != "65532" || config.WorkingDir != "/home/nonroot" || strings.Join(config.Entrypoint, " ") != entrypoint {
					t.Errorf("got user %q, workdir %q, entrypoint %q", config.User, config.WorkingDir, config.Entrypoint)
				}
				if !slices.Contains(config.Env, "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt") {
					t.Errorf("got env %q, want SSL_CERT_FILE", config.Env)
				}
				checkDistrolessFiles(t, i)
			})
		}
	}
}

func checkDistrolessFiles(t *testing.T, i *image.Image) {
	t.Helper()
	files, err := i.Files()
	if err != nil {
		t.Fatal(err)
	}
	if f := files["/tmp"]; f.Mode != fs.ModeDir|fs.ModeSticky|0o777 {
		t.Errorf("/tmp: got mode %v", f.Mode)
	}
	if f := files["/home/nonroot"]; f.UID != 65532 || f.GID != 65532 || f.Mode != fs.ModeDir|0o700 {
		t.Errorf("/home/nonroot: got %d:%d %v", f.UID, f.GID, f.Mode)
	}
	for _, shell := range []string{"/bin/sh", "/usr/bin/sh", "/busybox/sh"} {
		if _, ok := files[shell]; ok {
			t.Errorf("there is a shell: %s", shell)
		}
	}
	for path, want := range map[string]string{
		"/etc/passwd":                        "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin",
		"/etc/group":                         "nonroot:x:65532:",
		"/etc/ssl/certs/ca-certificates.crt": "BEGIN CERTIFICATE",
		"/etc/os-release":                    "Distroless",
		"/usr/share/zoneinfo/Europe/Riga":    "TZif",
	} {
		data, err := i.ReadFile(path)
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s: no %q in %d bytes, %v", path, want, len(data), err)
		}
	}
}

// TestDistrolessLibraries proves which variant has which library, in the place
// for its architecture.
func TestDistrolessLibraries(t *testing.T) {
	libraries := map[string][]string{
		"base-nossl": {"libc.so.6"},
		"base":       {"libc.so.6", "libssl.so.3", "libz.so.1"},
		"cc":         {"libc.so.6", "libssl.so.3", "libstdc++.so.6", "libgcc_s.so.1"},
	}
	for name, want := range libraries {
		for platform, dir := range map[string]string{"linux/amd64": "/usr/lib/x86_64-linux-gnu/", "linux/arm64": "/usr/lib/aarch64-linux-gnu/"} {
			i := openBase(t, "gcr.io", "distroless/"+name+"-debian13:nonroot", platform)
			for _, library := range want {
				if _, err := i.ReadFile(dir + library); err != nil {
					t.Errorf("%s for %s: %v", name, platform, err)
				}
			}
		}
	}
}

// TestDebugShell runs the debug image's shell on both platforms.
func TestDebugShell(t *testing.T) {
	for _, platform := range bothPlatforms {
		i := openBase(t, "gcr.io", "distroless/static-debian13:debug-nonroot", platform)
		got, err := i.Run(t.Context(), image.RunOptions{Args: []string{"-c", "echo $(id -u) $HOME $PWD"}})
		if err != nil {
			t.Fatal(err)
		}
		if want := "65532 /home/nonroot /home/nonroot\n"; got.Stdout != want {
			t.Errorf("%s: got %+v, want %q", platform, got, want)
		}
	}
}

// TestDistrolessPython proves that the interpreter finds its library, and the
// library those of the system, on both platforms, and that nothing installs.
func TestDistrolessPython(t *testing.T) {
	const program = `
import bz2, ctypes.util, decimal, importlib.util, lzma, os, readline, sqlite3, ssl, sys, uuid, venv, zlib
print(sys.executable, sys.prefix, sys.version_info[:2], sys.stdout.encoding)
print(os.getuid(), os.getcwd(), os.environ["LANG"], os.readlink("/usr/bin/python"), os.readlink("/usr/bin/python3"))
print([ctypes.util.find_library(n) for n in ("c", "ssl", "sqlite3", "stdc++", "nothing")])
print(ssl.create_default_context().cert_store_stats()["x509"] > 100, sqlite3.connect(":memory:").execute("select 1").fetchone())
print(importlib.util.find_spec("pip"))
`
	const want = `/usr/bin/python3.13 /usr (3, 13) utf-8
65532 /home/nonroot C.UTF-8 /usr/bin/python3.13 /usr/bin/python3.13
['libc.so.6', 'libssl.so.3', 'libsqlite3.so.0', 'libstdc++.so.6', None]
True (1,)
None
`
	for _, platform := range bothPlatforms {
		i := openBase(t, "gcr.io", "distroless/python3-debian13:nonroot", platform)
		got, err := i.Run(t.Context(), image.RunOptions{Args: []string{"-c", program}})
		if err != nil {
			t.Fatal(err)
		}
		if got.Stdout != want {
			t.Errorf("%s: got %+v, want %s", platform, got, want)
		}
	}
}

// TestGolang runs the tools that a build needs in the toolchain image.
func TestGolang(t *testing.T) {
	i := openBase(t, "index.docker.io", "library/golang:1.26-trixie", "linux/"+nativeArch)
	script := "go version && go env GOPATH GOTOOLCHAIN && pwd && gcc --version >/dev/null && git --version >/dev/null && stat -c %a /go/bin && echo ok"
	got, err := i.Run(t.Context(), image.RunOptions{Args: []string{"bash", "-euc", script}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "/go\nlocal\n/go\n1777\nok\n"; !strings.HasPrefix(got.Stdout, "go version go1.26") || !strings.HasSuffix(got.Stdout, want) {
		t.Errorf("got %+v, want the version and %q", got, want)
	}
}

// TestGoReleases proves that a tag names the newest release and never a candidate.
func TestGoReleases(t *testing.T) {
	const list = "golang.org/toolchain v0.0.1-go1.26.9.linux-amd64 v0.0.1-go1.26.10.linux-amd64 v0.0.1-go1.26.11.linux-arm64 v0.0.1-go1.27rc1.linux-amd64 v0.0.1-go1.26.2.darwin-amd64"
	got := goReleases(list, "amd64")
	slices.SortFunc(got, compareGo)
	if strings.Join(got, " ") != "1.26.9 1.26.10" {
		t.Errorf("got %q", got)
	}
}
