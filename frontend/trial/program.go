// Package trial makes what tests of several packages try things with.
package trial

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// Program returns a program for an architecture, in Go's word for it: static, and
// of a few lines. It is compiled once a test binary.
func Program(t testing.TB, arch string) []byte {
	t.Helper()
	made, _ := programs.LoadOrStore(arch, sync.OnceValues(func() ([]byte, error) { return compile(arch) }))
	data, err := made.(func() ([]byte, error))()
	if err != nil {
		t.Fatalf("compiling a program for %s: %v", arch, err)
	}
	return data
}

var programs sync.Map // by architecture

func compile(arch string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "program-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	source, out := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o666); err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-o", out, source) // stripped, as ours are
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0")
	if printed, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, printed)
	}
	return os.ReadFile(out)
}

// JSON reads data into v.
func JSON(t testing.TB, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}
