package frontend

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestForeignNatives has native code for another machine in an image: an error of what
// is for a platform, a warning of the project's own files and of what is for all.
func TestForeignNatives(t *testing.T) {
	const failure = "tool of acme 1 is not for linux/arm64: got a program for EM_X86_64"
	for list, want := range map[string]struct{ failure, warning string }{
		"bin/tool\tacme 1\t\n":    {failure: failure},
		"bin/tool\tacme 1\n":      {failure: failure},
		"bin/tool\tacme 1\tany\n": {warning: "bin/tool of acme 1 is not for linux/arm64; it does no harm where the program does not load it"},
		"bin/tool\tthe project\town\nbin/two\tthe project\town\n": {warning: "bin/tool and 1 more of the project is not for linux/arm64"},
	} {
		g := gateway.New(t, "language: python\nentrypoint: main.py\n")
		g.Opts["platform"] = "linux/arm64"
		g.Images = []string{"docker.io/library/python:3.13-slim-trixie", "gcr.io/distroless/python3-debian13:nonroot"}
		g.Locals["context"] = fstest.MapFS{"main.py": {}, "stagefront.yaml": g.Locals["dockerfile"]["stagefront.yaml"]}
		program := &fstest.MapFile{Data: trial.Program(t, "amd64")}
		g.Left = map[string]fstest.MapFS{"[python] compile": {
			"report.json": {Data: []byte("{}")}, "app.natives": {Data: []byte(list)}, "venv.natives": {},
			"app/main.py": {}, "app/bin/tool": program, "app/bin/two": program, "venv/lib": {},
		}}
		_, err := Build(t.Context(), g)
		if (err != nil) != (want.failure != "") || err != nil && !strings.Contains(err.Error(), want.failure) {
			t.Errorf("%q: got %v, want %q", list, err, want.failure)
		}
		warned := func(w gateway.Warning) bool { return strings.Contains(w.Text, want.warning) }
		if want.warning != "" && !slices.ContainsFunc(g.Warnings, warned) {
			t.Errorf("%q: got the warnings %v, want %q", list, g.Warnings, want.warning)
		}
	}
}
