package spec

import (
	"strings"
	"testing"
	"time"
)

// TestBytes reads files that no archive can hold: bytes that are no text, and
// sizes that a spec does not have.
func TestBytes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Latin-1", "labels:\n  name: caf\xe9\n", `stagefront.yaml:2:12: got bytes that are no UTF-8; save the file as UTF-8`},
		{"UTF-16", "\xff\xfel\x00a\x00", `stagefront.yaml:1:1: got bytes that are no UTF-8; save the file as UTF-8`},
		{"UTF-16 without a mark", "l\x00a\x00n\x00g\x00", `stagefront.yaml:1:2: got the control character U+0000; remove it`},
		{"cut off", "language: \xe2\x80", `stagefront.yaml:1:11: got bytes that are no UTF-8; save the file as UTF-8`},
		{"replaced", "langage: \ufffd", `stagefront.yaml:1:1: unknown key "langage"; did you mean "language"?`},
		{"old Mac", "language: go\rports: 8080\r", `stagefront.yaml:1:13: got a carriage return without a newline; save the file with the line endings of Unix or Windows`},
		{"gzip", "\x1f\x8b\x08", `stagefront.yaml:1:1: got the control character U+001F; remove it`},
		{"large", strings.Repeat("#", maxBytes+1), `stagefront.yaml:1:1: the spec has 1048577 bytes, want at most 1048576`},
		{"deep", strings.Repeat("[", 1<<19), `stagefront.yaml:1:10001: broken YAML: exceeded max depth of 10000 while increasing flow level`},
		{"wide", "x-a: [" + strings.Repeat("a,", 1<<18) + "]", `stagefront.yaml:1:40001: too many or too deeply nested values`},
		{"many keys", "x-a: {" + keys(20_000) + "}", `too many or too deeply nested values`},
		{"many targets", "env: {" + keys(4_000) + "}\ntargets:\n" + "  A: {}\n" + emptyTargets(3_000), `got target name "A"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			_, diags := read(c.text)
			if got := diags.Errors().Error(); !strings.Contains(got, c.want) || len(got) > len(c.want)+200 {
				t.Errorf("got %.300s\nwant %s", got, c.want)
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// keys returns the entries of a map of so many names.
func keys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("k" + itoa(i) + ": 1, ")
	}
	return b.String()
}

// emptyTargets returns so many targets that change nothing.
func emptyTargets(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("  t" + itoa(i) + ": {}\n")
	}
	return b.String()
}
