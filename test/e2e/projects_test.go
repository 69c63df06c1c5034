package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

var platforms = []string{"linux/amd64", "linux/arm64"}

// TestProjects builds every project of testdata/projects for both platforms and
// runs both images. An archive may have
//
//	flags  of the build, one a line
//	args   of the program, one a line
//	stdin  that it reads
//	match  regular expressions, one a line, for what it prints on both outputs
func TestProjects(t *testing.T) {
	lab := labenv.Get(t)
	files, err := filepath.Glob("testdata/projects/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d archives: %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			ref := build(t, lab, labenv.Project(t, string(data)), name, lines(a, "flags")...)
			for _, platform := range platforms {
				t.Run(platform, func(t *testing.T) {
					img := open(t, ref, platform)
					checkContract(t, img)
					result, err := img.Run(t.Context(), image.RunOptions{Args: lines(a, "args"), Stdin: content(a, "stdin")})
					if err != nil {
						t.Fatal(err)
					}
					if result.ExitCode != 0 {
						t.Errorf("got exit code %d", result.ExitCode)
					}
					printed := result.Stdout + result.Stderr
					for _, want := range lines(a, "match") {
						if !regexp.MustCompile("(?m)" + want).MatchString(printed) {
							t.Errorf("got %q, want a match of %q", printed, want)
						}
					}
				})
			}
		})
	}
}

// build builds a project for both platforms with the frontend image and
// returns the image's name in the lab's registry.
func build(t *testing.T, lab *labenv.Lab, dir, name string, flags ...string) (ref string) {
	t.Helper()
	ref = lab.Registry + "/e2e/" + name
	args := append([]string{"--platform", strings.Join(platforms, ","), "--provenance=false", "--push", "-t", ref}, lab.Network...)
	args = append(args, flags...)
	if !strings.Contains(strings.Join(flags, " ")+" ", "-f ") {
		args = append(args, "-f", "stagefront.yaml")
	}
	printed, err := lab.Build(t, dir, append(args, ".")...)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	checkLog(t, printed)
	return ref
}

// checkLog checks what every build promises to its watcher: dependencies are
// fetched once for all platforms.
func checkLog(t *testing.T, printed string) {
	t.Helper()
	steps := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(#\d+) \[go\] fetch modules$`).FindAllStringSubmatch(printed, -1) {
		steps[m[1]] = true
	}
	if len(steps) > 1 {
		t.Errorf("modules are fetched in %d steps, want 1", len(steps))
	}
}

func open(t *testing.T, ref, platform string) *image.Image {
	t.Helper()
	img, err := image.Open(t.Context(), ref, platform)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// checkContract checks what is true of every image: it runs as nonroot, has
// one program in /usr/local/bin that it runs, no shell, no source, and no time
// of the build.
func checkContract(t *testing.T, img *image.Image) {
	t.Helper()
	config := img.Config.Config
	if config.User != "65532:65532" {
		t.Errorf("got user %q, want 65532:65532", config.User)
	}
	if len(config.Entrypoint) == 0 || !strings.HasPrefix(config.Entrypoint[0], "/usr/local/bin/") {
		t.Fatalf("got entrypoint %q, want a program in /usr/local/bin", config.Entrypoint)
	}
	if !img.Config.Created.IsZero() && img.Config.Created.Unix() != 0 {
		t.Errorf("got creation time %v, want 1970", img.Config.Created)
	}
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	if program := files[config.Entrypoint[0]]; program.Mode.Perm() != 0o755 || program.UID != 0 {
		t.Errorf("%s has mode %v and owner %d, want 0755 of root", config.Entrypoint[0], program.Mode, program.UID)
	}
	for name, f := range files {
		switch {
		case name == "/bin/sh", name == "/usr/bin/sh", name == "/bin/busybox":
			t.Errorf("the image has a shell: %s", name)
		case strings.HasSuffix(name, ".go"), strings.HasSuffix(name, "go.mod"):
			t.Errorf("the image has source: %s", name)
		case f.ModTime.Unix() != 0 && f.Layer > 0:
			t.Errorf("%s has the time %v, want 1970", name, f.ModTime)
		}
	}
	for name, want := range map[string]string{"/app": "drwxrwxr-x 65532:0", "/tmp": "dtrwxrwxrwx 0:0"} {
		f := files[name]
		if got := fmt.Sprintf("%v %d:%d", f.Mode, f.UID, f.GID); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func content(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func lines(a *txtar.Archive, name string) []string {
	text := strings.TrimSpace(content(a, name))
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
