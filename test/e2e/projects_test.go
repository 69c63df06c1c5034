package e2e

import (
	"regexp"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// TestProjects builds every project of testdata/projects for both platforms and
// runs both images. An archive may have
//
//	flags  of the build, one a line
//	args   of the program, one a line
//	env    of the program, one variable a line; a value PORT is a server's port
//	stdin  that it reads
//	match  regular expressions, one a line, for what it prints on both outputs
//	get    paths of a server, one a line, each with a regular expression for its answer
func TestProjects(t *testing.T) {
	lab := start(t)
	forArchives(t, "projects", func(t *testing.T, a *archive) {
		ref := build(t, lab, a.project(t), a.name, a.lines("flags")...)
		onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
			checkContract(t, img)
			if asked := a.lines("get"); len(asked) > 0 {
				checkServer(t, img, a.lines("env"), asked)
				return
			}
			checkProgram(t, img, a)
		})
	})
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
