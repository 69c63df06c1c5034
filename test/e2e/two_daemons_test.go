package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/labenv"
)

// spareDaemon starts a buildkitd that has nothing, one of those that "lab daemon" knows,
// which goes with the test, and returns its address.
func spareDaemon(t *testing.T, lab *labenv.Lab, name string) string {
	t.Helper()
	t.Cleanup(func() {
		if printed, err := lab.RunAfter(lab.Root, "lab", "daemon", name, "down"); err != nil {
			t.Errorf("%v\n%s", err, printed)
		}
	})
	printed, err := lab.Run(t, lab.Root, "lab", "daemon", name, "up")
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	lines := strings.Fields(printed)
	return lines[len(lines)-1]
}

// builderOf makes a builder of the node at an address for each of some platforms, and
// returns the flags by which a build takes it. Nothing of it is left in the lab.
func builderOf(t *testing.T, lab *labenv.Lab, name string, nodes ...[2]string) (flags []string) {
	t.Helper()
	lab.Run(t, lab.Root, "buildx", "rm", name) // of a run that was ended
	for i, node := range nodes {
		args := []string{"buildx", "create", "--name", name, "--driver=remote"}
		if i > 0 {
			args = append(args, "--append")
		}
		if platform := node[0]; platform != "" {
			args = append(args, "--platform="+platform)
		}
		if printed, err := lab.Run(t, lab.Root, append(args, node[1])...); err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
	}
	t.Cleanup(func() {
		if printed, err := lab.RunAfter(lab.Root, "buildx", "rm", name); err != nil {
			t.Errorf("%v\n%s", err, printed)
		}
	})
	return []string{"--builder=" + name}
}

// ran returns the steps of a build that were run: not those that were cached, whose layer
// came from a cache in a registry, or that were not needed after all.
func ran(printed string) (steps []string) {
	for _, m := range compiling.FindAllStringSubmatch(printed, -1) {
		number, name := m[1], m[2]
		brought := slices.ContainsFunc([]string{" CACHED", " CANCELED", " sha256:", " extracting sha256:"}, func(said string) bool {
			return strings.Contains(printed, "\n"+number+said)
		})
		if !brought && !slices.Contains(steps, name) {
			steps = append(steps, name)
		}
	}
	return steps
}

var compiling = regexp.MustCompile(`(?m)^(#\d+) (?:\[[a-z0-9]+ linux/[a-z0-9]+\] )?(\[[a-z]+[^\]]*\] (?:compile|fetch) .*)$`)

// TestRan proves that a step whose layer was downloaded is not taken for one that was run.
func TestRan(t *testing.T) {
	printed := "#6 [go linux/amd64] compile .\n#6 sha256:3e4f 562.64kB / 562.64kB done\n#6 DONE 0.2s\n" +
		"#7 [go linux/arm64] compile .\n#7 CACHED\n#8 [go] fetch modules\n#8 DONE 1.8s\n" +
		"#9 [go linux/arm64] compile what x imports\n#9 extracting sha256:3e4f 0.5s done\n#10 [go] fetch tools\n#10 CANCELED\n"
	if got := ran(printed); !slices.Equal(got, []string{"[go] fetch modules"}) {
		t.Errorf("got %q", got)
	}
}

// allLayers returns the layers of what was built, for all platforms.
func allLayers(t *testing.T, ref string) (all []string) {
	t.Helper()
	for _, platform := range platforms {
		all = append(all, layers(open(t, ref, platform))...)
	}
	return all
}

// compiled returns the packages that steps of a build compiled, by what "go build -v" says.
func compiled(printed string) (packages []string) {
	for _, m := range verbose.FindAllStringSubmatch(printed, -1) {
		if !slices.Contains(packages, m[1]) {
			packages = append(packages, m[1])
		}
	}
	slices.Sort(packages)
	return packages
}

var verbose = regexp.MustCompile(`(?m)^#\d+ \d+\.\d+ ([a-z][\w./-]*)$`)

// TestTwoDaemons builds one project on two daemons: on each, with a cache in a registry
// from which the second takes what the first has compiled, and after an edit, of imports
// too, all but the program itself; and on both, as a builder whose nodes have a platform each. The images
// are the same.
func TestTwoDaemons(t *testing.T) {
	lab := start(t)
	address := spareDaemon(t, lab, "second")
	number := fmt.Sprint(time.Now().UnixNano()) // of no build before
	telling := strings.Replace(numbered, "certificates: false\n", "certificates: false\nbuild: {flags: [-v]}\n", 1)
	dir := project(t, strings.Replace(telling, "NUMBER", number, 1))
	cache := lab.Registry + "/e2e/two-daemons:cache"
	imported := "--cache-from=type=registry,ref=" + cache

	first, printed, err := tryBuild(t, lab, dir, "two-daemons:first", imported, "--cache-to=type=registry,mode=max,ref="+cache)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	if strings.Contains(printed, allTaken) {
		t.Errorf("what was taken of Go's toolchain does not run\n%s", printed)
	}
	for _, platform := range platforms { // what other programs import too may be there
		if want := "[go " + platform + "] compile ."; !slices.Contains(ran(printed), want) {
			t.Errorf("the first daemon ran %q, want %s\n%s", ran(printed), want, printed)
		}
	}

	t.Run("one cache", func(t *testing.T) {
		flags := append(builderOf(t, lab, "second", [2]string{"", address}), imported)
		ref, printed, err := tryBuild(t, lab, dir, "two-daemons:second", flags...)
		if err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		if again := ran(printed); len(again) != 0 {
			t.Errorf("the second daemon ran %q, which the cache has\n%s", again, printed)
		}
		if !slices.Equal(allLayers(t, ref), allLayers(t, first)) {
			t.Error("the second daemon's image is another")
		}

		// What it imports now is compiled: the runtime imports it.
		edited := strings.NewReplacer("NUMBER", "two", "package main\n", "package main\n\nimport _ \"math/bits\"\n")
		writeFile(t, filepath.Join(dir, "main.go"), edited.Replace(telling[strings.Index(telling, "package main"):]))
		ref, printed, err = tryBuild(t, lab, dir, "two-daemons:edited", flags...)
		if err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		if got := compiled(printed); !slices.Equal(got, []string{"example.com/numbered"}) || len(ran(printed)) != 2 {
			t.Errorf("after an edit the second daemon ran %q and compiled %q, want the program alone\n%s", ran(printed), got, printed)
		}
		if unpacked(printed, "[go] golang:") || !unpacked(printed, "[go] take what compiles of the toolchain") {
			t.Errorf("the second daemon did not compile with what was taken of the toolchain alone\n%s", printed)
		}
		checkNumbered(t, ref, "two")
	})

	t.Run("one cache of Python", func(t *testing.T) { checkInterpreterTaken(t, lab, "second", address) })

	t.Run("two nodes", func(t *testing.T) {
		other := project(t, strings.Replace(numbered, "NUMBER", number+" again", 1))
		nodes := builderOf(t, lab, "both", [2]string{"linux/amd64", lab.Getenv("BUILDKIT_HOST")}, [2]string{"linux/arm64", address})
		ref, printed, err := tryBuild(t, lab, other, "two-daemons:both", nodes...)
		if err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		for _, want := range []string{"[go linux/amd64] compile .", "[go linux/arm64] compile .", "merging manifest list"} {
			if !strings.Contains(printed, want) {
				t.Errorf("got no %q of two nodes\n%s", want, printed)
			}
		}
		checkNumbered(t, ref, number+" again")
		alone := build(t, lab, other, "two-daemons:alone")
		if !slices.Equal(allLayers(t, ref), allLayers(t, alone)) {
			t.Error("the image of two nodes is another than that of one")
		}
	})
}

// checkInterpreterTaken builds an example of Python with native code on the lab's daemon, and
// after an edit on another: that has the interpreter of the cache and no layer of what it
// only puts together, and makes the same image as the first.
func checkInterpreterTaken(t *testing.T, lab *labenv.Lab, name, address string) {
	t.Helper()
	dir := example(t, lab, "python-flask")
	source, err := os.ReadFile(filepath.Join(dir, "app.py"))
	if err != nil {
		t.Fatal(err)
	}
	edited := func(word string) string { return fmt.Sprintf("%s\n# %s, %d\n", source, word, time.Now().UnixNano()) }
	dir = changed(t, dir, map[string]string{"app.py": edited("one")})
	cache := lab.Registry + "/e2e/two-daemons:python-cache"
	imported := "--cache-from=type=registry,ref=" + cache
	_, printed, err := tryBuild(t, lab, dir, "two-daemons:python", imported, "--cache-to=type=registry,mode=max,ref="+cache)
	if err != nil || strings.Contains(printed, allTaken) {
		t.Fatalf("got %v, want a build by a part of the toolchain\n%s", err, printed)
	}
	writeFile(t, filepath.Join(dir, "app.py"), edited("two"))
	ref, printed, err := tryBuild(t, lab, dir, "two-daemons:python-second", append(builderOf(t, lab, name, [2]string{"", address}), imported)...)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	if got := ran(printed); !slices.Equal(got, []string{"[python] compile app:app"}) {
		t.Errorf("after an edit the second daemon ran %q\n%s", got, printed)
	}
	if unpacked(printed, "[python] python:") || !unpacked(printed, "[python] take what compiles of the toolchain") {
		t.Errorf("the second daemon did not compile with what was taken of the toolchain alone\n%s", printed)
	}
	for _, name := range []string{"[python linux/", "[runtime linux/"} {
		if unpacked(printed, name) {
			t.Errorf("the second daemon looked into %q…\n%s", name, printed)
		}
	}
	if alone := build(t, lab, dir, "two-daemons:python-alone"); !slices.Equal(allLayers(t, ref), allLayers(t, alone)) {
		t.Error("the image is another than that of the whole toolchain")
	}
}

// allTaken is said where a part of the toolchain does not run by itself.
const allTaken = "all of the toolchain is taken: a part of it does not run by itself"

// unpacked reports whether a layer was unpacked for what begins with a name.
func unpacked(printed, name string) bool {
	for _, m := range regexp.MustCompile(`(?m)^#(\d+) `+regexp.QuoteMeta(name)).FindAllStringSubmatch(printed, -1) {
		if strings.Contains(printed, "\n#"+m[1]+" extracting sha256:") {
			return true
		}
	}
	return false
}

// TestRootless builds on a daemon that has no root, as in a pod, whose steps see all
// processes of the machine: they leave those alone, and the image is that of a daemon with
// all rights.
func TestRootless(t *testing.T) {
	lab := start(t)
	address := spareDaemon(t, lab, "rootless")
	if printed, err := lab.Buildctl(t, lab.Root, "--addr", address, "debug", "workers", "-v"); err != nil || !strings.Contains(printed, "no-sandbox") {
		t.Fatalf("got %v, want a daemon whose steps see all processes\n%s", err, printed)
	}
	dir := example(t, lab, "java-hello")
	ref, printed, err := tryBuild(t, lab, dir, "rootless:without", builderOf(t, lab, "rootless", [2]string{"", address})...)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	if !slices.Contains(ran(printed), "[java] compile hello") {
		t.Errorf("the daemon ran %q, want a compiler\n%s", ran(printed), printed)
	}
	if !slices.Equal(allLayers(t, ref), allLayers(t, build(t, lab, dir, "rootless:with"))) {
		t.Error("the image of a daemon without root is another")
	}
}
