package frontend

import (
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestEmptyContext builds where there is no project: it is told as that, and not by the
// first of the files that are missing.
func TestEmptyContext(t *testing.T) {
	const directory = "give the project's directory, which is the last argument of a build"
	for _, c := range []struct {
		spec, file, want string
	}{
		{"language: go\n", "", "the build context is empty; " + directory},
		{"", "", "the build context is empty; " + directory},
		{"language: static\n", "stagefront.yaml", `the build context has nothing but "stagefront.yaml"; ` + directory},
		{"language: go\nfiles: [conf]\n", ".dockerignore", "the build context is empty; " + directory},
		{"language: go\n", "README.md", "no go.mod or go.work in the build context; is the build context the project's directory?"},
	} {
		g := gateway.New(t, c.spec)
		g.Locals["context"] = fstest.MapFS{}
		if c.file != "" {
			g.Locals["context"][c.file] = &fstest.MapFile{}
		}
		_, err := Build(t.Context(), g)
		if err == nil || err.Error() != "stagefront.yaml:1:1: "+c.want {
			t.Errorf("%q and %q: got %v, want %s", c.spec, c.file, err, c.want)
		}
	}
}

// TestSpecAlone gives the address of a spec as the build context, which has nothing else.
func TestSpecAlone(t *testing.T) {
	g := gateway.New(t, "")
	g.Opts["context"] = "http://upload"
	g.Contents = map[string]fstest.MapFS{"http://upload": {"context": {Data: []byte("language: go\n")}}}
	_, err := Build(t.Context(), g)
	want := `context:1:1: the build context has nothing but "context"; a spec alone brings no project: give the project's directory, or the address of its repository`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
