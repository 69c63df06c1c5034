package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestEnvFile sources the file as a user's shell would, twice, from a checkout
// with an awkward name.
func TestEnvFile(t *testing.T) {
	bin := "/src/it's mine/.lab/bin"
	file := filepath.Join(t.TempDir(), "env")
	text := renderEnv(bin, []string{"LAB_REGISTRY=127.0.0.1:5000", "LAB_BUILD_FLAGS=--build-arg A=$HOME --secret id=b"})
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, shell := range []string{"sh", "bash"} {
		if _, err := exec.LookPath(shell); err != nil {
			continue
		}
		cmd := exec.Command(shell, "-euc", `. "$0"; . "$0"; printf '%s\n' "$PATH" "$LAB_REGISTRY" "$LAB_BUILD_FLAGS"`, file)
		cmd.Env = []string{"PATH=/usr/bin:/bin"}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", shell, err, out)
		}
		want := bin + ":/usr/bin:/bin\n127.0.0.1:5000\n--build-arg A=$HOME --secret id=b\n"
		if string(out) != want {
			t.Errorf("%s: got %q, want %q", shell, out, want)
		}
	}
}

// TestSocketLength proves that a deep checkout gets a socket that the kernel
// accepts, and not another checkout's.
func TestSocketLength(t *testing.T) {
	deep := func(name string) *Lab { return &Lab{State: "/" + strings.Repeat("deep/", 25) + name + "/.lab"} }
	a, b := deep("a").buildkitdSocket(), deep("b").buildkitdSocket()
	if len(a) > 107 || a == b {
		t.Errorf("got %q and %q", a, b)
	}
	short := &Lab{State: "/src/.lab"}
	if got := short.buildkitdSocket(); got != "/src/.lab/run/buildkitd.sock" {
		t.Errorf("got %q", got)
	}
}
