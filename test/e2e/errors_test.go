package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/test/labenv"
)

var update = flag.Bool("update", false, "rewrite the goldens in testdata")

// TestErrors builds every project of testdata/errors, none of which can be
// built, and compares what the terminal shows at the end. An archive may have
// "flags", one a line, beside those that all builds have.
func TestErrors(t *testing.T) {
	lab := labenv.Get(t)
	files, err := filepath.Glob("testdata/errors/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d archives: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel() // most of the time goes into waiting for downloads
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			dir := labenv.Project(t, string(data))
			out := filepath.Join(t.TempDir(), "image.tar")
			args := append([]string{"-f", "stagefront.yaml", "--provenance=false", "-o", "type=oci,dest=" + out}, lab.Network...)
			printed, err := lab.Build(t, dir, append(append(args, lines(a, "flags")...), ".")...)
			if err == nil {
				t.Fatalf("built, want an error:\n%s", printed)
			}
			if info, err := os.Stat(out); err == nil && info.Size() > 0 {
				t.Errorf("the failed build left an image behind")
			}
			golden(t, file, a, shown(printed))
		})
	}
}

var (
	clock    = regexp.MustCompile(`(?m)^[0-9]+\.[0-9]+ `)
	registry = regexp.MustCompile(`https?://[^/ "]+`)
	// runTimes are lines of Maven that differ from run to run.
	runTimes = regexp.MustCompile(`(?m)^.*\[INFO\] (?:Finished at|Total time): .*\n`)
	buildLog = regexp.MustCompile(`(?m)^View build details:.*\n`)
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
	// Which of the two buildx says depends on what it hears of first.
	text = strings.ReplaceAll(text, "failed to run Build function: ", "failed to solve: ")
	return registry.ReplaceAllString(clock.ReplaceAllString(text, ""), "URL")
}

// golden compares got with the archive's file "want", or rewrites that.
func golden(t *testing.T, file string, a *txtar.Archive, got string) {
	t.Helper()
	n := len(a.Files) - 1
	if a.Files[n].Name != "want" {
		a.Files = append(a.Files, txtar.File{Name: "want"})
		n++
	}
	if want := string(a.Files[n].Data); got == want {
		return
	}
	if !*update {
		t.Fatalf("got:\n%s\nwant:\n%s", got, a.Files[n].Data)
	}
	a.Files[n].Data = []byte(got)
	if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
		t.Fatal(err)
	}
}
