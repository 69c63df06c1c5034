package e2e

import (
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/labenv"
)

// anywhere is a project that is built from wherever it lies.
const anywhere = `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
runtime: scratch
certificates: false
-- plain.yaml --
language: go
runtime: scratch
certificates: false
-- replaced.yaml --
# syntax=example.com/no/such
language: go
runtime: scratch
certificates: false
-- go.mod --
module example.com/anywhere

go 1.26.0
-- main.go --
package main

func main() { println("anywhere") }
`

// TestContexts builds a project from every kind of build context, and by a frontend that is
// named in every way: it gives the same image.
// A context without a project is told as that, and the time of a commit is known.
func TestContexts(t *testing.T) {
	lab := start(t)
	dir := project(t, anywhere)
	root, address := serveProject(t, dir)
	repository, archive := address+"/repository/.git", filepath.Join(root, "project.tar.gz")
	elsewhere := filepath.Join(t.TempDir(), "spec.yaml")
	run(t, dir, "cp", "stagefront.yaml", elsewhere)
	push := "--push -t " + lab.Registry + "/e2e/contexts "
	want := ""
	for _, way := range []string{
		"-f stagefront.yaml .",
		"-f - . <stagefront.yaml",
		"-f " + elsewhere + " .",
		"-f stagefront.yaml " + repository + "#main:app",
		"-f stagefront.yaml " + repository + "#v1:app",
		"-f stagefront.yaml " + repository + "#" + run(t, filepath.Join(root, "repository"), "git", "rev-parse", "HEAD") + ":app",
		"-f stagefront.yaml " + address + "/project.tar.gz",
		"-f stagefront.yaml - <" + archive,
		"-f plain.yaml --build-arg=BUILDKIT_SYNTAX=org/stagefront .",
		"-f replaced.yaml --build-context=example.com/no/such=docker-image://org/stagefront .",
	} {
		printed, err := shell(t, lab, dir, push+way)
		if err != nil {
			t.Errorf("%s: %v\n%s", way, err, printed)
			continue
		}
		got := open(t, lab.Registry+"/e2e/contexts", "linux/amd64").Digest
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s: got the image %s, want %s", way, got, want)
		}
	}
	printed, err := shell(t, lab, dir, "- <stagefront.yaml")
	if want := "the build context is empty; give the project's directory"; err == nil || !strings.Contains(printed, want) {
		t.Errorf("a spec alone: got %v, want %s\n%s", err, want, printed)
	}
	if printed, err = shell(t, lab, dir, push+"--build-arg=SOURCE_DATE_EPOCH=context -f stagefront.yaml "+repository+"#root"); err != nil {
		t.Fatalf("the time of the commit: %v\n%s", err, printed)
	}
	if got := open(t, lab.Registry+"/e2e/contexts", "linux/amd64").Config.Created.Unix(); got != 1700000000 {
		t.Errorf("got the time %d, want that of the commit", got)
	}
}

// serveProject serves a project as an archive, and as a repository that has it in the
// directory app, on the branch root at its root. It returns the directory of both, and the
// address.
func serveProject(t *testing.T, dir string) (root, address string) {
	t.Helper()
	root = t.TempDir()
	repository := filepath.Join(root, "repository")
	run(t, dir, "tar", "-czf", filepath.Join(root, "project.tar.gz"), ".")
	run(t, root, "git", "init", "--quiet", "--initial-branch=main", repository)
	run(t, repository, "cp", "-r", dir, "app")
	run(t, repository, "git", "add", ".")
	run(t, repository, "git", "commit", "--quiet", "--message=a project")
	run(t, repository, "git", "tag", "v1")
	// BuildKit fails to tell the time of a commit for a subdirectory.
	run(t, repository, "git", "branch", "root", run(t, repository, "git", "commit-tree", "HEAD:app", "-m", "a project at the root"))
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(root)))
	mux.Handle("/repository/", &cgi.Handler{
		Path: filepath.Join(run(t, root, "git", "--exec-path"), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1"},
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return root, server.URL
}

// run runs a program of the machine, by which git commits at a fixed time, and returns
// what it printed.
func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_COMMITTER_DATE=1700000000 +0000", "GIT_AUTHOR_DATE=1700000000 +0000",
		"GIT_AUTHOR_NAME=me", "GIT_AUTHOR_EMAIL=me@example.com", "GIT_COMMITTER_NAME=me", "GIT_COMMITTER_EMAIL=me@example.com")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// shell builds for linux/amd64 by a command line, which may redirect.
func shell(t *testing.T, lab *labenv.Lab, dir, line string) (printed string, err error) {
	t.Helper()
	script := "docker buildx build --progress=plain --platform=linux/amd64 --provenance=false " + line
	if !lab.HasDocker() {
		script = strings.TrimPrefix(script, "docker ")
	}
	return lab.Run(t, dir, "sh", "-c", script)
}
