package diag

import (
	"testing"
)

func TestList(t *testing.T) {
	src := &Source{Name: "s.yaml", Data: []byte("a: 1\n  bé: 2\n")}
	var l List
	l.Errorf(src.Line(2), "second").Hint = "do this"
	l.Warnf(src.Line(1), "a warning")
	l.Errorf(src.Line(1), "first")
	l.Errorf(src.Line(1), "first")
	l.Errorf(Range{}, "without a place")
	want := "without a place\ns.yaml:1:1: first\ns.yaml:2:3: second; do this"
	if got := l.Err(); got == nil || got.Error() != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := l.Warnings().Error(); got != "s.yaml:1:1: a warning" {
		t.Errorf("got warnings %q", got)
	}
	if err := l.Warnings().Err(); err != nil {
		t.Errorf("warnings alone are the error %v", err)
	}
}

func TestLine(t *testing.T) {
	src := &Source{Name: "s", Data: []byte("a\n  bé \n\nlast")}
	for n, want := range map[int][2]Pos{
		-1: {{1, 1}, {1, 2}},
		2:  {{2, 3}, {2, 5}},
		3:  {{3, 1}, {3, 2}},
		4:  {{4, 1}, {4, 5}},
		9:  {{4, 1}, {4, 5}},
	} {
		if got := src.Line(n); got.Start != want[0] || got.End != want[1] {
			t.Errorf("line %d: got %v to %v, want %v", n, got.Start, got.End, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	keys := []string{"entrypoint", "env", "ports", "user"}
	for word, want := range map[string]string{
		"entrypiont":    `did you mean "entrypoint"?`,
		"Env":           `did you mean "env"?`,
		"port":          `did you mean "ports"?`,
		"usr":           `did you mean "user"?`,
		"completely":    "",
		"":              "",
		"entrypointttt": `did you mean "entrypoint"?`,
	} {
		if got := DidYouMean(word, keys); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestQuoted(t *testing.T) {
	for want, words := range map[string][]string{
		"":                   nil,
		`"a"`:                {"a"},
		`"a" and "b"`:        {"a", "b"},
		`"a", "b" and "c d"`: {"a", "b", "c d"},
	} {
		if got := Quoted(words); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
