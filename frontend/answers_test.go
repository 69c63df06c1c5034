package frontend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/frontend/subrequests/lint"
	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// asked are the requests of TestAnswers, by the names of their answers.
var asked = []string{"lint", "outline", "explain"}

// TestAnswers asks about every project of testdata/answers and compares what a
// client prints with the archive's files of the requests' names.
func TestAnswers(t *testing.T) {
	golden.Answers(t, "testdata/answers/*.txtar", asked, answerTo)
}

// answerTo returns what a client prints for a request about a project.
func answerTo(t *testing.T, project *txtar.Archive, request string) string {
	t.Helper()
	g := gateway.New(t, "")
	g.Opts["requestid"] = "frontend." + request
	g.Locals["dockerfile"], g.Locals["context"] = fstest.MapFS{}, fstest.MapFS{}
	for _, f := range project.Files {
		where := "context"
		if f.Name == "stagefront.yaml" {
			where = "dockerfile"
		}
		g.Locals[where][f.Name] = &fstest.MapFile{Data: f.Data}
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

// TestExplainPlatforms explains of other platforms what is different from the first,
// what they lack, too.
func TestExplainPlatforms(t *testing.T) {
	g := gateway.New(t, "language: go\n")
	g.Opts["requestid"], g.Opts["platform"] = "frontend.explain", "linux/amd64/v3,linux/amd64,linux/amd64/v2"
	result, err := Build(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	const want = "\nlinux/amd64\nlevel   none (linux/amd64)\n\nlinux/amd64/v2\nlevel   GOAMD64=v2 (linux/amd64/v2)\n"
	if got := string(result.Metadata["result.txt"]); !strings.HasSuffix(got, want) || strings.Count(got, "level") != 3 {
		t.Errorf("got %s", got)
	}
}
