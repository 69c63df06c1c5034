package frontend

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/errdefs"
	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// FuzzProblems shows what is wrong with any bytes as clients do: every excerpt
// prints, and has the line that it is about.
func FuzzProblems(f *testing.F) {
	archives, _ := filepath.Glob("spec/testdata/bad/*.txtar")
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if filepath.Ext(file.Name) != ".want" {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		src := &diag.Source{Name: "stagefront.yaml", Data: data, Language: "YAML"}
		b := &build{file: src, source: &dockerui.Source{SourceMap: &llb.SourceMap{}}}
		doc, diags := spec.Parse(src)
		if doc != nil {
			_, diags = doc.Spec(spec.Request{Platform: spec.Platform{OS: "linux", Architecture: "arm64"}})
		}
		err := b.problems(diags)
		sources := errdefs.Sources(err)
		if want := min(len(diags.Errors()), maxExcerpts); len(sources) != want {
			t.Fatalf("got %d excerpts, want %d: %v", len(sources), want, err)
		}
		for _, s := range sources {
			var printed bytes.Buffer
			if err := s.Print(&printed); err != nil || !strings.Contains(printed.String(), ">>>") {
				t.Errorf("got %v, want an excerpt with its line: %s", err, printed.String())
			}
		}
	})
}

// FuzzHidingLine reads any bytes as an ignore file: the line that is blamed for a
// path is one of the file with a pattern in it.
func FuzzHidingLine(f *testing.F) {
	for _, ignore := range []string{"*\n!app\n", "# all\n\n*\n!go.*\ngo.mod\n", "**/*.html\r\n!web", "[\n", "!\n", "\ufeffcmd\n", "a\\\n/./..//b\n"} {
		f.Add([]byte(ignore), "go.mod")
		f.Add([]byte(ignore), "web/index.html")
	}
	f.Fuzz(func(t *testing.T, ignore []byte, name string) {
		n := hidingLine(ignore, name)
		src := &diag.Source{Name: ".dockerignore", Data: ignore}
		if n < 0 || n > 0 && src.Text(n) == "" {
			t.Errorf("%q is hidden by line %d, which has no pattern", name, n)
		}
	})
}
