package plan

import (
	"strings"
	"testing"
)

// TestFew counts what it does not list.
func TestFew(t *testing.T) {
	for names, want := range map[string]string{
		"":                "",
		"a b c d e f":     "a b c d e f",
		"a b c d e f g":   "a b c d e and 2 more",
		"a b c d e f g h": "a b c d e and 3 more",
	} {
		if got := few(strings.Fields(names)); got != want {
			t.Errorf("%s: got %s, want %s", names, got, want)
		}
	}
}
