package golang

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestZoneless warns of a program that wants time zones where the image has none, by the
// names of the functions that are linked.
func TestZoneless(t *testing.T) {
	const (
		hint   = `; compile them in: "build: {tags: [timetzdata]}"`
		loads  = "stagefront.yaml:1:10: the program loads time zones by name, and scratch has none" + hint
		given  = "stagefront.yaml:2:11: the program is to use the time of Europe/Paris, and scratch has no time zones" + hint
		named  = "runtime: scratch\nenv: {TZ: Europe/Paris}\n"
		loader = "\x00main.main\x00time.LoadLocation\x00"
	)
	for _, c := range []struct{ spec, names, want string }{
		{"runtime: scratch\n", loader, loads},
		{"runtime: distroless\n", loader, ""},
		{"runtime: scratch\nfiles: [{source: \"debian:trixie\", from: /usr/share/zoneinfo, to: /usr/share/zoneinfo}]\n", loader, ""},
		{"runtime: scratch\n", "\x00main.main\x00time.Now\x00", ""},
		{"runtime: scratch\n", "\x00main.time.LoadLocation\x00", ""},
		{"runtime: scratch\n", loader + "time/tzdata.loadFromEmbeddedTZData\x00", ""},
		{"runtime: scratch\n", "\x00time.LoadLocationFromTZData\x00main.LoadLocation\x00time.Until\x00", ""},
		{named, "\x00main.main\x00time.Now\x00", given},
		{named, "\x00main.main\x00time/tzdata.loadFromEmbeddedTZData\x00", ""},
		{"runtime: scratch\nenv: {TZ: UTC}\n", "\x00time.Now\x00", ""},
		{"runtime: scratch\nenv: {TZ: \"CET-1CEST,M3.5.0,M10.5.0/3\"}\n", "\x00time.Now\x00", ""},
	} {
		got := ""
		for _, d := range zoneless(trial.Spec(t, c.spec, spec.Request{}), func() []byte { return []byte(c.names) }) {
			got += d.String()
		}
		if got != c.want {
			t.Errorf("%s with %q: got %s, want %s", c.spec, c.names, got, c.want)
		}
	}
}
