package frontend

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// flaskProject returns a gateway for a Python project of one dependency, of which fetch leaves
// some files.
func flaskProject(t *testing.T, spec string, fetched fstest.MapFS) *gateway.Gateway {
	g := gateway.New(t, spec)
	g.Opts["platform"] = "linux/amd64"
	g.Images = []string{"docker.io/library/python:3.13-slim-trixie", "gcr.io/distroless/python3-debian13:nonroot"}
	g.Locals["context"] = fstest.MapFS{
		"app.py":           {Data: []byte("import flask\n")},
		"requirements.txt": {Data: []byte("flask==3.0.0\n")},
	}
	g.Left = map[string]fstest.MapFS{
		"[python linux/amd64] build dependencies": fetched,
		"[python] compile": {
			"report.json": {Data: []byte("{}")}, "app.natives": {}, "venv.natives": {}, "app/app.py": {}, "venv/lib": {},
		},
	}
	return g
}

// TestEmptyLayer fetches nothing but directories and what is no part of the image:
// there is no layer for it.
func TestEmptyLayer(t *testing.T) {
	site := "lib/python3.13/site-packages"
	for name, c := range map[string]struct {
		fetched fstest.MapFS
		want    bool
	}{
		"nothing":   {fstest.MapFS{"natives": {}, "pyvenv.cfg": {}, "bin/python": {}, site: {Mode: fs.ModeDir}}, false},
		"a package": {fstest.MapFS{"natives": {}, "pyvenv.cfg": {}, "bin/python": {}, site + "/flask.py": {}}, true},
		"a script":  {fstest.MapFS{"natives": {}, "bin/flask": {}, site: {Mode: fs.ModeDir}}, true},
	} {
		result, err := Build(t.Context(), flaskProject(t, "language: python\n", c.fetched))
		if err != nil {
			t.Fatal(err)
		}
		var config ocispecs.Image
		trial.JSON(t, result.Metadata["containerimage.config"], &config)
		got := false
		for _, h := range config.History {
			got = got || h.CreatedBy == "python: dependencies"
		}
		if got != c.want {
			t.Errorf("%s: got a layer %v, want %v", name, got, c.want)
		}
	}
}

// TestMissingLibrary installs a package that lacks a library: it is a finding, as
// others are that lint has.
func TestMissingLibrary(t *testing.T) {
	const found = "MissingLibrary: fast.so of flask needs libfast.so.1, and neither the runtime nor the toolchain has it"
	for spec, want := range map[string]string{
		"language: python\n": "warning",
		"# check=skip=MissingLock;error=true\nlanguage: python\n": "error",
		"# check=skip=missinglibrary\nlanguage: python\n":         "",
		"language: python\nchecks: {skip: [MissingLibrary]}\n":    "",
		"language: python\nchecks: {skip: [MissingLibraries]}\n":  "unknown",
	} {
		g := flaskProject(t, spec, fstest.MapFS{
			"natives": {Data: []byte("lib/fast.so\tflask\n")}, "lib/fast.so": {Data: trial.ELF("/lib64/ld-linux-x86-64.so.2", "libfast.so.1")},
		})
		_, err := Build(t.Context(), g)
		got := ""
		switch {
		case err != nil && strings.Contains(err.Error(), found):
			got = "error"
		case err != nil && strings.Contains(err.Error(), `unknown rule "MissingLibraries"; did you mean "MissingLibrary"?`):
			got = "unknown"
		case err != nil:
			got = err.Error()
		}
		for _, w := range g.Warnings {
			if strings.HasPrefix(w.Text, found) && strings.HasSuffix(w.URL, "checks.md#missinglibrary") {
				got = "warning"
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q: %+v", spec, got, want, g.Warnings)
		}
	}
}
