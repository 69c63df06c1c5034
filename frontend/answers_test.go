package frontend

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/frontend/subrequests/lint"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the goldens in testdata")

// asked are the requests of TestAnswers, by the names of their answers.
var asked = []string{"lint", "outline", "explain"}

// TestAnswers asks about every project of testdata/answers and compares what a
// client prints with the archive's files of the requests' names. An archive's
// first line says what it proves.
func TestAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/answers/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d archives: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := string(txtar.Format(a))
			a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return slices.Contains(asked, f.Name) })
			project := slices.Clone(a.Files)
			for _, name := range asked {
				a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(answersOf(t, project, name))})
			}
			got := string(txtar.Format(a))
			switch {
			case got == want:
			case !*update:
				t.Fatalf("got:\n%s\nwant:\n%s", got, want)
			default:
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// answered returns what a client prints for a request about a project.
func answersOf(t *testing.T, project []txtar.File, request string) string {
	t.Helper()
	g := newGateway(t, "")
	g.opts["requestid"] = "frontend." + request
	g.locals["dockerfile"], g.locals["context"] = fstest.MapFS{}, fstest.MapFS{}
	for _, f := range project {
		where := "context"
		if f.Name == "stagefront.yaml" {
			where = "dockerfile"
		}
		g.locals[where][f.Name] = &fstest.MapFile{Data: f.Data}
	}
	result, err := Build(t.Context(), g)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	if request != "lint" {
		return string(result.Metadata["result.txt"])
	}
	var results lint.LintResults
	if err := json.Unmarshal(result.Metadata["result.json"], &results); err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	if err := results.PrintTo(&printed, nil); err != nil {
		t.Fatal(err)
	}
	if results.Error != nil {
		fmt.Fprintf(&printed, "error: %s\n", results.Error.Message)
	}
	return printed.String()
}
