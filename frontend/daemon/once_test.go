package daemon

import (
	"testing"

	"github.com/moby/buildkit/frontend/dockerui"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestOnce reads the spec, the ignore rules and the context with one question each, and
// asks for no rules of a context that the client has not.
func TestOnce(t *testing.T) {
	for name, want := range map[string]int{"": 2, "context": 1, "contextkey": 1, "local-sessionid:context": 1} {
		g := gateway.New(t, "language: go\n")
		if name != "" {
			g.Opts[name] = "other"
		}
		c := Once(g)
		ui, err := dockerui.NewClient(c)
		if err != nil {
			t.Fatal(err)
		}
		d := New(c, ui)
		if err := d.ReadSpec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := g.Calls["solve"]; got != want {
			t.Errorf("%q: %d questions for the spec and the rules, want %d", name, got, want)
		}
		if name != "" {
			continue
		}
		if g.Calls["evaluate"] != 1 {
			t.Errorf("the client was told to send %d states, want the rules", g.Calls["evaluate"])
		}
		for range 2 {
			if _, err := d.MainContext(t.Context()); err != nil || g.Calls["solve"] != want {
				t.Errorf("%d questions for the context, want %d; %v", g.Calls["solve"], want, err)
			}
		}
	}
}
