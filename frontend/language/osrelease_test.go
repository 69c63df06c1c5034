package language

import (
	"maps"
	"testing"
	"testing/fstest"
)

func TestOSRelease(t *testing.T) {
	for text, want := range map[string]map[string]string{
		"":                                     {},
		"# none\n\n":                           {},
		"ID=debian\nVERSION_ID=\"13\"\n":       {"ID": "debian", "VERSION_ID": "13"},
		"PRETTY_NAME='Alpine Linux v3.24'\r\n": {"PRETTY_NAME": "Alpine Linux v3.24"},
	} {
		image := fstest.MapFS{"usr/lib/os-release": {Data: []byte(text)}}
		if got := OSRelease(image); !maps.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	if got := OSRelease(fstest.MapFS{}); len(got) > 0 {
		t.Errorf("got %v without a file", got)
	}
}
