package golang

import (
	"io/fs"
	"runtime/debug"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
)

// TestGraph reads what modules require from the project and from what was fetched, of a
// program where one is a fork of what it is called and one is not fetched.
func TestGraph(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	fetch := &language.Fetch{Manifests: []string{"app/go.mod", "app/go.sum"}}
	files := map[language.Origin]fstest.MapFS{
		language.FromContext: {
			"app/go.mod": file("module example.com/app\n\nrequire (\n\texample.com/A v1.0.0\n\texample.com/old v1.0.0\n\texample.com/unused v1.0.0\n)\n"),
			"app/go.sum": file("example.com/A v1.0.0 h1:\n"),
		},
		language.FromFetch(fetch): {
			"cache/download/example.com/!a/@v/v1.0.0.mod":   file("module example.com/A\n\nrequire example.com/lost v1.0.0 // indirect\n"),
			"cache/download/example.com/fork/@v/v2.0.0.mod": file("module example.com/fork\n\nrequire example.com/A v0.9.0\n"),
		},
	}
	b := &language.Built{
		Recipe: &language.Recipe{Fetches: []*language.Fetch{fetch}},
		Open: func(o language.Origin) (fs.FS, error) {
			if fsys, ok := files[o]; ok {
				return fsys, nil
			}
			return nil, fs.ErrNotExist
		},
	}
	old := &debug.Module{Path: "example.com/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/fork", Version: "v2.0.0"}}
	info := &debug.BuildInfo{Main: debug.Module{Path: "example.com/app", Version: "(devel)"}, Deps: []*debug.Module{
		{Path: "example.com/A", Version: "v1.0.0"}, old, {Path: "example.com/lost", Version: "v1.0.0"},
	}}
	g, err := graphOf(b, info)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		of   *debug.Module
		want []string
	}{
		{&info.Main, []string{"pkg:golang/example.com/a@v1.0.0", "pkg:golang/example.com/fork@v2.0.0"}},
		{info.Deps[0], []string{"pkg:golang/example.com/lost@v1.0.0"}},
		{old, []string{"pkg:golang/example.com/a@v1.0.0"}},
		{info.Deps[2], nil},
	} {
		if got := g.needs(c.of); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.of.Path, got, c.want)
		}
	}
}
