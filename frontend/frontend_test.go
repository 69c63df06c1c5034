package frontend

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/spec"
)

func TestHidingLine(t *testing.T) {
	for _, c := range []struct {
		ignore, name string
		line         int
	}{
		{"*\n!app\n", "go.mod", 1},
		{"# all\n\n*\n!go.*\n", "go.mod", 0},
		{"*\n!go.*\ngo.mod\n", "go.mod", 3},
		{"cmd\n", "cmd/server/main.go", 1},
		{"**/*.html\n", "web/index.html", 1},
		{"docs\n", "go.mod", 0},
		{"[\n", "go.mod", 0},
	} {
		if got := hidingLine([]byte(c.ignore), c.name); got != c.line {
			t.Errorf("%q hides %s in line %d, want %d", c.ignore, c.name, got, c.line)
		}
	}
}

var programs memo[[]byte]

// program compiles a program for an architecture and returns its bytes.
func program(t *testing.T, arch string) []byte {
	t.Helper()
	data, err := programs.get(arch, func() ([]byte, error) {
		dir := t.TempDir()
		source, out := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
		if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o666); err != nil {
			return nil, err
		}
		cmd := exec.Command("go", "build", "-o", out, source)
		cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0")
		if printed, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%w: %s", err, printed)
		}
		return os.ReadFile(out)
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestInspect(t *testing.T) {
	a, err := inspect(bytes.NewReader(program(t, "arm64")))
	if err != nil {
		t.Fatal(err)
	}
	if !a.static() || a.variant() != "static" {
		t.Errorf("got %+v, want a static program", a)
	}
	if err := a.matches(spec.Platform{OS: "linux", Architecture: "arm64"}); err != nil {
		t.Error(err)
	}
	err = a.matches(spec.Platform{OS: "linux", Architecture: "amd64"})
	if err == nil || !strings.Contains(err.Error(), "EM_AARCH64") {
		t.Errorf("got %v, want an error that names the machine", err)
	}
	if _, err := inspect(strings.NewReader("#!/bin/sh\n")); err == nil {
		t.Error("a script is taken for a program")
	}
}

func TestLink(t *testing.T) {
	platform := spec.Platform{OS: "linux", Architecture: "arm64"}
	library := &fstest.MapFile{Data: program(t, "arm64"), Mode: 0o644}
	runtime := fstest.MapFS{
		"lib/ld-linux-aarch64.so.1":           {Mode: 0o755},
		"usr/lib/aarch64-linux-gnu/libc.so.6": {Mode: 0o755},
	}
	toolchain := fstest.MapFS{
		"usr/lib/aarch64-linux-gnu/libsqlite3.so.0": library,
		"usr/aarch64-linux-gnu/lib/libcross.so.1":   library,
	}
	dynamic := func(needed ...string) *artifact {
		return &artifact{interp: "/lib/ld-linux-aarch64.so.1", needed: needed}
	}
	for _, c := range []struct {
		name    string
		program *artifact
		runtime fs.FS
		want    string // the libraries that are copied, or the error
	}{
		{"static", &artifact{}, nil, ""},
		{"libc alone", dynamic("libc.so.6"), runtime, ""},
		{"a package's library", dynamic("libc.so.6", "libsqlite3.so.0"), runtime, "usr/lib/aarch64-linux-gnu/libsqlite3.so.0 to /usr/lib/aarch64-linux-gnu/libsqlite3.so.0"},
		{"a cross compiler's library", dynamic("libcross.so.1"), runtime, "usr/aarch64-linux-gnu/lib/libcross.so.1 to /usr/lib/aarch64-linux-gnu/libcross.so.1"},
		{"a library of nobody", dynamic("libnone.so.1"), runtime, "the program needs libnone.so.1, and neither the runtime nor the toolchain has it"},
		{"scratch", dynamic("libc.so.6"), nil, "the program is dynamically linked (it needs libc.so.6) and scratch has no libraries"},
		{"another libc", dynamic("libc.so.6"), fstest.MapFS{}, "the runtime has no /lib/ld-linux-aarch64.so.1, the loader that the program was linked for"},
	} {
		l := &linker{platform: platform, runtime: c.runtime, toolchain: toolchain}
		found, diags := l.link([]object{{c.program, "the program", "server", true}})
		var got []string
		for _, f := range found {
			got = append(got, f.From+" to "+f.To)
		}
		for _, d := range diags {
			got = append(got, d.Message)
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestVariant(t *testing.T) {
	for want, needed := range map[string][]string{
		"base": {"libc.so.6", "libssl.so.3"},
		"cc":   {"libc.so.6", "libstdc++.so.6"},
	} {
		if got := (&artifact{interp: "/lib/ld.so", needed: needed}).variant(); got != want {
			t.Errorf("%v: got %s, want %s", needed, got, want)
		}
	}
}

func TestCheckCaps(t *testing.T) {
	if err := checkCaps("moby.buildkit.frontend.contexts+forward,moby.buildkit.frontend.inputs"); err != nil {
		t.Error(err)
	}
	if err := checkCaps("moby.buildkit.frontend.future"); err == nil || !strings.Contains(err.Error(), "future") {
		t.Errorf("got %v, want an error that names the capability", err)
	}
}

// TestLabels holds the image's labels against what the frontend understands.
func TestLabels(t *testing.T) {
	data, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`LABEL moby.buildkit.frontend.caps="` + strings.Join(Caps, ",") + `"`,
		`LABEL moby.buildkit.frontend.network.none="true"`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the Dockerfile has no line %s", want)
		}
	}
}

// TestLastClause takes out of a failure what says nothing to who reads it.
func TestLastClause(t *testing.T) {
	for text, want := range map[string]string{
		`failed to solve: process "go build ." did not complete successfully: exit code: 1`:                                     `process "go build ." did not complete successfully: exit code: 1`,
		`process "sh -euc \nif [ \"$1\" = a ]; then\n\texit 3\nfi\n install amd64" did not complete successfully: exit code: 3`: `it did not complete successfully: exit code: 3`,
		`failed to compute cache key: failed to calculate checksum of ref abc::def: "/etc/nope": not found`:                     `there is no "/etc/nope" in what it copies from`,
		`failed to compute cache key: failed to calculate checksum of ref abc::def: lstat "a": permission denied`:               `failed to compute cache key: failed to calculate checksum of ref abc::def: lstat "a": permission denied`,
	} {
		if got := lastClause(text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
