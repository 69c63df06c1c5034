package build

import (
	"errors"
	"slices"
	"testing"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestFetch fetches what steps, copies and roots are of, each once, and says of a
// failure what the log does.
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
	for log, want := range map[string]string{
		"":                                      "[made] fetch a: exit code: 1",
		"stagefront: there is no a\nit ended\n": "[made] fetch a: there is no a",
		"get: x509: unknown authority\n":        "[made] fetch a: get: x509: unknown authority; behind a proxy that has its own CA, add --secret id=ca-certificates,src=<bundle>",
	} {
		g.Log = log
		if _, err := builderOf(t, g).prepare(t.Context(), p, func(*job) {}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestFetchOfImage resolves the image of a fetch that another one alone needs.
func TestFetchOfImage(t *testing.T) {
	const of = "example.com/of:latest"
	taken, made, onto := trial.Fetch("take a", "/a"), trial.Fetch("fetch b", "/b"), trial.Fetch("fetch c", "/c")
	taken.Image, made.Fetches, onto.Onto = of, language.Refs(taken), language.FetchRef{Fetch: made}
	r := trial.Compiled(onto)
	r.Fetches = []*language.Fetch{taken, made, onto}
	g := gateway.New(t, text)
	g.Images = []string{"example.com/tool:latest", of}
	j, err := builderOf(t, g).prepare(t.Context(), planned(t, text, r), func(*job) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := j.Images[of]; !ok {
		t.Errorf("got the images %v, want %s", j.Images, of)
	}
}
