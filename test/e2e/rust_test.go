package e2e

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/image"
)

// TestRustAxum builds examples/rust-axum, asks both images over HTTP, and runs the
// project's tests.
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
	printed, err := runTests(t, lab, dir)
	if err != nil || !strings.Contains(printed, "test tests::greets ... ok") {
		t.Errorf("got %v, want the project's tests:\n%s", err, printed)
	}
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
	imported := build(t, lab, dir, "rust-import", "--target=import")
	onPlatforms(t, imported, func(t *testing.T, img *image.Image) {
		result, err := img.Run(t.Context(), image.RunOptions{Stdin: "green tea 400\n"})
		if want := `[{"name":"green tea","cents":400}]` + "\n"; err != nil || result.Stdout != want {
			t.Errorf("got %+v, %v, want %q", result, err, want)
		}
	})
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
// edit shows in the program, whatever the time of the file, and no dependency is
// compiled again.
func TestRustEdit(t *testing.T) {
	lab := start(t)
	forArchives(t, "rust", func(t *testing.T, a *archive) {
		dir := a.project(t)
		run := func() (said, printed string) {
			ref, printed, err := tryBuild(t, lab, dir, "rust-"+a.name)
			if err != nil {
				t.Fatalf("%v\n%s", err, printed)
			}
			result, err := open(t, ref, "linux/amd64").Run(t.Context(), image.RunOptions{})
			if err != nil {
				t.Fatal(err)
			}
			return result.Stdout, printed
		}
		said, printed := run()
		if want := "main library macro script text\n"; said != want {
			t.Fatalf("got %q, want %q", said, want)
		}
		if got := rustCompiled(printed, "compile dependencies"); !slices.Contains(got, "itoa") {
			t.Errorf("got %q, want itoa compiled with the dependencies", got)
		}
		words := strings.Fields(said)
		for i, name := range []string{"app/src/main.rs", "library/src/lib.rs", "macros/src/lib.rs", "library/build.rs", "text.txt"} {
			edit(t, filepath.Join(dir, name))
			words[i] += "-edited"
			said, printed := run()
			if want := strings.Join(words, " ") + "\n"; said != want {
				t.Errorf("%s: got %q, want %q", name, said, want)
			}
			if got := rustCompiled(printed, "compile"); slices.Contains(got, "itoa") || !slices.Contains(got, "app") {
				t.Errorf("%s: got %q compiled, want the project alone", name, got)
			}
		}
	})
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
