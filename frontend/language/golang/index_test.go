package golang

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/dirhash"

	"github.com/stagefront/stagefront/frontend/trial"
)

// TestIndex builds two projects at one path whose packages have the same files, sizes and
// times, and other imports: Go's index of the first must not be taken for the second's.
func TestIndex(t *testing.T) {
	w := indexed{dir: t.TempDir(), cache: t.TempDir(), modules: t.TempDir()}
	if err := os.Mkdir(filepath.Join(w.cache, "00"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, imported := range []string{"errors", "unsafe"} {
		w.write(t, imported)
		for _, where := range []string{".", "./sub", "example.com/m"} {
			if got := w.run(t, "go", "list", "-f", "{{.Imports}}", where); got != "["+imported+"]" {
				t.Errorf("%s imports %s, got %s", where, imported, got)
			}
		}
	}
	if got := w.run(t, "printenv", "GODEBUG"); got != "" {
		t.Errorf("there is no index: GODEBUG is %s", got)
	}
	if found, _ := filepath.Glob(filepath.Join(w.cache, "*", "*-d")); len(found) == 0 {
		t.Error("nothing was indexed")
	}
}

// TestNoIndex has a cache that is empty, of a daemon that builds once.
func TestNoIndex(t *testing.T) {
	w := indexed{dir: t.TempDir(), cache: t.TempDir(), modules: t.TempDir()}
	if got := w.run(t, "printenv", "GODEBUG"); got != noIndex {
		t.Errorf("GODEBUG is %q", got)
	}
}

// TestIndexFlags leaves the index out where flags have to do with the paths of modules: an
// overlay names files by them, and is not among what an index is found by.
func TestIndexFlags(t *testing.T) {
	for build, want := range map[string]bool{
		"{}":                               true,
		"{flags: [-v, -trimpath]}":         true,
		"{flags: [-overlay=a.json]}":       false,
		"{flags: [--overlay, a.json]}":     false,
		"{flags: [-trimpath=false]}":       false,
		"{env: {GOFLAGS: -overlay=a}}":     false,
		"{env: {GOFLAGS: -v -trimpath=0}}": false,
		"{flags: [-toolexec=a.sh]}":        false,
		"{cgo: true}":                      false,
	} {
		p, e, g := programOf(t, build)
		step := compile(p, e, g, trial.AMD64, nil)
		if got := slices.Contains(step.Through, "/opt/stagefront/index.sh"); got != want {
			t.Errorf("%s: there is an index: %t, want %t", build, got, want)
		}
	}
}

// indexed is a project, a cache and modules.
type indexed struct{ dir, cache, modules string }

// write writes the project and its module anew, with packages that all import one.
func (w *indexed) write(t *testing.T, imported string) {
	t.Helper()
	module := "module example.com/m\n\ngo 1.26\n"
	code := "\n\nimport _ \"" + imported + "\"\n"
	kept := filepath.Join(w.modules, "cache/download/example.com/m/@v/v1.0.0")
	sum, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(module)), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	content := "h1:" + strings.Repeat(imported[:1], 43) + "="
	for name, data := range map[string]string{
		filepath.Join(w.dir, "go.mod"):                          "module example.com/app\n\ngo 1.26\n\nrequire example.com/m v1.0.0\n",
		filepath.Join(w.dir, "go.sum"):                          "example.com/m v1.0.0 " + content + "\nexample.com/m v1.0.0/go.mod " + sum + "\n",
		filepath.Join(w.dir, "main.go"):                         "package main" + code,
		filepath.Join(w.dir, "sub/sub.go"):                      "package sub" + code,
		filepath.Join(w.modules, "example.com/m@v1.0.0/go.mod"): module,
		filepath.Join(w.modules, "example.com/m@v1.0.0/m.go"):   "package m" + code,
		kept + ".mod":     module,
		kept + ".info":    `{"Version":"v1.0.0"}`,
		kept + ".ziphash": content,
	} {
		write(t, name, data)
		if err := os.Chtimes(name, time.Time{}, time.Unix(1e9, 0)); err != nil {
			t.Fatal(err)
		}
	}
}

// run runs a command by index.sh, as a step does, and returns what it printed.
func (w *indexed) run(t *testing.T, args ...string) string {
	t.Helper()
	script, err := filepath.Abs("index.sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", append([]string{script, w.dir}, args...)...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Dir(w.cache), "CGO_ENABLED=0", "GOCACHE="+w.cache, "GODEBUG="+noIndex, "GOFLAGS=", "GOMODCACHE="+w.modules,
		"GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}
