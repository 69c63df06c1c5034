package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func testDaemon(t *testing.T) daemon {
	dir := t.TempDir()
	return daemon{name: "sleeper", pidFile: filepath.Join(dir, "pid"), logFile: filepath.Join(dir, "log")}
}

// TestDaemon follows a process from its start to its end.
func TestDaemon(t *testing.T) {
	d := testDaemon(t)
	if pid := d.pid(); pid != 0 {
		t.Fatalf("before the start: got process %d", pid)
	}
	if err := d.start(nil, "sleep", "60"); err != nil {
		t.Fatal(err)
	}
	if d.pid() == 0 {
		t.Fatal("after the start: got no process")
	}
	if stopped, err := d.stop(); !stopped || err != nil {
		t.Fatalf("stopping: got %v, %v", stopped, err)
	}
	if stopped, err := d.stop(); stopped || err != nil {
		t.Fatalf("stopping again: got %v, %v", stopped, err)
	}
}

// TestStaleFile proves that a process that only has the number of a former
// daemon is left alone.
func TestStaleFile(t *testing.T) {
	self := identity(os.Getpid())
	number, rest, _ := strings.Cut(self, " ")
	start, boot, _ := strings.Cut(rest, " ")
	for name, content := range map[string]string{
		"another start time": fmt.Sprintf("%s %s1 %s", number, start, boot),
		"another boot":       fmt.Sprintf("%s %s %s", number, start, "00000000-0000-0000-0000-000000000000"),
		"only a number":      number,
		"no number":          "soon",
		"nothing":            "",
		"the first process":  identity(1),
	} {
		d := testDaemon(t)
		if err := os.WriteFile(d.pidFile, []byte(content+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if stopped, err := d.stop(); stopped || err != nil {
			t.Errorf("%s: got %v, %v", name, stopped, err)
		}
	}
}

// TestDaemonThatEnds proves that waiting for a daemon that cannot start ends at
// once, with its log.
func TestDaemonThatEnds(t *testing.T) {
	d := testDaemon(t)
	if err := d.start(nil, "sh", "-c", "echo no such thing; exit 3"); err != nil {
		t.Fatal(err)
	}
	err := d.waitReady(t.Context(), func(context.Context) error { return errors.New("not yet") })
	if err == nil || !strings.Contains(err.Error(), "sleeper ended while starting") || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("got %v", err)
	}
}

func TestMountsBelow(t *testing.T) {
	const table = `22 1 0:20 / /proc rw - proc proc rw
40 22 8:1 / /src/.lab/buildkit rw - ext4 /dev/sda rw
41 40 8:1 / /src/.lab/buildkit/with\040space rw - ext4 /dev/sda rw
42 22 8:1 / /src/.labels rw - ext4 /dev/sda rw
`
	got := strings.Join(mountsBelow(table, "/src/.lab"), ",")
	if want := "/src/.lab/buildkit/with space,/src/.lab/buildkit"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
