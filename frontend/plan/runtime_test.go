package plan

import (
	"errors"
	"testing"
)

// TestLacking says what may have the program where distroless has not: scratch is for
// those alone that run by themselves.
func TestLacking(t *testing.T) {
	for variant, want := range map[string]string{
		"static":  `no runtime: none; another "runtime" may have it: scratch, or an image`,
		"python3": `no runtime: none; an image as "runtime" may have it`,
	} {
		r := Runtime{Kind: Distroless, Variants: []string{variant}}
		if got := r.Lacking(errors.New("none")); len(got) != 1 || got[0].Text() != want {
			t.Errorf("%s: got %v, want %s", variant, got, want)
		}
	}
}
