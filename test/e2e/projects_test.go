package e2e

import (
	"fmt"
	"io/fs"
	"net"
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
//	get    paths of a server, one a line, each with a regular expression for its answer
func TestProjects(t *testing.T) {
	lab := labenv.Get(t)
	files, err := filepath.Glob("testdata/projects/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d archives: %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel() // most of the time goes into waiting for downloads
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
					if asked := lines(a, "get"); len(asked) > 0 {
						checkServer(t, img, asked)
						return
					}
					result, err := img.Run(t.Context(), image.RunOptions{Args: lines(a, "args"), Stdin: content(a, "stdin"), Env: []string{emulated}})
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

// emulated makes a JVM start sooner where its processor is emulated: its first
// compiler alone is at work. Other programs do not know the variable.
const emulated = "JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1"

// checkServer starts an image and compares what it answers. The servers that
// the frontend starts listen where their variables say.
func checkServer(t *testing.T, img *image.Image, asked []string) {
	t.Helper()
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	c, err := img.Start(t.Context(), image.RunOptions{Env: []string{emulated, "PORT=" + port, "UVICORN_PORT=" + port, "GRANIAN_PORT=" + port}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	for _, line := range asked {
		path, want, _ := strings.Cut(line, " ")
		at := "http://" + address
		if own := strings.SplitN(path, "/", 2)[0]; own != "" {
			at = "http://127.0.0.1:" // of a server that has its port in its arguments
		}
		if got := get(t, c, at+path); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: got %q, want a match of %q\n%s", path, got, want, c.Logs())
		}
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

// checkLog checks what every build promises to its watcher: what is the same for
// all platforms is done once.
func checkLog(t *testing.T, printed string) {
	t.Helper()
	steps := map[string]map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(#\d+) (\[[^\] ]+\] (?:fetch|compile) .*)$`).FindAllStringSubmatch(printed, -1) {
		if steps[m[2]] == nil {
			steps[m[2]] = map[string]bool{}
		}
		steps[m[2]][m[1]] = true
	}
	for name, all := range steps {
		if len(all) > 1 {
			t.Errorf("%s is done in %d steps, want 1", name, len(all))
		}
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

// programs are the directories that images start programs of.
var programs = regexp.MustCompile(`^(/usr/local/bin/|/opt/venv/bin/|/usr/bin/java$)`)

// checkContract checks what is true of every image: it runs as nonroot, starts
// a program of root's in its place, and has no time of the build; one of ours
// has no shell, and one of a compiled program no source.
func checkContract(t *testing.T, img *image.Image) {
	t.Helper()
	config := img.Config.Config
	if config.User != "65532:65532" {
		t.Errorf("got user %q, want 65532:65532", config.User)
	}
	if len(config.Entrypoint) == 0 || !programs.MatchString(config.Entrypoint[0]) {
		t.Fatalf("got entrypoint %q, want a program of /usr/local/bin or /opt/venv/bin, or java", config.Entrypoint)
	}
	if !img.Config.Created.IsZero() && img.Config.Created.Unix() != 0 {
		t.Errorf("got creation time %v, want 1970", img.Config.Created)
	}
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	if program := files[config.Entrypoint[0]]; program.Mode&fs.ModeSymlink == 0 && program.Mode.Perm() != 0o755 || program.UID != 0 {
		t.Errorf("%s has mode %v and owner %d, want 0755 of root", config.Entrypoint[0], program.Mode, program.UID)
	}
	_, hasSystem := files["/usr/bin/dpkg"]
	for name, f := range files {
		switch {
		case hasSystem: // a runtime with a distribution in it
		case name == "/bin/sh", name == "/usr/bin/sh", name == "/bin/busybox":
			t.Errorf("the image has a shell: %s", name)
		case strings.HasSuffix(name, ".go"), strings.HasSuffix(name, "go.mod"):
			t.Errorf("the image has source: %s", name)
		}
		if f.ModTime.Unix() != 0 && f.Layer >= len(img.Config.RootFS.DiffIDs)-2 {
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
