package build

import (
	"errors"
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

// TestSourceHint says what a source is where none has its name.
func TestSourceHint(t *testing.T) {
	j := &job{Builder: &Builder{Sources: []string{"front"}}}
	for name, want := range map[string]string{
		"front":          "", // whose own problem is told
		"frnt":           `did you mean "front"?`,
		"assets":         "a source is a target of this file, an image, or a context: --build-context assets=…",
		"example.com/me": "",
	} {
		if got := j.sourceHint(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
