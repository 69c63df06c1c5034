package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// exited returns the error of a program that ended with code.
func exited(t *testing.T, code int) error {
	t.Helper()
	err := exec.Command("sh", "-c", fmt.Sprintf("exit %d", code)).Run()
	if err == nil && code != 0 {
		t.Fatal("sh ended well")
	}
	return err
}

// TestVulnerabilities proves that neither a finding nor a broken check passes for
// a database that cannot be reached, whatever else was printed.
func TestVulnerabilities(t *testing.T) {
	unreachable := "govulncheck: fetching vulnerabilities: Get: no such host"
	for _, c := range []struct {
		name, out string
		err       error
		wrong     bool
		text      string
	}{
		{"nothing", "No vulnerabilities found.", nil, false, ""},
		{"a finding", "Vulnerability #1", exited(t, 3), true, "Vulnerability #1"},
		{"a finding that names the other", unreachable, exited(t, 3), true, "fetching"},
		{"unreachable", unreachable, exited(t, 1), false, "NOT CHECKED"},
		{"does not compile", "govulncheck: loading packages: syntax error", exited(t, 1), true, "syntax error"},
		{"does not start", "", errors.New("no such file"), true, "no such file"},
	} {
		got := judgeVulnerabilities(c.out, c.err)
		if got.wrong != c.wrong || !strings.Contains(got.text, c.text) {
			t.Errorf("%s: got %+v", c.name, got)
		}
	}
}

// TestFinding proves that a command which fails is a finding, in its own words.
func TestFinding(t *testing.T) {
	got := check{args: []string{"sh", "-c", "echo go.mod differs; exit 1"}}.run(t.TempDir(), "")
	if !got.wrong || got.text != "go.mod differs" {
		t.Errorf("got %+v", got)
	}
	if got := (check{args: []string{"sh", "-c", "exit 0"}}).run(t.TempDir(), ""); got.wrong {
		t.Errorf("got %+v", got)
	}
}
