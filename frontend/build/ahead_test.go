package build

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/moby/buildkit/frontend/gateway/client"

	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// slow is a gateway that solves a fetch once all else was asked for that the image of
// one needs.
type slow struct {
	*gateway.Gateway
	asked map[string]chan struct{}
	once  map[string]*sync.Once
}

func (s *slow) Solve(ctx context.Context, req client.SolveRequest) (*client.Result, error) {
	last := slices.MaxFunc(names(req), func(a, b string) int { return rank(a) - rank(b) })
	if ask := s.once[last]; ask != nil {
		ask.Do(func() { close(s.asked[last]) })
	}
	if last == "[made] fetch" {
		for name, asked := range s.asked {
			select {
			case <-asked:
			case <-time.After(time.Minute):
				return nil, errors.New(name + " was not asked for")
			}
		}
	}
	return s.Gateway.Solve(ctx, req)
}

// names returns those of all steps of a solve.
func names(req client.SolveRequest) []string {
	all := []string{""}
	for _, m := range req.Definition.Metadata {
		all = append(all, m.Description["llb.customname"])
	}
	return all
}

// rank orders the steps of a build.
func rank(name string) int {
	return slices.Index([]string{"[made] fetch", "[made] make", "[export linux/amd64] layers"}, name)
}

// TestAhead asks for the compiled program and the image while what they need is fetched.
func TestAhead(t *testing.T) {
	g := gateway.New(t, text)
	g.Images = []string{"example.com/tool:latest", "gcr.io/distroless/static-debian13:nonroot"}
	g.Left = map[string]fstest.MapFS{"[made] make": {"made": {}}}
	s := &slow{g, map[string]chan struct{}{}, map[string]*sync.Once{}}
	for _, name := range []string{"[made] make", "[export linux/amd64] layers"} {
		s.asked[name], s.once[name] = make(chan struct{}), &sync.Once{}
	}
	p := planned(t, text, trial.Compiled(trial.Fetch("fetch", "/fetched")))
	if _, err := builderOf(t, s).Image(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

// TestAheadTaken knows what a fetch takes out of an image before it asks ahead for what
// the fetch is needed for: else that is another step.
func TestAheadTaken(t *testing.T) {
	g := gateway.New(t, text)
	g.Images = []string{"example.com/tool:latest", "example.com/server:latest", "gcr.io/distroless/static-debian13:nonroot"}
	g.Left = map[string]fstest.MapFS{"[made] make": {"made": {}}}
	fetch := trial.Fetch("fetch", "/fetched")
	fetch.Image = "example.com/server"
	if _, err := builderOf(t, g).Image(t.Context(), planned(t, text, trial.Compiled(fetch))); err != nil {
		t.Fatal(err)
	}
	slices.Sort(g.Execs)
	if want := []string{"[made] fetch", "[made] make"}; !slices.Equal(g.Execs, want) {
		t.Errorf("got the steps %q, want %q", g.Execs, want)
	}
}

// TestGuessNothing asks for no image that a report or packages decide on.
func TestGuessNothing(t *testing.T) {
	for name, change := range map[string]func(p *plan.Plan){
		"":       func(*plan.Plan) {},
		"report": func(p *plan.Plan) { p.Compile.Reports = true },
	} {
		g := gateway.New(t, text)
		g.Images = []string{"example.com/tool:latest", "gcr.io/distroless/static-debian13:nonroot"}
		p := planned(t, text, trial.Compiled())
		change(p)
		j, err := builderOf(t, g).job(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		j.guess(t.Context())
		j.ahead.Wait()
		want := "solve solve solve solve resolve resolve" // the spec, the ignore rules, the program, the image
		if name != "" {
			want = "solve solve solve resolve"
		}
		got := strings.Repeat("solve ", g.Calls["solve"]) + strings.Repeat("resolve ", g.Calls["resolve"])
		if strings.TrimSpace(got) != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
}

// exports is a gateway that counts how often an image is asked for.
type exports struct {
	*gateway.Gateway
	asked atomic.Int32
}

func (e *exports) Solve(ctx context.Context, req client.SolveRequest) (*client.Result, error) {
	if slices.Contains(names(req), "[export linux/amd64] layers") {
		e.asked.Add(1)
	}
	return e.Gateway.Solve(ctx, req)
}

// TestTold asks for the image as soon as there is a report, where nothing but libraries can
// make it another.
func TestTold(t *testing.T) {
	for _, c := range []struct {
		variants []string
		want     int32
	}{
		{[]string{"static"}, 1},
		{[]string{"static", "base"}, 0},
	} {
		g := gateway.New(t, text)
		g.Images = []string{"example.com/tool:latest", "gcr.io/distroless/static-debian13:nonroot"}
		g.Left = map[string]fstest.MapFS{"[made] make": {"made": {}, "report.json": {Data: []byte(`{"arguments": ["x"]}`)}}}
		e := &exports{Gateway: g}
		p := planned(t, text, trial.Compiled())
		p.Compile.Reports, p.Runtime.Variants = true, c.variants
		j, err := builderOf(t, e).job(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := j.compile(t.Context(), j.told); err != nil {
			t.Fatal(err)
		}
		j.ahead.Wait()
		if got := e.asked.Load(); got != c.want {
			t.Errorf("%q: got the image asked for %d times, want %d", c.variants, got, c.want)
		}
	}
}

// TestExpect resolves the runtime before the toolchain is known, where it can be told
// without the program.
func TestExpect(t *testing.T) {
	for _, c := range []struct {
		reports  bool
		variants []string
		want     int
	}{
		{false, []string{"static", "base"}, 1},
		{true, []string{"static", "base"}, 0},
		{true, []string{"python3"}, 1},
	} {
		g := gateway.New(t, text)
		p := planned(t, text, trial.Compiled())
		p.Compile.Reports, p.Runtime.Variants = c.reports, c.variants
		builderOf(t, g).Expect(t.Context(), []*plan.Plan{p})()
		if got := g.Calls["resolve"]; got != c.want {
			t.Errorf("%v: got %d images resolved, want %d", c, got, c.want)
		}
	}
}
