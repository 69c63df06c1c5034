package rust

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestZoneless warns of a program that looks for a time zone where the image has none, by
// what is among its constants.
func TestZoneless(t *testing.T) {
	const (
		looks = "TZ/usr/share/zoneinfo/etc/localtime"
		named = "env: {TZ: Europe/Paris}\n"
		want  = `stagefront.yaml:2:11: the program is to use the time of Europe/Paris, and scratch has no time zones; distroless has them: remove "runtime: scratch"`
	)
	for _, c := range []struct{ spec, constants, want string }{
		{"runtime: scratch\n" + named, looks, want},
		{"runtime: scratch\n" + named, "nothing", ""},
		{"runtime: scratch\n" + named, looks + "Europe/OsloEurope/ParisEurope/Rome", ""},
		{"runtime: distroless\n" + named, looks, ""},
		{"runtime: scratch\n", looks, ""},
	} {
		got := ""
		for _, d := range zoneless(trial.Spec(t, c.spec, spec.Request{}), elfOf(t, []byte(c.constants))) {
			got += d.String()
		}
		if got != c.want {
			t.Errorf("%s with %q: got %s, want %s", c.spec, c.constants, got, c.want)
		}
	}
}
