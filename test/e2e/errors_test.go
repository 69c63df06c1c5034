package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestErrors builds every project of testdata/errors, none of which can be
// built, and compares what the terminal shows at the end. An archive may have
// "flags", one a line, beside those that all builds have.
func TestErrors(t *testing.T) {
	lab := start(t)
	forArchives(t, "errors", func(t *testing.T, a *archive) {
		out := filepath.Join(t.TempDir(), "image.tar")
		flags := append([]string{"--provenance=false", "-o", "type=oci,dest=" + out}, a.lines("flags")...)
		printed, err := try(t, lab, a.project(t), flags...)
		if err == nil {
			t.Fatalf("built, want an error:\n%s", printed)
		}
		if info, err := os.Stat(out); err == nil && info.Size() > 0 {
			t.Errorf("the failed build left an image behind")
		}
		a.want(t, shown(printed))
	})
}

var (
	clock    = regexp.MustCompile(`(?m)^[0-9]+\.[0-9]+ `)
	registry = regexp.MustCompile(`https?://[^/ "]+`)
	buildLog = regexp.MustCompile(`(?m)^View build details:.*\n`)
	// A build backend prints on two outputs, which uv passes on in either order.
	backend = regexp.MustCompile(`(?ms)^( > \[python [^\n]*\] build dependencies:\n).*?^(error: Failed to build)`)
	// How warnings are counted depends on the client, and is in colour.
	warnings = regexp.MustCompile("(?m)^ ?\x1b\\[33m[0-9]+ warnings? found.*\n|\x1b\\[[0-9]*m")
)

// shown returns the end of what a failed build printed: the failed step's log,
// the excerpts and the error, without what differs from run to run.
func shown(printed string) string {
	start := strings.Index(printed, "\n------\n")
	if start < 0 {
		start = strings.LastIndex(printed, "\n#") // steps alone, no log
		if end := strings.Index(printed[start+1:], "\n"); end >= 0 {
			start += 1 + end
		}
	}
	text := strings.TrimLeft(printed[start:], "\n")
	text = warnings.ReplaceAllString(buildLog.ReplaceAllString(text, ""), "")
	text = backend.ReplaceAllString(clock.ReplaceAllString(text, ""), "${1}\n...\n\n$2")
	return registry.ReplaceAllString(heard(text), "URL")
}

// aside is what buildx says now and then of a connection that it closes itself.
var aside = regexp.MustCompile(`(?m)^\S+ \S+ http2: server connection error from localhost: .*\n`)

// heard returns what buildx says in one of two ways, by what it hears of first.
func heard(text string) string {
	text = aside.ReplaceAllString(text, "")
	return strings.ReplaceAll(text, "failed to run Build function: ", "failed to solve: ")
}
