package main

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// proxies are the variables by which programs learn of a proxy; buildx has build
// args of the same names.
var proxies = []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"}

// goSettings are those of Go that decide where modules come from.
var goSettings = []string{"GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOINSECURE"}

// networkFlags returns what a build on this machine needs to reach what the
// machine itself reaches: its certificates as a secret, and its proxies and Go
// settings where they are not the defaults.
func (l *Lab) networkFlags(ctx context.Context) ([]string, error) {
	var flags []string
	if ca := caBundle(); ca != "" {
		flags = append(flags, "--secret", "id=ca-certificates,src="+ca)
	}
	for _, name := range proxies {
		if value := os.Getenv(name); value != "" {
			flags = append(flags, "--build-arg", name+"="+value)
		}
	}
	changed, err := proc{args: []string{"go", "env", "-changed"}, dir: l.testModule()}.output(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading Go's settings: %w", err)
	}
	values := map[string]string{}
	for line := range strings.Lines(changed) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[name] = strings.Trim(value, `'"`)
	}
	for _, name := range goSettings {
		if values[name] != "" {
			flags = append(flags, "--build-arg", name+"="+values[name])
		}
	}
	return flags, nil
}
