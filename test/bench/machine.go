package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
)

// machine is where a row was measured.
type machine struct {
	Processors int    `json:"processors"`
	Processor  string `json:"processor,omitempty"`
	Versions   string `json:"versions,omitempty"` // of BuildKit and buildx
}

// thisMachine asks the kernel, buildx and the daemon.
func thisMachine(ctx context.Context) (machine, error) {
	m := machine{Processors: runtime.NumCPU()}
	cpus, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return m, err
	}
	m.Processor = first(`(?m)^model name\s*: (.*)$`, cpus)
	client, err := exec.CommandContext(ctx, "buildx", "version").Output()
	if err != nil {
		return m, fmt.Errorf("asking buildx for its version: %w", err)
	}
	daemon, err := exec.CommandContext(ctx, "buildx", "inspect").Output()
	if err != nil {
		return m, fmt.Errorf("asking for the daemon's version: %w", err)
	}
	m.Versions = fmt.Sprintf("BuildKit %s, buildx %s", first(`(?m)^BuildKit version:\s*(\S+)`, daemon), first(`^\S+ (\S+)`, client))
	return m, nil
}

// first returns what the group of a pattern matches first.
func first(pattern string, text []byte) string {
	if found := regexp.MustCompile(pattern).FindSubmatch(text); found != nil {
		return strings.TrimSpace(string(found[1]))
	}
	return ""
}
