package e2e

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// A language is what the drivers know of one: what its images start, and what
// never gets into any image.
type language struct {
	name   string
	starts *regexp.Regexp
	source *regexp.Regexp // nil where source is what runs
}

// languages are all there are. A new one is added here, and to nothing else that
// tests share.
var languages = []language{
	{
		name:   "go",
		starts: regexp.MustCompile(`^/usr/local/bin/`),
		source: regexp.MustCompile(`\.go$|go\.mod$`),
	},
	{
		name:   "python",
		starts: regexp.MustCompile(`^/opt/venv/bin/`),
	},
	{
		name:   "node",
		starts: regexp.MustCompile(`^/(nodejs|usr/local)/bin/node$`),
		source: regexp.MustCompile(`^/app/(.*/)?(stagefront\.yaml|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|tsconfig\.json|\.npmrc|\.env)$`),
	},
	{
		name:   "static",
		starts: regexp.MustCompile(`^/usr/local/bin/caddy$`),
		source: regexp.MustCompile(`^/srv/(.*/)?(stagefront\.yaml|package\.json|package-lock\.json|node_modules|vite\.config\.\w+)$`),
	},
	{
		name:   "java",
		starts: regexp.MustCompile(`^/usr/bin/java$`),
		source: regexp.MustCompile(`^/app/(.*\.(java|kt|groovy)|(.*/)?(pom\.xml|build\.gradle|stagefront\.yaml|\.m2|\.git))$`),
	},
	{
		name:   "rust",
		starts: regexp.MustCompile(`^/usr/local/bin/`),
		source: regexp.MustCompile(`\.rs$|Cargo\.(toml|lock)$`),
	},
}

// TestSource proves what passes for source, in the root of the image's own
// directory and below it.
func TestSource(t *testing.T) {
	for _, name := range []string{"/app/pom.xml", "/app/web/pom.xml", "/app/a/B.java", "/usr/local/src/main.go", "/app/.git"} {
		if !isSource(name) {
			t.Errorf("%s is no source", name)
		}
	}
	for _, name := range []string{"/app/lib/shop.jar", "/usr/lib/python3/pom.xml", "/usr/local/bin/cargo"} {
		if isSource(name) {
			t.Errorf("%s is source", name)
		}
	}
}

// isProgram tells whether images of some language start the file name.
func isProgram(name string) bool {
	for _, l := range languages {
		if l.starts.MatchString(name) {
			return true
		}
	}
	return false
}

// isSource tells whether name is what a language leaves behind.
func isSource(name string) bool {
	for _, l := range languages {
		// Packages are published with settings of their own.
		if l.source != nil && !strings.Contains(name, "/node_modules/") && l.source.MatchString(name) {
			return true
		}
	}
	return false
}

// checkContract checks what is true of every image: it runs as nonroot, starts
// a program of root's in its place, and has no time of the build; one of ours
// has no shell, and one of a compiled program no source.
func checkContract(t *testing.T, img *image.Image) {
	t.Helper()
	config := img.Config.Config
	if config.User != "65532:65532" {
		t.Errorf("got user %q, want 65532:65532", config.User)
	}
	if len(config.Entrypoint) == 0 || !isProgram(config.Entrypoint[0]) {
		t.Fatalf("got entrypoint %q, want a program of one of the languages", config.Entrypoint)
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
	checkContents(t, files, len(img.Config.RootFS.DiffIDs))
	for name, want := range map[string]string{config.WorkingDir: "drwxrwxr-x 65532:0", "/tmp": "dtrwxrwxrwx 0:0"} {
		f := files[name]
		if got := fmt.Sprintf("%v %d:%d", f.Mode, f.UID, f.GID); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// checkContents checks that an image of n layers has no shell of its own, no
// source, and in the layers of the build no time.
func checkContents(t *testing.T, files map[string]image.File, n int) {
	t.Helper()
	_, hasSystem := files["/usr/bin/dpkg"]
	for name, f := range files {
		ours := !hasSystem || strings.HasPrefix(name, "/app/") // no distribution's that is the runtime
		switch {
		case ours && (name == "/bin/sh" || name == "/usr/bin/sh" || name == "/bin/busybox"):
			t.Errorf("the image has a shell: %s", name)
		case ours && isSource(name):
			t.Errorf("the image has source: %s", name)
		}
		if f.ModTime.Unix() != 0 && f.Layer >= n-2 {
			t.Errorf("%s has the time %v, want 1970", name, f.ModTime)
		}
	}
}
