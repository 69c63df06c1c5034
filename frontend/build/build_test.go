package build

import (
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/frontend/gateway/client"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
	"github.com/stagefront/stagefront/llb"
)

// text is the spec of the projects that tests build.
const text = "language: made\nentrypoint: app\nruntime: distroless\n"

// builderOf returns a builder that talks to a gateway.
func builderOf(t *testing.T, g client.Client) *Builder {
	t.Helper()
	ui, err := dockerui.NewClient(g)
	if err != nil {
		t.Fatal(err)
	}
	d := daemon.New(g, ui)
	if err := d.ReadSpec(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &Builder{
		Daemon: d, Context: llb.LocalFile("context", ".", "session"), Files: fstest.MapFS{},
		Options: llb.Options{SourceMap: d.SourceMap(), Caps: g.BuildOpts().LLBCaps},
	}
}

// planned returns the plan of a recipe for linux/amd64, in a language of its own.
func planned(t *testing.T, text string, r *language.Recipe) *plan.Plan {
	t.Helper()
	made := &language.Language{Name: "made", Recipe: func(*language.Project, spec.Platform) (*language.Recipe, diag.List) { return r, nil }}
	s := trial.Spec(t, text, spec.Request{Platform: trial.AMD64})
	p, diags := plan.For(made, &language.Project{FS: fstest.MapFS{}, Spec: s, Host: trial.AMD64}, trial.AMD64)
	if p == nil {
		t.Fatal(diags)
	}
	p.Compile.Range = s.Entrypoint.Range
	return p
}

// jobOf returns a job for a plan whose origins have files.
func jobOf(t *testing.T, p *plan.Plan, files map[language.Origin]fstest.MapFS) (*job, *gateway.Gateway) {
	t.Helper()
	g := gateway.New(t, text)
	b := builderOf(t, g)
	j := &job{Stages: &llb.Stages{Plan: p, Context: b.Context, Options: b.Options}, Builder: b, from: llb.Origins{}, trees: map[language.Origin]*daemon.Tree{}}
	for origin, fsys := range files {
		name := strconv.Itoa(len(j.from))
		g.Locals[name] = fsys
		state := llb.LocalFile(name, ".", "session")
		tree, err := b.Daemon.Solve(t.Context(), state)
		if err != nil {
			t.Fatal(err)
		}
		j.keep(origin, state, tree)
	}
	return j, g
}

// elf returns a program or a library for linux/amd64 that needs others.
func elf(needed ...string) *fstest.MapFile {
	return &fstest.MapFile{Data: trial.ELF("/lib64/ld-linux-x86-64.so.2", needed...)}
}

func lines(err error) string {
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), trial.SpecFile+":", "")
}
