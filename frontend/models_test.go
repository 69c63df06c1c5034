package frontend

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// models are what the steps of trial.Models leave, and what becomes of it.
var models = map[string]struct {
	left  map[string]fstest.MapFS
	steps []string
	under map[string]string // a step that another is made from
}{
	"plain": {},
	"trees": {
		left:  map[string]fstest.MapFS{"[trees linux/amd64] fetch for the target": {"x.js": {}}},
		steps: []string{"[trees linux/amd64] fetch for the target", "[trees] fetch for the builder", "[trees] make"},
	},
	"cooked": {
		steps: []string{"[cooked linux/amd64] cook dependencies", "[cooked linux/amd64] make", "[cooked] fetch sources"},
		under: map[string]string{
			"[cooked linux/amd64] cook dependencies": "[cooked linux/amd64] install libz-dev",
			"[cooked linux/amd64] make":              "[cooked linux/amd64] cook dependencies",
		},
	},
	"rooted": {
		left: map[string]fstest.MapFS{
			"[rooted linux/amd64] fetch a root": {"usr/lib/x86_64-linux-gnu/libfoo.so.1": {Data: trial.ELF("")}},
			"[rooted linux/amd64] make":         {"made": {Data: trial.ELF("/lib64/ld-linux-x86-64.so.2", "libc.so.6", "libfoo.so.1")}},
		},
		steps: []string{"[rooted linux/amd64] fetch a root", "[rooted linux/amd64] make"},
	},
}

// TestModels builds a project of each shape through the whole frontend.
func TestModels(t *testing.T) {
	for _, l := range trial.Models {
		t.Run(l.Name, func(t *testing.T) {
			m, ok := models[l.Name]
			if !ok {
				t.Fatal("nothing is known of it")
			}
			before := languages.All
			languages.All = append(slices.Clone(before), l)
			defer func() { languages.All = before }()
			g := gateway.New(t, "")
			g.Opts["platform"] = "linux/amd64"
			g.Locals["context"] = fstest.MapFS{l.Markers[0]: {}, "public/index.html": {}}
			g.Images = []string{"example.com/server:latest", "example.com/tool:latest", "gcr.io/distroless/static-debian13:nonroot", "gcr.io/distroless/base-debian13:nonroot"}
			g.Contents = map[string]fstest.MapFS{
				"example.com/server":              {"bin/server": {Data: trial.ELF("")}},
				"gcr.io/distroless/base-debian13": {"lib64/ld-linux-x86-64.so.2": {}, "usr/lib/x86_64-linux-gnu/libc.so.6": {}},
			}
			g.Left = m.left
			result, err := Build(t.Context(), g)
			if err != nil {
				t.Fatal(err)
			}
			steps := slices.Compact(slices.Sorted(slices.Values(g.Execs)))
			if !slices.Equal(steps, m.steps) {
				t.Errorf("got steps %q, want %q", steps, m.steps)
			}
			for step, under := range m.under {
				if !slices.Contains(g.Graphs[step], under) {
					t.Errorf("%s is made from %q, want %s among it", step, g.Graphs[step], under)
				}
			}
			if below := g.Graphs["[cooked] fetch sources"]; slices.Contains(below, "[cooked linux/amd64] install libz-dev") {
				t.Errorf("what all platforms share has the packages of one: %q", below)
			}
			var config ocispecs.Image
			trial.JSON(t, result.Metadata["containerimage.config"], &config)
			if config.Config.User != "65532:65532" || len(config.Config.Entrypoint) != 1 {
				t.Errorf("got config %+v", config.Config)
			}
			g.Opts["requestid"] = "frontend.explain"
			if answer, err := Build(t.Context(), g); err != nil || !strings.Contains(string(answer.Metadata["result.txt"]), "toolchain") {
				t.Errorf("explain: got %v", err)
			}
		})
	}
}
