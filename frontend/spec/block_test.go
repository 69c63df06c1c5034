package spec

import (
	"fmt"
	"slices"
	"testing"
)

func TestForeign(t *testing.T) {
	s, diags := read("build:\n  tags: [a, b]\n  packages: [git]\n  cgo: false\n  extras: []\n  flags: [-x]\n")
	if s == nil {
		t.Fatal(diags)
	}
	for language, want := range map[string][]string{
		"go":     nil,
		"python": {"flags 6:11 [go java rust]", "tags 2:10 [go]", "cgo 4:8 [go]"},
		"java":   {"tags 2:10 [go]", "cgo 4:8 [go]"},
		"rust":   {"tags 2:10 [go]", "cgo 4:8 [go]"},
	} {
		var got []string
		for _, f := range s.Build.Foreign(language) {
			got = append(got, fmt.Sprintf("%s %d:%d %v", f.Key, f.Range.Start.Line, f.Range.Start.Column, f.Languages))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", language, got, want)
		}
	}
}
