package languages

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestRecipes decides every project of the languages' testdata, and of its own
// for what is told before a language is known. Each is an archive of a
// stagefront.yaml, a project's files, and what was decided for it on linux/arm64,
// or the first of the spec's platforms ("want"): the recipe, or the problems.
func TestRecipes(t *testing.T) {
	golden.Archives(t, "testdata/*.txtar", decide)
	for _, dir := range folders(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			golden.Archives(t, filepath.Join(dir, "testdata/*.txtar"), decide)
		})
	}
}

// folders returns the folders of the languages.
func folders(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir("../language")
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join("../language", e.Name()))
		}
	}
	if len(dirs) != len(All) {
		t.Fatalf("got %d folders for %d languages", len(dirs), len(All))
	}
	return dirs
}

// decide returns what is decided for the project in an archive, as text.
func decide(t *testing.T, a *txtar.Archive) string {
	p, diags := trial.Project(t, a, spec.Request{Platform: trial.ARM64})
	if p == nil {
		t.Fatalf("reading: %v", diags)
	}
	target := trial.ARM64
	if len(p.Spec.Platforms) > 0 {
		words := append(strings.Split(p.Spec.Platforms[0].Value, "/"), "")
		target = spec.Platform{OS: words[0], Architecture: words[1], Variant: words[2]}
	}
	lang, decision, more := Detect(p)
	diags.Add(more)
	var out strings.Builder
	if lang != nil {
		r, more := lang.Recipe(p, target)
		diags.Add(more)
		if r != nil {
			r.Decisions = append([]language.Decision{decision}, r.Decisions...)
			out.WriteString(withoutScripts(t, toText(t, r)) + "\n")
		}
	}
	for _, d := range diags.Errors() {
		out.WriteString("error: " + d.String() + "\n")
	}
	for _, d := range diags.Warnings() {
		out.WriteString("warning: " + d.String() + "\n")
	}
	return out.String()
}

// toText returns a recipe as text.
func toText(t testing.TB, r *language.Recipe) string {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// withoutScripts returns a recipe as text, with the programs that languages bring
// along left out: they have tests of their own.
func withoutScripts(t *testing.T, recipe string) string {
	for _, file := range programs(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(string(data))
		if err != nil {
			t.Fatal(err)
		}
		recipe = strings.ReplaceAll(recipe, string(text), fmt.Sprintf("%q", "… "+filepath.Base(file)))
	}
	return recipe
}

// programs returns the files in the languages' folders that are neither Go nor
// testdata: what their steps run.
func programs(t testing.TB) (files []string) {
	for _, dir := range folders(t) {
		err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case e.IsDir() && e.Name() == "testdata":
				return fs.SkipDir
			case !e.IsDir() && filepath.Ext(name) != ".go":
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestGlobInName reads projects in a directory whose name is a pattern to who looks
// for files, as frameworks for web pages have it: what is decided is what is decided
// in a directory of another name.
func TestGlobInName(t *testing.T) {
	for _, l := range All {
		t.Run(l.Name, func(t *testing.T) {
			files, ok := globbed[l.Name]
			if !ok {
				t.Fatal("globbed has no project of it")
			}
			decided := func(dir string) string {
				a := txtar.Parse([]byte(files))
				for i := range a.Files {
					a.Files[i].Name = dir + "/" + a.Files[i].Name
				}
				text := "project: \"" + dir + "\"" + string(a.Comment)
				a.Files = append(a.Files, txtar.File{Name: trial.SpecFile, Data: []byte(text)})
				return strings.ReplaceAll(decide(t, a), dir, "DIR")
			}
			want := decided("xyz")
			if got := decided("[x]"); got != want || strings.Contains(got, "error:") {
				t.Errorf("got %s\nwant %s", got, want)
			}
		})
	}
}

// globbed are projects whose files are looked for by patterns, with what their specs
// say besides.
var globbed = map[string]string{
	"go":     "-- go.mod --\nmodule m\n\ngo 1.26.0\n-- main.go --\npackage main\n\nimport _ \"embed\"\n\n//go:embed a.txt\nvar a string\n-- a.txt --\na\n",
	"python": "\nbuild: {extras: [prod]}\n-- app.py --\nimport flask\n\napp = flask.Flask(__name__)\n-- requirements.txt --\nflask==3.0.0\n-- requirements-prod.txt --\ngunicorn==23.0.0\n",
	"rust":   "-- Cargo.toml --\n[workspace]\nmembers = [\"*\"]\n-- m/Cargo.toml --\n[package]\nname = \"m\"\nversion = \"0.1.0\"\n-- m/src/bin/m.rs --\n-- Cargo.lock --\n[[package]]\nname = \"m\"\nversion = \"0.1.0\"\n",
	"node":   "-- package.json --\n{\"main\": \"main.js\", \"workspaces\": [\"lib/*\"]}\n-- main.js --\n-- lib/a/package.json --\n{}\n",
	"static": "\nlanguage: static\n-- index.html --\n",
	"java":   "-- build.gradle --\nplugins { id 'application' }\nsourceCompatibility = 17\n-- settings.gradle --\nrootProject.name = 'm'\n",
}
