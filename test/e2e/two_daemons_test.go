package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/labenv"
)

// secondDaemon starts a buildkitd that has nothing, which goes with the test, and returns
// its address.
func secondDaemon(t *testing.T, lab *labenv.Lab) string {
	t.Helper()
	printed, err := lab.Run(t, lab.Root, "lab", "second")
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	t.Cleanup(func() {
		if printed, err := lab.RunAfter(lab.Root, "lab", "single"); err != nil {
			t.Errorf("%v\n%s", err, printed)
		}
	})
	lines := strings.Fields(printed)
	return lines[len(lines)-1]
}

// builderAt makes a builder of the daemon at an address, and returns the flag by which a
// build takes it. Nothing of it is left in the lab.
func builderAt(t *testing.T, lab *labenv.Lab, name, address string) (flag string) {
	t.Helper()
	lab.Run(t, lab.Root, "buildx", "rm", name) // of a run that was ended
	if printed, err := lab.Run(t, lab.Root, "buildx", "create", "--name", name, "--driver=remote", address); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	t.Cleanup(func() {
		if printed, err := lab.RunAfter(lab.Root, "buildx", "rm", name); err != nil {
			t.Errorf("%v\n%s", err, printed)
		}
	})
	return "--builder=" + name
}

// ran returns the steps of a build that were run and not taken from a cache: those that
// have printed how long they took.
func ran(printed string) (steps []string) {
	for _, m := range regexp.MustCompile(`(?m)^(#\d+) (?:\[[a-z0-9]+ linux/[a-z0-9]+\] )?(\[[a-z]+[^\]]*\] (?:compile|fetch) .*)$`).FindAllStringSubmatch(printed, -1) {
		number, name := m[1], m[2]
		if !strings.Contains(printed, "\n"+number+" CACHED") && !slices.Contains(steps, name) {
			steps = append(steps, name)
		}
	}
	return steps
}

// digests returns the digest of what was built for each platform.
func digests(t *testing.T, ref string) (all []string) {
	t.Helper()
	for _, platform := range platforms {
		all = append(all, layers(open(t, ref, platform))...)
	}
	return all
}

// TestTwoDaemons builds one project on two daemons, with a cache in a registry from which
// the second takes what the first has compiled. The images are the same.
func TestTwoDaemons(t *testing.T) {
	lab := start(t)
	address := secondDaemon(t, lab)
	number := fmt.Sprint(time.Now().UnixNano()) // of no build before
	dir := project(t, strings.Replace(numbered, "NUMBER", number, 1))
	cache := lab.Registry + "/e2e/two-daemons:cache"

	first, printed, err := tryBuild(t, lab, dir, "two-daemons:first", "--cache-to=type=registry,mode=max,ref="+cache)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	if len(ran(printed)) != 2 {
		t.Errorf("the first daemon ran %q, want a compiler for each platform\n%s", ran(printed), printed)
	}

	ref, printed, err := tryBuild(t, lab, dir, "two-daemons:second", builderAt(t, lab, "second", address), "--cache-from=type=registry,ref="+cache)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	if again := ran(printed); len(again) != 0 {
		t.Errorf("the second daemon ran %q, which the cache has\n%s", again, printed)
	}
	if !slices.Equal(digests(t, ref), digests(t, first)) {
		t.Error("the second daemon's image is another")
	}
}
