package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/frontend/dockerui"
	gwpb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/util/apicaps"
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
	"github.com/stagefront/stagefront/llb"
)

// connected returns the daemon that a gateway speaks for, and the spec that it read.
func connected(t *testing.T, g *gateway.Gateway) (*daemon.Daemon, *diag.Source) {
	t.Helper()
	ui, err := dockerui.NewClient(g)
	if err != nil {
		t.Fatal(err)
	}
	d := daemon.New(g, ui)
	if err := d.ReadSpec(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d, d.File
}

// step returns what a step of a name leaves, for a place in the spec.
func step(d *daemon.Daemon, name string, at diag.Range) llb.State {
	return compiled(d, language.Step{Name: name, Args: []string{"make"}, Range: at})
}

// compiled returns what a step of a Go project leaves.
func compiled(d *daemon.Daemon, do language.Step) llb.State {
	s := &llb.Stages{Plan: &plan.Plan{Language: &language.Language{Name: "go"}, Recipe: &language.Recipe{}}, Options: llb.Options{SourceMap: d.SourceMap()}}
	return s.Compile(do, nil)
}

const spec = "language: go\nuser: root\n"

func TestSpec(t *testing.T) {
	d, src := connected(t, gateway.New(t, spec))
	if src.Name != trial.SpecFile || string(src.Data) != spec || d.Host() != trial.AMD64 {
		t.Errorf("got %q of %s for %s", src.Data, src.Name, d.Host())
	}
	g := gateway.New(t, spec)
	g.Opts["filename"] = "none.yaml"
	ui, err := dockerui.NewClient(g)
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.New(g, ui).ReadSpec(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "cannot read the spec: ") || strings.Contains(err.Error(), "dockerfile") {
		t.Errorf("got %v", err)
	}
}

// TestFailures fails steps: the person watching is told of the step by its name, once,
// at its place in the spec.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name      string
		err       error
		want      string
		line      int32 // of the spec
		withPlace bool
	}{
		{"its own text", errors.New(`process "make" did not complete successfully: exit code: 2`),
			`[go] compile .: process "make" did not complete successfully: exit code: 2`, 2, true},
		{"of a solver", errors.New(`failed to solve: process "make" did not complete successfully: exit code: 2`),
			`[go] compile .: process "make" did not complete successfully: exit code: 2`, 2, true},
		{"with a code", grpcerrors.WrapCode(errors.New("out of space"), codes.ResourceExhausted),
			"[go] compile .: ResourceExhausted: out of space", 2, true},
		{"without a place", errors.New("no"), "[go] compile .: no", 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := gateway.New(t, spec)
			g.Failing, g.Log = map[string]error{"[go] compile": c.err}, "it says why"
			d, src := connected(t, g)
			at := src.Line(2)
			if !c.withPlace {
				at = diag.Range{}
			}
			_, err := d.Solve(t.Context(), step(d, "compile .", at))
			var f *daemon.Failure
			if !errors.As(err, &f) || f.Error() != c.want || f.Hint != "" {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			told := d.Tell(daemon.Because(err, func(string) (reason, hint string) { return "", "look above" }))
			if got := told.Error(); got != c.want+"; look above" {
				t.Errorf("got %q, want the hint after %q", got, c.want)
			}
			sources := errdefs.Sources(told)
			if len(sources) != 1 || sources[0].Ranges[0].Start.Line != c.line || sources[0].Ranges[0].End == nil || string(sources[0].Info.Data) != spec {
				t.Errorf("got the places %v, want line %d of the spec", sources, c.line)
			}
			if d.Tell(err).Error() != c.want {
				t.Errorf("the hint of another stays: %v", d.Tell(err))
			}
			said := daemon.Because(err, func(log string) (reason, hint string) { return log, "" })
			if got := said.Error(); got != "[go] compile .: it says why" {
				t.Errorf("got %q, want the log as the reason", got)
			}
		})
	}
}

// TestNoFailure leaves alone what is no failure of a step: that someone ended the
// build, and errors of our own.
func TestNoFailure(t *testing.T) {
	for _, ended := range []error{context.Canceled, status.Error(codes.Canceled, "context canceled")} {
		g := gateway.New(t, spec)
		g.Failing = map[string]error{"[go] compile": ended}
		d, _ := connected(t, g)
		_, err := d.Solve(t.Context(), step(d, "compile .", diag.Range{}))
		var f *daemon.Failure
		if !daemon.Canceled(err) || errors.As(err, &f) {
			t.Errorf("%v: got %v", ended, err)
		}
	}
	d, _ := connected(t, gateway.New(t, spec))
	own := errors.New("our own")
	if err := d.Tell(daemon.Because(own, func(string) (reason, hint string) { return "another", "a hint" })); err != own {
		t.Errorf("got %v", err)
	}
	if daemon.Canceled(own) || daemon.Canceled(nil) {
		t.Error("it is taken for the end of a build")
	}
}

// TestTell shows problems where they are, in whichever file that is, and those
// without a place at the spec's first line.
func TestTell(t *testing.T) {
	d, src := connected(t, gateway.New(t, spec))
	mod := &diag.Source{Name: "go.mod", Data: []byte("module m\n\ngo 9\n"), Language: "go.mod"}
	var diags diag.List
	diags.Errorf(src.Line(2), "second").Hint = "a hint"
	diags.Errorf(mod.Line(3), "third")
	diags.Errorf(diag.Range{}, "nowhere")
	diags.Errorf(src.Line(2), "second").Hint = "a hint"
	diags.Warnf(src.Line(1), "no error")
	err := d.Tell(diags)
	want := "3 problems:\ngo.mod:3:1: third\nstagefront.yaml:1:1: nowhere\nstagefront.yaml:2:1: second; a hint"
	if err.Error() != want {
		t.Errorf("got %s\nwant %s", err, want)
	}
	var got []string
	for _, s := range errdefs.Sources(err) {
		line := strings.Split(string(s.Info.Data), "\n")[s.Ranges[0].Start.Line-1]
		got = append(got, s.Info.Filename+" "+s.Info.Language+" "+line)
		if (s.Info.Filename == src.Name) != (s.Info.Definition != nil) {
			t.Errorf("%s: got the definition %v", s.Info.Filename, s.Info.Definition)
		}
	}
	if want := "go.mod go.mod go 9, stagefront.yaml YAML language: go, stagefront.yaml YAML user: root"; strings.Join(got, ", ") != want {
		t.Errorf("got the excerpts %q, want %s", got, want)
	}
	diags = nil
	diags.Errorf(src.Line(2), "alone")
	if err := d.Tell(diags); err.Error() != "stagefront.yaml:2:1: alone" {
		t.Errorf("got %v", err)
	}
}

// TestWarn sends a warning once, with its place and what to do.
func TestWarn(t *testing.T) {
	g := gateway.New(t, spec)
	d, src := connected(t, g)
	var diags diag.List
	diags.Errorf(src.Line(1), "an error")
	w := diags.Warnf(src.Line(2), "it is old")
	w.Rule, w.Hint, w.URL = "EndOfLife", "take another", "https://example.com"
	diags.Warnf(diag.Range{}, "nowhere")
	d.Warn(t.Context(), diags)
	d.Warn(t.Context(), diags)
	if len(g.Warnings) != 2 {
		t.Fatalf("got %+v, want two", g.Warnings)
	}
	for i, want := range []struct {
		text string
		line int32
	}{{"nowhere", 1}, {"it is old; take another", 2}} {
		got := g.Warnings[i]
		if got.Text != want.text || got.Range[0].Start.Line != want.line || got.Range[0].End == nil || got.SourceInfo.Filename != src.Name {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if got := g.Warnings[1]; got.URL != "https://example.com" || len(got.Detail) != 1 || string(got.Detail[0]) != "take another" {
		t.Errorf("got %+v", got)
	}
}

// TestNote has a daemon that cannot send warnings show them as steps.
func TestNote(t *testing.T) {
	g := gateway.New(t, spec)
	g.Lacks = []apicaps.CapID{gwpb.CapGatewayWarnings}
	d, src := connected(t, g)
	var diags diag.List
	diags.Warnf(src.Line(2), "it is old").Hint = "take another"
	d.Warn(t.Context(), diags)
	d.Warn(t.Context(), diags)
	if want := "warning: stagefront.yaml:2:1: it is old; take another"; len(g.Warnings) > 0 || len(g.Notes) != 1 || g.Notes[0] != want {
		t.Errorf("got warnings %v and steps %q, want %q once", g.Warnings, g.Notes, want)
	}
}

// TestSolveOnce asks for one state twice and for another once.
func TestSolveOnce(t *testing.T) {
	g := gateway.New(t, spec)
	d, _ := connected(t, g)
	before := g.Calls["solve"]
	for _, name := range []string{"compile a", "compile a", "compile b"} {
		if _, err := d.Solve(t.Context(), step(d, name, diag.Range{})); err != nil {
			t.Fatal(err)
		}
	}
	// Names are no part of what is solved.
	if got := g.Calls["solve"] - before; got != 1 {
		t.Errorf("it was solved %d times", got)
	}
	if _, err := d.Solve(t.Context(), llb.Scratch()); err != nil {
		t.Errorf("a state without files: %v", err)
	}
}

func TestLocalFile(t *testing.T) {
	g := gateway.New(t, spec)
	g.Locals["dockerfile"] = fstest.MapFS{trial.SpecFile: {Data: []byte(spec)}, "stagefront.yaml.dockerignore": {Data: []byte("*\n")}, "empty": {}}
	d, _ := connected(t, g)
	if got := d.LocalFile(t.Context(), "dockerfile", "stagefront.yaml.dockerignore"); got == nil || string(got.Data) != "*\n" {
		t.Errorf("got %+v", got)
	}
	for _, name := range []string{"none", "empty"} {
		if got := d.LocalFile(t.Context(), "dockerfile", name); got != nil {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// TestSharedStep solves a step many times at the same time: it is one for the daemon,
// although BuildKit sorts the mounts of a step in place while it is marshalled. So many
// mounts take long enough to be sorted that another goroutine meets them half sorted.
func TestSharedStep(t *testing.T) {
	g := gateway.New(t, spec)
	d, _ := connected(t, g)
	read := g.Calls["solve"]
	const rounds, mounts = 200, 400
	for i := range rounds {
		do := language.Step{Name: "compile", Args: []string{"make", fmt.Sprint(i)}}
		for n := range mounts {
			do.Caches = append(do.Caches, language.Cache{Path: fmt.Sprintf("/%d", 1000-n)})
		}
		state := compiled(d, do)
		var done sync.WaitGroup
		for range 8 {
			done.Go(func() {
				if _, err := d.Solve(t.Context(), state); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
	}
	if n := g.Calls["solve"] - read; n != rounds {
		t.Errorf("the daemon was asked for %d steps, want %d", n, rounds)
	}
}
