package golang

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestZoneless warns of a program that loads time zones where the image has none.
func TestZoneless(t *testing.T) {
	want := `stagefront.yaml:1:10: the program loads time zones by name, and scratch has none; compile them in: "build: {tags: [timetzdata]}"`
	for text, want := range map[string]string{
		"runtime: scratch\n":    want,
		"runtime: distroless\n": "",
		"runtime: scratch\nfiles: [{source: \"debian:trixie\", from: /usr/share/zoneinfo, to: /usr/share/zoneinfo}]\n": "",
	} {
		got := ""
		for _, d := range zoneless(trial.Spec(t, text, spec.Request{}), func() []byte { return []byte("\x00time.LoadLocation\x00") }) {
			got += d.String()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// TestLoadsZones reads the names of functions in programs.
func TestLoadsZones(t *testing.T) {
	for names, want := range map[string]bool{
		"\x00main.main\x00time.Now\x00":                                          false,
		"\x00main.main\x00time.LoadLocation\x00":                                 true,
		"\x00main.time.LoadLocation\x00":                                         false,
		"\x00time.LoadLocation\x00time/tzdata.loadFromEmbeddedTZData\x00":        false,
		"\x00time.LoadLocationFromTZData\x00main.LoadLocation\x00time.Until\x00": false,
	} {
		if got := loadsZones([]byte(names)); got != want {
			t.Errorf("%q: got %v, want %v", names, got, want)
		}
	}
}
