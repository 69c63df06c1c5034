package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// TestProjects builds every project of testdata/projects for both platforms and runs
// both images, but for one that another stands for. An archive may have
//
//	flags  of the build, one a line
//	for    platforms, one a line, where the other one would show nothing more
//	args   of the program, one a line
//	env    of the program, one variable a line; a value PORT is a server's port
//	stdin  that it reads
//	match  regular expressions, one a line, for what it prints on both outputs
//	get    paths of a server, one a line, each with a regular expression for its answer
//	shows  regular expressions, one a line, for what the build prints
//	hides  such that what the build prints has nothing of them
//	again  says that the program is compiled twice, to layers that are the same
func TestProjects(t *testing.T) {
	lab := start(t)
	forArchives(t, "projects", func(t *testing.T, a *archive) {
		dir := a.project(t)
		chosen, flags := platforms, a.lines("flags")
		if a.content("for") != "" {
			chosen = a.lines("for")
			flags = append(flags, "--platform="+strings.Join(chosen, ","))
		}
		if a.content("shows") != "" {
			flags = append(flags, anew()) // a step that is cached prints nothing
		}
		ref, printed, err := tryBuild(t, lab, dir, a.name, flags...)
		if err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		checkPrinted(t, a, printed)
		if a.content("again") != "" {
			first := layers(open(t, ref, chosen[0]))
			again := layers(open(t, build(t, lab, dir, a.name, append(flags, "--no-cache-filter=compile")...), chosen[0]))
			if !slices.Equal(again, first) {
				t.Errorf("compiled anew, the layers are\n%q, want\n%q", again, first)
			}
		}
		on(t, ref, chosen, func(t *testing.T, img *image.Image) {
			checkContract(t, img)
			if len(chosen) > 1 && !mustStart(t, ref, img) {
				return
			}
			if asked := a.lines("get"); len(asked) > 0 {
				checkServer(t, img, a.lines("env"), asked)
				return
			}
			checkProgram(t, img, a)
		})
	})
}

// checkPrinted compares what a build printed with what an archive says of it.
func checkPrinted(t *testing.T, a *archive, printed string) {
	t.Helper()
	for _, want := range []bool{true, false} {
		for _, text := range a.lines(map[bool]string{true: "shows", false: "hides"}[want]) {
			if regexp.MustCompile("(?m)"+text).MatchString(printed) != want {
				t.Errorf("the build shows a match of %q: %t, want %t\n%s", text, !want, want, printed)
			}
		}
	}
}

// checkProgram runs an image to its end and compares what it prints.
func checkProgram(t *testing.T, img *image.Image, a *archive) {
	t.Helper()
	opts := image.RunOptions{Args: a.lines("args"), Stdin: a.content("stdin"), Env: a.lines("env")}
	result, err := img.Run(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if result.ExitCode != 0 {
		t.Errorf("got exit code %d", result.ExitCode)
	}
	printed := result.Stdout + result.Stderr
	for _, want := range a.lines("match") {
		if !regexp.MustCompile("(?m)" + want).MatchString(printed) {
			t.Errorf("got %q, want a match of %q", printed, want)
		}
	}
}
