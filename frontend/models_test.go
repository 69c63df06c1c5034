package frontend

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// models are languages that there are none of, of the shapes that the contract
// admits beside those of Go, Python and Java.
var models = []struct {
	name   string
	recipe func(target spec.Platform) *language.Recipe
	left   map[string]fstest.MapFS
	steps  []string
	under  map[string]string // a step that another is made from
}{
	{
		// Nothing is run: files of the project, and a server of an image.
		name: "plain",
		recipe: func(spec.Platform) *language.Recipe {
			return &language.Recipe{Image: language.Image{
				Layers: []language.Layer{
					{Name: "server", Copies: []language.Copy{{From: language.FromImage("example.com/server"), Path: "bin/server", To: "/usr/bin/server"}}},
					{Name: "site", Copies: []language.Copy{{From: language.FromTree, Path: "public", To: "/srv"}}},
				},
				Entrypoint: []string{"/usr/bin/server"},
			}, Runtimes: []language.Runtime{{Variant: "static"}}}
		},
	},
	{
		// Two trees of one lock: the builder's for compiling, the target's in the image.
		name: "trees",
		recipe: func(target spec.Platform) *language.Recipe {
			dev := fetch("fetch for the builder", "/dev-tree")
			prod := fetch("fetch for the target", "/prod-tree")
			prod.Platform = target
			r := compiled(dev)
			r.Fetches = []*language.Fetch{dev, prod}
			r.Image.Layers = append([]language.Layer{{Name: "dependencies", Copies: []language.Copy{
				{From: language.FromFetch(prod), Path: "/", To: "/app/lib"},
			}}}, r.Image.Layers...)
			return r
		},
		left:  map[string]fstest.MapFS{"[trees linux/amd64] fetch for the target": {"x.js": {}}},
		steps: []string{"[trees linux/amd64] fetch for the target", "[trees] fetch for the builder", "[trees] make"},
	},
	{
		// Dependencies are compiled apart, with the packages of the target and what
		// was fetched, and without the source.
		name: "cooked",
		recipe: func(target spec.Platform) *language.Recipe {
			sources := fetch("fetch sources", "/crates")
			cook := fetch("cook dependencies", "/cooked")
			cook.Platform, cook.Sealed, cook.Packages, cook.Fetches = target, true, true, language.Refs(sources)
			r := compiled(sources, cook)
			r.Fetches = []*language.Fetch{sources, cook}
			r.Packages = &language.Packages{Libraries: []string{"libz-dev"}, Architecture: "amd64"}
			return r
		},
		steps: []string{"[cooked linux/amd64] cook dependencies", "[cooked] fetch sources", "[cooked] make"},
		under: map[string]string{
			"[cooked linux/amd64] cook dependencies": "[cooked linux/amd64] install libz-dev",
			"[cooked] make":                          "[cooked linux/amd64] cook dependencies",
		},
	},
	{
		// Libraries come of a root that is fetched for the target.
		name: "rooted",
		recipe: func(target spec.Platform) *language.Recipe {
			root := fetch("fetch a root", "/sysroot")
			root.Platform = target
			r := compiled(root)
			r.Fetches, r.Roots = []*language.Fetch{root}, []language.Origin{language.FromFetch(root)}
			r.Program = "made"
			r.Image = language.ProgramImage("made")
			return r
		},
		left: map[string]fstest.MapFS{
			"[rooted linux/amd64] fetch a root": {"usr/lib/x86_64-linux-gnu/libfoo.so.1": {Data: trial.ELF("")}},
			"[rooted] make":                     {"made": {Data: trial.ELF("/lib64/ld-linux-x86-64.so.2", "libc.so.6", "libfoo.so.1")}},
		},
		steps: []string{"[rooted linux/amd64] fetch a root", "[rooted] make"},
	},
}

func fetch(name, output string) *language.Fetch {
	return &language.Fetch{Step: language.Step{Name: name, Args: []string{"get"}, Dir: "."}, Output: output}
}

func compiled(fetches ...*language.Fetch) *language.Recipe {
	return &language.Recipe{
		Toolchain: language.Toolchain{Ref: "example.com/tool"},
		Compile:   language.Step{Name: "make", Args: []string{"make"}, Dir: ".", Fetches: language.Refs(fetches...)},
		Image: language.Image{
			Layers:     []language.Layer{{Name: "program", Copies: []language.Copy{{Path: "made", To: "/app/made"}}}},
			Entrypoint: []string{"/app/made"},
		},
		Runtimes: []language.Runtime{{Variant: "static"}, {Variant: "base"}},
	}
}

// TestModels builds a project of each shape through the whole frontend.
func TestModels(t *testing.T) {
	for _, m := range models {
		t.Run(m.name, func(t *testing.T) {
			l := &language.Language{Name: m.name, Markers: []string{"mark." + m.name}}
			l.Recipe = func(_ *language.Project, target spec.Platform) (*language.Recipe, diag.List) {
				return m.recipe(target), nil
			}
			before := languages.All
			languages.All = append(slices.Clone(before), l)
			defer func() { languages.All = before }()
			g := newGateway(t, "")
			g.opts["platform"] = "linux/amd64"
			g.locals["context"] = fstest.MapFS{"mark." + m.name: {}, "public/index.html": {}}
			g.images = []string{"example.com/server:latest", "example.com/tool:latest", "gcr.io/distroless/static-debian13:nonroot", "gcr.io/distroless/base-debian13:nonroot"}
			g.contents = map[string]fstest.MapFS{
				"example.com/server":              {"bin/server": {Data: trial.ELF("")}},
				"gcr.io/distroless/base-debian13": {"lib64/ld-linux-x86-64.so.2": {}, "usr/lib/x86_64-linux-gnu/libc.so.6": {}},
			}
			g.left = m.left
			result, err := Build(t.Context(), g)
			if err != nil {
				t.Fatal(err)
			}
			steps := slices.Compact(slices.Sorted(slices.Values(g.execs)))
			if !slices.Equal(steps, m.steps) {
				t.Errorf("got steps %q, want %q", steps, m.steps)
			}
			for step, under := range m.under {
				if !slices.Contains(g.graphs[step], under) {
					t.Errorf("%s is made from %q, want %s among it", step, g.graphs[step], under)
				}
			}
			if below := g.graphs["[cooked] fetch sources"]; slices.Contains(below, "[cooked linux/amd64] install libz-dev") {
				t.Errorf("what all platforms share has the packages of one: %q", below)
			}
			var config ocispecs.Image
			trial.JSON(t, result.Metadata["containerimage.config"], &config)
			if config.Config.User != "65532:65532" || len(config.Config.Entrypoint) != 1 {
				t.Errorf("got config %+v", config.Config)
			}
			g.opts["requestid"] = "frontend.explain"
			if answer, err := Build(t.Context(), g); err != nil || !strings.Contains(string(answer.Metadata["result.txt"]), "toolchain") {
				t.Errorf("explain: got %v", err)
			}
		})
	}
}
