package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// buildkitVariable asks for a daemon of another BuildKit than test/go.mod pins: of a
// version, or of the newest release whose modules can all be had.
const (
	buildkitVariable = "STAGEFRONT_BUILDKIT"
	newestBuildkit   = "newest"
)

// buildkitOf returns the daemon's tools of the BuildKit that is asked for.
func (l *Lab) buildkitOf(ctx context.Context, asked string) (toolset, error) {
	candidates := []string{asked}
	if asked == newestBuildkit {
		var err error
		if candidates, err = l.buildkitReleases(ctx); err != nil {
			return toolset{}, err
		}
	}
	for _, version := range candidates {
		set, err := l.pinBuildkit(ctx, version)
		if err == nil {
			fmt.Fprintf(l.out, "the daemon is BuildKit %s\n", version)
			return set, nil
		}
		fmt.Fprintf(l.out, "BuildKit %s cannot be had: %v\n", version, err)
	}
	return toolset{}, fmt.Errorf("no BuildKit for %s=%s", buildkitVariable, asked)
}

// buildkitReleases returns the releases of BuildKit that are no older than the one that
// test/go.mod pins, the newest first.
func (l *Lab) buildkitReleases(ctx context.Context) ([]string, error) {
	list, err := proc{args: []string{"go", "list", "-m", "-versions", "-f", "{{.Version}} {{join .Versions \" \"}}", buildkitModule}, dir: l.testModule()}.output(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking for the releases of BuildKit: %w", err)
	}
	all := strings.Fields(list)
	return releasesSince(all[0], all[1:]), nil
}

// releasesSince returns those of versions that are released and no older than pinned,
// the newest first.
func releasesSince(pinned string, versions []string) []string {
	releases := slices.DeleteFunc(slices.Clone(versions), func(v string) bool {
		return semver.Prerelease(v) != "" || semver.Compare(v, pinned) < 0
	})
	semver.Sort(releases)
	slices.Reverse(releases)
	return releases
}

// pinBuildkit makes a Go module of .lab that pins nothing but a version of BuildKit, whose
// own choice of modules holds then, and downloads what its tools link.
func (l *Lab) pinBuildkit(ctx context.Context, version string) (toolset, error) {
	set := toolset{l.path("buildkit-" + version), daemonTools}
	if err := os.RemoveAll(set.module); err != nil {
		return set, err
	}
	if err := os.MkdirAll(set.module, 0o755); err != nil {
		return set, err
	}
	get := []string{"go", "get", "-tool"}
	for _, t := range set.tools {
		get = append(get, t.pkg+"@"+version)
	}
	for _, args := range [][]string{{"go", "mod", "init", "daemon"}, get} {
		if _, err := (proc{args: args, dir: set.module}).output(ctx); err != nil {
			return set, err
		}
	}
	_, err := set.key(ctx)
	return set, err
}
