package build

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
	"github.com/stagefront/stagefront/llb"
)

// TestToolchain takes a newer patch where the pinned one has no image, and the exact
// one where the newest that is to be had is too old.
func TestToolchain(t *testing.T) {
	have := func(version string) string { return `{"config": {"Env": ["TOOL_VERSION=` + version + `"]}}` }
	pinned := language.Toolchain{Ref: "example.com/tool:1.2.3", Forward: "example.com/tool:1.2", Hint: "pin another"}
	newest := language.Toolchain{
		Ref: "example.com/tool:1", Exact: "example.com/tool:1.2.3", Version: "1.2.3", VersionEnv: "TOOL_VERSION",
		Older: func(have string) bool { return have < "1.2.3" },
	}
	for _, c := range []struct {
		name    string
		t       language.Toolchain
		images  []string
		configs map[string]string
		want    string // the image, or the error
		warning string
	}{
		{"pinned", pinned, []string{"example.com/tool:1.2.3", "example.com/tool:1.2"}, nil, "example.com/tool:1.2.3", ""},
		{"a newer patch", pinned, []string{"example.com/tool:1.2"}, nil, "example.com/tool:1.2", "example.com/tool:1.2.3 does not exist, so example.com/tool:1.2 is used"},
		{"neither", pinned, nil, nil, "no toolchain: example.com/tool:1.2.3 does not exist; pin another", ""},
		{"the newest", newest, []string{"example.com/tool:1", "example.com/tool:1.2.3"}, map[string]string{"example.com/tool:1": have("1.2.4")}, "example.com/tool:1", ""},
		{"the exact one", newest, []string{"example.com/tool:1", "example.com/tool:1.2.3"}, map[string]string{"example.com/tool:1": have("1.2.2")}, "example.com/tool:1.2.3", ""},
		{"of no known version", newest, []string{"example.com/tool:1"}, map[string]string{"example.com/tool:1": "{}"}, "example.com/tool:1", ""},
		{"no exact one", newest, []string{"example.com/tool:1"}, map[string]string{"example.com/tool:1": have("1.2.2")}, "no toolchain: example.com/tool:1.2.3 does not exist", ""},
		{"none", language.Toolchain{}, nil, nil, "", ""},
	} {
		g := gateway.New(t, text)
		g.Images, g.Configs = c.images, c.configs
		r := trial.Compiled()
		r.Toolchain = c.t
		j, err := builderOf(t, g).job(t.Context(), planned(t, text, r))
		got := lines(err)
		if err == nil {
			got = source(t, j)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if (c.warning == "") != (len(g.Warnings) == 0) || c.warning != "" && g.Warnings[0].Text != c.warning {
			t.Errorf("%s: got %+v, want %q", c.name, g.Warnings, c.warning)
		}
	}
}

// source returns the image of a job's toolchain, "" when it has none.
func source(t *testing.T, j *job) string {
	t.Helper()
	state, ok := j.from[language.FromToolchain]
	if !ok {
		return ""
	}
	def, err := state.Marshal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, ref, _ := strings.Cut(string(def.Def[0]), "docker-image://")
	ref, _, _ = strings.Cut(ref, "@")
	return ref
}

// TestToolchainEnded is no problem of the toolchain when someone ended the build.
func TestToolchainEnded(t *testing.T) {
	g := gateway.New(t, text)
	g.Failing = map[string]error{"example.com/tool:latest": context.Canceled}
	if _, err := builderOf(t, g).job(t.Context(), planned(t, text, trial.Compiled())); !daemon.Canceled(err) {
		t.Errorf("got %v", err)
	}
}

// TestFetch fetches what steps, copies and roots are of, each once, and says what may
// be wrong with the network when that fails.
func TestFetch(t *testing.T) {
	step, copied, root, spare := trial.Fetch("fetch a", "/a"), trial.Fetch("fetch b", "/b"), trial.Fetch("fetch c", "/c"), trial.Fetch("fetch d", "/d")
	r := trial.Compiled(step)
	r.Fetches = []*language.Fetch{step, copied, root, spare}
	r.Image.Layers[0].Copies = append(r.Image.Layers[0].Copies, language.Copy{From: language.FromFetch(copied), Path: "/", To: "/b"})
	r.Roots = []language.Origin{language.FromFetch(root)}
	p := planned(t, text, r)
	g := gateway.New(t, text)
	g.Images = []string{"example.com/tool:latest"}
	for i := range []*language.Fetch{step, copied, root, spare} {
		p.Fetches[i].Args = []string{"get", string(rune('a' + i))} // else they are one vertex
	}
	j, err := builderOf(t, g).prepare(t.Context(), p, func(*job) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.fetch(t.Context(), []language.Step{p.Compile}, p.Image.Copies()...); err != nil {
		t.Fatal(err)
	}
	slices.Sort(g.Execs)
	if want := []string{"[made] fetch a", "[made] fetch b", "[made] fetch c"}; !slices.Equal(g.Execs, want) {
		t.Errorf("got the steps %q, want %q", g.Execs, want)
	}
	g = gateway.New(t, text)
	g.Images, g.Failing = []string{"example.com/tool:latest"}, map[string]error{"[made] fetch a": errors.New("exit code: 1")}
	if _, err := builderOf(t, g).prepare(t.Context(), p, func(*job) {}); err == nil || err.Error() != "[made] fetch a: exit code: 1; "+fetchHint {
		t.Errorf("got %v", err)
	}
}

// TestSources resolves what files are copied from: images, and the certificates of the
// builder's platform.
func TestSources(t *testing.T) {
	const text = "language: made\nruntime: scratch\nfiles:\n  - {source: web, from: /a, to: /a}\n  - {source: web, from: /b, to: /b}\n"
	r := trial.Compiled()
	r.Image.Layers[0].Copies = append(r.Image.Layers[0].Copies, language.Copy{From: language.FromImage("example.com/server"), Path: "a", To: "/c"})
	p := planned(t, text, r)
	p.Target = trial.ARM64
	g := gateway.New(t, text)
	g.Images = []string{"docker.io/library/web:latest", "example.com/server:latest", "gcr.io/distroless/static-debian13:nonroot"}
	g.Contents = map[string]fstest.MapFS{"example.com/server": {"a": {}}}
	j := &job{Builder: builderOf(t, g), from: llb.Origins{}, trees: map[language.Origin]*daemon.Tree{}}
	j.Stages = &llb.Stages{Plan: p}
	if err := j.sources(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := g.Calls["resolve"]; got != 3 {
		t.Errorf("%d images were asked for, want 3", got)
	}
	for origin, arch := range map[language.Origin]string{
		language.FromCABundle: "amd64", language.FromSource("web"): "arm64", language.FromImage("example.com/server"): "arm64",
	} {
		def, err := j.from[origin].Marshal(t.Context())
		if err != nil || len(def.Def) == 0 || !strings.Contains(string(def.Def[0]), arch) {
			t.Errorf("%s: got %v, %v, want an image for %s", origin, def, err, arch)
		}
		if opened := j.tree(origin) != nil; opened != (origin.Kind == language.OfImage) {
			t.Errorf("%s: it was opened: %v", origin, opened)
		}
	}
}

// TestSourceOfTarget makes the image of a target that several take files of once, and
// tells its problem as its own.
func TestSourceOfTarget(t *testing.T) {
	const text = "language: made\nfiles: [{source: web, from: /a, to: /a}]\n"
	for _, failing := range []bool{false, true} {
		g := gateway.New(t, text)
		g.Images = []string{"example.com/tool:latest", "gcr.io/distroless/static-debian13:nonroot"}
		g.Left = map[string]fstest.MapFS{"[made] make": {"made": {}}}
		if failing {
			g.Failing = map[string]error{"[made] make": errors.New("exit code: 1")}
		}
		b := builderOf(t, g)
		for range 2 {
			p := planned(t, text, trial.Compiled())
			p.Uses = map[string]*plan.Plan{"web": planned(t, "language: made\n", trial.Compiled())}
			j := &job{Builder: b, Stages: &llb.Stages{Plan: p}, from: llb.Origins{}, trees: map[language.Origin]*daemon.Tree{}}
			err := j.sources(t.Context())
			if failing != (err != nil) || failing && err.Error() != "[made] make: exit code: 1" {
				t.Errorf("failing %v: got %v", failing, err)
			}
		}
		if len(g.Execs) != 1 {
			t.Errorf("failing %v: got the steps %q", failing, g.Execs)
		}
	}
}
