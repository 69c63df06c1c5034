package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

// TestRustAxum builds examples/rust-axum, and asks both images over HTTP.
func TestRustAxum(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "rust-axum")
	ref := build(t, lab, dir, "rust-axum", "--build-arg=VERSION=1.2.3")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkContract(t, img)
		address := freeAddress(t)
		c := startServer(t, img, image.RunOptions{Env: []string{"ADDRESS=" + address}})
		for path, want := range map[string]string{
			"/hello/you": `{"message":"Hello, you!","number":1}`, "/version": "1.2.3", "/": "<h1>Hello</h1>",
		} {
			if got := get(t, c, "http://"+address+path); !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want %q in it", path, got, want)
			}
		}
	})
}

// TestRustWorkspace builds both programs of examples/rust-workspace, with a stamp of
// whoever builds.
func TestRustWorkspace(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "rust-workspace")
	shop := build(t, lab, dir, "rust-shop", "--target=shop", "--build-arg=RELEASE=autumn")
	onPlatforms(t, shop, func(t *testing.T, img *image.Image) {
		checkContract(t, img)
		result, err := img.Run(t.Context(), image.RunOptions{})
		if want := "release autumn, Article: name, cents\ntea: 3.50\ncake: 4.25\n"; err != nil || result.Stdout != want {
			t.Errorf("got %+v, %v, want %q", result, err, want)
		}
	})
	const foreign = "linux/arm64" // shop is for both, and import compiles the same packages
	imported := build(t, lab, dir, "rust-import", "--target=import", "--platform="+foreign)
	result, err := open(t, imported, foreign).Run(t.Context(), image.RunOptions{Stdin: "green tea 400\n"})
	if want := `[{"name":"green tea","cents":400}]` + "\n"; err != nil || result.Stdout != want {
		t.Errorf("got %+v, %v, want %q", result, err, want)
	}
}

// rustCompiled are the packages that a build's log says were compiled by steps of a name.
func rustCompiled(printed, step string) (names []string) {
	number := regexp.MustCompile(`(?m)^#(\d+) \[rust [^\]]*\] ` + step)
	for _, m := range number.FindAllStringSubmatch(printed, -1) {
		line := regexp.MustCompile(`(?m)^#` + m[1] + ` [0-9.]+ +Compiling (\S+) `)
		for _, c := range line.FindAllStringSubmatch(printed, -1) {
			if !slices.Contains(names, c[1]) {
				names = append(names, c[1])
			}
		}
	}
	slices.Sort(names)
	return names
}

// TestRustEdit edits a workspace in every way that could leave something stale: each
// edit shows in the program, whatever the time of the file. No dependency is compiled
// again, but for the edit of what stands in for one. At the end tests run, of the program
// and of a member that it needs.
func TestRustEdit(t *testing.T) {
	lab := start(t)
	forArchives(t, "rust", func(t *testing.T, a *archive) {
		dir := a.project(t)
		differ(t, filepath.Join(dir, "patched/src/lib.rs"))
		said, printed := rustRun(t, lab, dir, a.name)
		if want := "main library macro script text link linked patch\n"; said != want {
			t.Fatalf("got %q, want %q", said, want)
		}
		if got := rustCompiled(printed, "compile dependencies"); !slices.Contains(got, "itoa") || !slices.Contains(got, "crc32fast") {
			t.Errorf("got %q, want itoa and crc32fast compiled with the dependencies", got)
		}
		words, names := strings.Fields(said), []string{
			"app/src/main.rs", "library/src/lib.rs", "macros/src/lib.rs", "library/build.rs", "text.txt",
			"linked/build.rs", "linked/src/lib.rs", "patched/src/word.rs",
		}
		const patch = 7
		for _, edited := range [][]int{{0}, {4}, {1, 2, 6}, {3, 5}, {patch}} {
			for _, i := range edited {
				edit(t, filepath.Join(dir, names[i]))
				words[i] += "-edited"
			}
			said, printed := rustRun(t, lab, dir, a.name)
			if want := strings.Join(words, " ") + "\n"; said != want {
				t.Errorf("%s: got %q, want %q", names[edited[0]], said, want)
			}
			got, again := rustCompiled(printed, "compile"), edited[0] == patch
			if slices.Contains(got, "itoa") != again || !slices.Contains(got, "app") {
				t.Errorf("%s: got %q compiled, want the dependencies: %v", names[edited[0]], got, again)
			}
		}
		printed, err := runTests(t, lab, dir)
		if err != nil || !strings.Contains(printed, "test counts ... ok") || !strings.Contains(printed, "test belongs ... ok") {
			t.Errorf("got %v, want the tests of the program and of what it needs:\n%s", err, printed)
		}
	})
}

// TestRustVendored builds an example whose dependency is in the repository. Compiling the
// dependency apart is for all edits and checkouts: files of another time are the same.
func TestRustVendored(t *testing.T) {
	lab := start(t)
	archive, err := os.ReadFile("testdata/rust-vendored.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := project(t, string(archive))
	differ(t, filepath.Join(dir, "vendor/leaf/src/lib.rs"))
	said, printed := rustRun(t, lab, dir, "vendored")
	if got := rustCompiled(printed, "compile dependencies"); said != "demo, library\n" || !slices.Contains(got, "leaf") {
		t.Errorf("got %q with %q compiled, want leaf", said, got)
	}
	edit(t, filepath.Join(dir, "examples/demo.rs"))
	for _, name := range []string{"build.rs", "src/lib.rs", "Cargo.toml"} {
		later := time.Now().Add(time.Minute)
		if err := os.Chtimes(filepath.Join(dir, "vendor/leaf", name), later, later); err != nil {
			t.Fatal(err)
		}
	}
	said, printed = rustRun(t, lab, dir, "vendored")
	if got := rustCompiled(printed, "compile"); said != "demo-edited, library\n" || !slices.Equal(got, []string{"app"}) {
		t.Errorf("got %q with %q compiled, want app alone", said, got)
	}
}

// rustRun builds a project for the builder's own platform, and returns what its program
// prints and what the build does.
func rustRun(t *testing.T, lab *labenv.Lab, dir, name string) (said, printed string) {
	t.Helper()
	ref := lab.Registry + "/e2e/rust-" + name
	printed, err := try(t, lab, dir, "--provenance=false", "--push", "-t", ref)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	result, err := open(t, ref, "linux/"+runtime.GOARCH).Run(t.Context(), image.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return result.Stdout, printed
}

// differ makes a source another one than that of tests before, whose steps a builder still
// has.
func differ(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, fmt.Appendf(data, "// %d\n", time.Now().UnixNano()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// edit changes the word before the only @ of a file, which then looks older than
// everything else.
func edit(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil || bytes.Count(data, []byte("@")) != 1 {
		t.Fatalf("reading the @ of %s: %v", name, err)
	}
	long := time.Unix(1, 0)
	err = errors.Join(os.WriteFile(name, bytes.Replace(data, []byte("@"), []byte("-edited@"), 1), 0o644), os.Chtimes(name, long, long))
	if err != nil {
		t.Fatal(err)
	}
}
