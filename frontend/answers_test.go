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

// TestExplainAsked explains of what is asked for the steps that it runs, and nothing of an
// image where none is made.
func TestExplainAsked(t *testing.T) {
	for target, want := range map[string]string{
		"": "language python entrypoint dependencies left-out toolchain fetch:prepare-the-build fetch:fetch-uv fetch:fetch-dependencies " +
			"fetch:build-dependencies compile network runtime program user workdir",
		"binary": "language python entrypoint dependencies left-out toolchain fetch:prepare-the-build fetch:fetch-uv fetch:fetch-dependencies " +
			"fetch:build-dependencies compile network",
		"test": "language python entrypoint dependencies left-out toolchain fetch:prepare-the-build fetch:compile-Python's-library fetch:fetch-uv " +
			"fetch:fetch-test-dependencies fetch:build-test-dependencies compile test network",
	} {
		g := gateway.New(t, "language: python\n")
		g.Locals["context"] = fstest.MapFS{"app.py": {}, "test_app.py": {}, "requirements.txt": {Data: []byte("six==1.17.0\n")}}
		if got := explained(t, g, target); got != want {
			t.Errorf("python %q:\ngot  %s\nwant %s", target, got, want)
		}
	}
	for target, want := range map[string]string{
		"":       "language go entrypoint toolchain fetch:nothing compile-for-the-builder script compile network runtime program user workdir",
		"binary": "language go entrypoint toolchain fetch:nothing compile-for-the-builder script compile network",
		"test":   "language go entrypoint toolchain fetch:nothing compile-for-the-builder script test network",
	} {
		g := gateway.New(t, "language: go\nbuild: {script: [[go, generate]]}\n")
		if got := explained(t, g, target); got != want {
			t.Errorf("go %q:\ngot  %s\nwant %s", target, got, want)
		}
	}
	g := gateway.New(t, "language: go\ntest: false\n")
	if got := explained(t, g, "test"); got != "language go entrypoint toolchain fetch:nothing test:nothing network" {
		t.Errorf("without tests: got %s", got)
	}
}

// explained returns the names of decisions for a target, with what tells fetches and steps
// of one name apart.
func explained(t *testing.T, g *gateway.Gateway, target string) string {
	t.Helper()
	g.Opts["requestid"], g.Opts["target"], g.Opts["platform"] = "frontend.explain", target, "linux/amd64,linux/arm64"
	result, err := Build(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	var all []explanation
	if err := json.Unmarshal(result.Metadata["result.json"], &all); err != nil {
		t.Fatal(err)
	}
	if platforms := len(all); platforms != 2 && target != "test" || platforms != 1 && target == "test" {
		t.Errorf("%q: got explanations for %d platforms", target, platforms)
	}
	var names []string
	for _, d := range all[0].Decisions {
		what, _, _ := strings.Cut(d.Value, ", once")
		what, _, _ = strings.Cut(what, " for linux")
		if what, _, warm := strings.Cut(d.Value, ": go list"); warm {
			d.Name = what
		}
		if d.Name == "fetch" || d.Value == "nothing" {
			d.Name += ":" + what
		}
		names = append(names, strings.ReplaceAll(d.Name, " ", "-"))
	}
	return strings.Join(names, " ")
}
