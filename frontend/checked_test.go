package frontend

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestExamplesChecked has --check look at the spec of every example as it stands. It
// finds nothing: who copies one shall not begin with a failing check.
func TestExamplesChecked(t *testing.T) {
	examples := os.DirFS("../examples")
	names, err := fs.Glob(examples, "*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range names {
		text, err := fs.ReadFile(examples, name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "# syntax=org/stagefront\n") {
			continue
		}
		seen[path.Dir(name)] = true
		if found := checked(t, path.Dir(name), string(text)); found != "" {
			t.Errorf("%s: got %s", name, found)
		}
	}
	dirs, err := fs.ReadDir(examples, ".")
	if err != nil || len(seen) != len(dirs) {
		t.Errorf("got the examples %v of %d, %v", seen, len(dirs), err)
	}
}

// readmeSpec is a spec of README.
var readmeSpec = regexp.MustCompile("(?s)```yaml\n(# syntax=org/stagefront\nlanguage: .*?)```")

// TestReadmeChecked has --check look at the specs of README, over an example of the
// kind that each is for. What they name may not be in that.
func TestReadmeChecked(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	specs := readmeSpec.FindAllStringSubmatch(string(readme), -1)
	if len(specs) < 8 {
		t.Fatalf("got %d specs", len(specs))
	}
	for _, m := range specs {
		example := "go-http"
		for words, name := range map[string]string{
			"targets:": "go-monorepo", "language: python": "python-flask", "language: java": "java-hello", "manage.py": "python-django",
		} {
			if strings.Contains(m[1], words) && example != "python-django" {
				example = name
			}
		}
		if found := checked(t, example, m[1]); found != "" {
			t.Errorf("%s: got %s", m[1], found)
		}
	}
}

// checked returns what --check finds in a spec for the project of an example.
func checked(t *testing.T, example, text string) string {
	t.Helper()
	g := gateway.New(t, text)
	g.Opts["requestid"] = "frontend.lint"
	g.Locals["context"] = fstest.MapFS{}
	dir := os.DirFS(path.Join("../examples", example))
	err := fs.WalkDir(dir, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(dir, name)
		g.Locals["context"][name] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	result, err := Build(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Warnings []struct{ RuleName, Detail string }
	}
	if err := json.Unmarshal(result.Metadata["result.json"], &answer); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, w := range answer.Warnings {
		found = append(found, w.RuleName+": "+w.Detail)
	}
	return strings.Join(found, "\n")
}
