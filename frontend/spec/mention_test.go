package spec

import (
	"slices"
	"testing"
)

// TestPlainVariables marks what is found by its text; nothing else may be.
func TestPlainVariables(t *testing.T) {
	const text = `x-note: $VERSION is not read by anyone
labels:
  found: v$VERSION
  escaped: v$$VERSION
  both: $$$VERSION
  apart: $VER$$SION
  longer: $VERSIONS
  variable: ${VERSION}
  undeclared: $WORKER
env: [FOUND=$VERSION]
build:
  args: {VERSION: dev, TAG: $VERSION}
targets:
  worker:
    labels: {found: $WORKER}
    build: {args: {WORKER: "1"}}
`
	doc := parsed(t, text)
	if got := doc.ArgNames(); !slices.Equal(got, []string{"VERSION", "TAG", "WORKER"}) {
		t.Errorf("got the args %q", got)
	}
	for target, want := range map[string][]string{
		"":       {"v$VERSION", "$$$VERSION", "FOUND=$VERSION", "$VERSION"},
		"worker": {"$WORKER", "$$$VERSION", "$WORKER", "FOUND=$VERSION", "$VERSION"},
		"none":   nil,
	} {
		var got []string
		for _, found := range doc.PlainVariables(target) {
			got = append(got, found.Value)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", target, got, want)
		}
	}
}

func TestSyntax(t *testing.T) {
	for line, want := range map[string]string{
		"# syntax=org/stagefront":           "org/stagefront",
		"#SYNTAX = org/stagefront:1 stable": "org/stagefront:1",
		"# syntax":                          "",
		"# syntax=":                         "",
		"# a comment = more":                "",
		"x-syntax: a=b":                     "",
	} {
		got := parsed(t, line+"\n").Syntax()
		if got.Value != want || got.IsSet() != (want != "") {
			t.Errorf("%s: got %q, set %v, want %q", line, got.Value, got.IsSet(), want)
		}
	}
}
