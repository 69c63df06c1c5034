package languages

import (
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// counted counts how often each file is read.
type counted struct {
	fs.FS
	mu    sync.Mutex
	reads map[string]int
}

func (c *counted) count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads[name]++
}

func (c *counted) Open(name string) (fs.File, error) {
	c.count(name)
	return c.FS.Open(name)
}

func (c *counted) ReadFile(name string) ([]byte, error) {
	c.count(name)
	return fs.ReadFile(c.FS, name)
}

func (c *counted) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(c.FS, name) }
func (c *counted) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(c.FS, name) }

// manifests are the files that take time to read, and are read once a build. Lists
// of requirements are not among them: one may be a part of several.
var manifests = []string{
	"go.mod", "go.work", "pyproject.toml", "Pipfile",
	"uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pom.xml", "build.gradle", "build.gradle.kts",
	"Cargo.toml", "Cargo.lock",
	"package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock",
}

// TestReadOnce decides every project for two platforms side by side, and once more
// as the tests of a target do: what it is made of is read once, and nobody changes
// what others were told.
func TestReadOnce(t *testing.T) {
	for _, l := range All {
		if len(l.Markers) > 0 && !slices.ContainsFunc(l.Markers, func(m string) bool { return slices.Contains(manifests, m) }) {
			t.Errorf("manifests has none of %s", l.Name)
		}
	}
	seen := map[string]bool{}
	for _, dir := range folders(t) {
		for _, file := range golden.Files(t, filepath.Join(dir, "testdata/*.txtar")) {
			t.Run(filepath.Base(dir)+"/"+filepath.Base(file), func(t *testing.T) {
				for name, n := range readTwice(t, golden.Parse(t, file)) {
					if slices.Contains(manifests, path.Base(name)) {
						seen[path.Base(name)] = true
						if n > 1 {
							t.Errorf("%s was read %d times", name, n)
						}
					}
				}
			})
		}
	}
	if got := slices.Sorted(maps.Keys(seen)); len(got) != len(manifests) {
		t.Errorf("archives have %v alone", got)
	}
}

// readTwice returns how often files of a project were read for two platforms.
func readTwice(t *testing.T, a *txtar.Archive) map[string]int {
	files := &counted{FS: trial.FS(t, a), reads: map[string]int{}}
	memo := &language.Memo{}
	var wg sync.WaitGroup
	for _, target := range []spec.Platform{trial.ARM64, trial.AMD64} {
		p, diags := trial.Project(t, a, spec.Request{Platform: target})
		if p == nil {
			t.Fatal(diags)
		}
		p.FS, p.Memo = files, memo
		wg.Go(func() {
			if lang, _, _ := Detect(p); lang != nil {
				first, _ := lang.Recipe(p, target)
				again, _ := lang.Recipe(p, target)
				if toText(t, first) != toText(t, again) {
					t.Errorf("%s: the second recipe differs from the first", target)
				}
				if lang.Diagnose != nil {
					lang.Diagnose(p, target)
				}
			}
		})
	}
	wg.Wait()
	return files.reads
}
