package language

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

var update = flag.Bool("update", false, "rewrite the goldens in testdata")

var (
	amd64 = spec.Platform{OS: "linux", Architecture: "amd64"}
	arm64 = spec.Platform{OS: "linux", Architecture: "arm64"}
)

// TestRecipes runs every project of testdata. Each is an archive of a
// stagefront.yaml, a project's files, and what was decided for it on linux/arm64
// ("want"): the recipe, or the problems.
func TestRecipes(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d archives in testdata: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := ""
			if n := len(a.Files) - 1; a.Files[n].Name == "want" {
				want = string(a.Files[n].Data)
				a.Files = a.Files[:n]
			}
			got := decide(t, a)
			if got == want {
				return
			}
			if !*update {
				t.Fatalf("differs from %s (-update rewrites it):\n%s", file, difference(got, want))
			}
			a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(got)})
			if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// difference returns the lines of two texts from the first that differs, a few of each.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	i := 0
	for i < len(g) && i < len(w) && g[i] == w[i] {
		i++
	}
	few := func(lines []string) string { return strings.Join(lines[i:min(len(lines), i+8)], "\n") }
	return fmt.Sprintf("line %d\ngot:\n%s\nwant:\n%s", i+1, few(g), few(w))
}

// decide returns what is decided for the project in an archive, as text.
func decide(t *testing.T, a *txtar.Archive) string {
	fsys, src := project(t, a)
	doc, diags := spec.Parse(src)
	if doc == nil {
		t.Fatalf("parsing: %v", diags)
	}
	s, diags := doc.Spec(spec.Request{Platform: arm64})
	if s == nil {
		t.Fatalf("reading: %v", diags)
	}
	p := &Project{FS: fsys, Spec: s, Build: amd64}
	lang, decision, more := Detect(p)
	diags.Add(more)
	var out strings.Builder
	if lang != nil {
		r, more := lang.Recipe(p, arm64)
		diags.Add(more)
		if r != nil {
			r.Decisions = append([]Decision{decision}, r.Decisions...)
			text, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			out.WriteString(withoutScripts(t, string(text)) + "\n")
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

// withoutScripts returns a recipe as text, with the scripts that are the same
// in all recipes left out.
func withoutScripts(t *testing.T, recipe string) string {
	scripts := append(slices.Concat(javaFiles(".java"), javaFiles(".gradle")), File{"fetch.py", pyFetchScript}, File{"compile.py", pyCompileScript}, File{"tree.py", pyTreeScript})
	for _, f := range scripts {
		text, err := json.Marshal(f.Data)
		if err != nil {
			t.Fatal(err)
		}
		recipe = strings.ReplaceAll(recipe, string(text), fmt.Sprintf("%q", "… "+f.Path))
	}
	return recipe
}

func project(t *testing.T, a *txtar.Archive) (fs.FS, *diag.Source) {
	fsys, err := txtar.FS(a)
	if err != nil {
		t.Fatal(err)
	}
	data, err := fs.ReadFile(fsys, "stagefront.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return fsys, &diag.Source{Name: "stagefront.yaml", Data: data}
}
