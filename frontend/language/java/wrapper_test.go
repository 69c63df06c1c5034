package java

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
)

// TestImages decides the images of wrappers' versions: the version itself, and the
// newest patch beside it where there is no such image.
func TestImages(t *testing.T) {
	for _, c := range []struct{ wanted, ref, forward string }{
		{"", "gradle:8-jdk21", ""},
		{"8.14.3", "gradle:8.14.3-jdk21", "gradle:8.14-jdk21"},
		{"8.14", "gradle:8.14-jdk21", ""},
		{"9.1.0", "gradle:9.1.0-jdk21", "gradle:9.1-jdk21"},
	} {
		got, diags := gradleImage(c.wanted, diag.Range{}, 21)
		if diags.Err() != nil || got.Ref != c.ref || got.Forward != c.forward {
			t.Errorf("%q: got %q, then %q, %v, want %q, then %q", c.wanted, got.Ref, got.Forward, diags, c.ref, c.forward)
		}
	}
	if _, diags := gradleImage("8.4", diag.Range{}, 21); diags.Err() == nil {
		t.Error("got no error of a Gradle that does not run on the release")
	}
}
