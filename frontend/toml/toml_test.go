package toml

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stagefront/stagefront/frontend/diag"
)

func parse(t *testing.T, text string) *Value {
	t.Helper()
	root, diags := Parse(&diag.Source{Name: "a.toml", Data: []byte(text)})
	if root == nil {
		t.Fatalf("reading %.100q: %v", text, diags)
	}
	return root
}

// show returns a tree in a line: scalars and keys with their places.
func show(v *Value) string {
	switch {
	case v == nil:
		return "none"
	case v.Table != nil:
		var parts []string
		for _, k := range v.Names() {
			parts = append(parts, k+"="+show(v.Get(k)))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case v.Items != nil:
		var parts []string
		for _, i := range v.List() {
			parts = append(parts, show(i))
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	r := v.Place()
	return fmt.Sprintf("%s@%d:%d-%d", v.Text(), r.Start.Line, r.Start.Column, r.End.Column)
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "{}",
		"a = 1":                                  "{a=1@1:5-6}",
		"# b\n\n  a = \"é\" # c":                 "{a=é@3:7-10}",
		"a = 'x'\r\nb = true\r\n":                "{a=x@1:5-8 b=true@2:5-9}",
		"[t]\nb = 1\na = 2":                      "{t={b=1@2:5-6 a=2@3:5-6}}",
		"[t.u]\na = 1\n[t.v]\nb = 2":             "{t={u={a=1@2:5-6} v={b=2@4:5-6}}}",
		"a.\"b.c\".d = 1":                        "{a={b.c={d=1@1:13-14}}}",
		"a = [\n  1, # one\n  \"zwei\",\n]":      "{a=[1@2:3-4 zwei@3:3-9]}",
		"a = []":                                 "{a=[]}",
		"a = [[1], [2, 3]]":                      "{a=[[1@1:7-8] [2@1:12-13 3@1:15-16]]}",
		"a = {b = 1, c = {d = 2}}":               "{a={b=1@1:10-11 c={d=2@1:22-23}}}",
		"[[p]]\nn = 1\n[[p]]\nn = 2\n[p.s]\nt=3": "{p=[{n=1@2:5-6} {n=2@4:5-6 s={t=3@6:3-4}}]}",
		"a = 2026-01-02T03:04:05Z":               "{a=2026-01-02T03:04:05Z@1:5-25}",
		"a = \"\"\"one\ntwo\"\"\"":               "{a=one\ntwo@1:1-11}",
		"\ufeff[a]\nb = 'x'":                     "{a={b=x@2:5-8}}", // as editors of Windows begin a file
		"a = 1\na = 2":                           "{a=2@2:5-6}",     // the tool that owns the file complains
		"a = 1\n[a]\nb = 2":                      "{a=1@1:5-6}",
		"a = 1\n[a.b]\nc = 2":                    "{a=1@1:5-6}",
	} {
		if got := show(parse(t, text)); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestBroken(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1\nb":           "a.toml:2:1: expected '=' after key",
		"a = ":               "a.toml:1:1: expected value, not end of input",
		"a = 1\n\n  b = \"x": "a.toml:3:3: unterminated basic string",
		"[a\nb = 1":          "a.toml:1:1: expected ']' to close table name",
		"a = [1,\n2":         "a.toml:2:1: array is incomplete",
		"a = \"\xff\"":       "a.toml:1:1: invalid UTF-8 character in basic string",
		"\x00":               "a.toml:1:1: invalid character at start of key: U+0000",
	} {
		root, diags := Parse(&diag.Source{Name: "a.toml", Data: []byte(text)})
		if got := diags.Error(); root != nil || got != want {
			t.Errorf("%q: got %v and %q, want %q", text, show(root), got, want)
		}
	}
}

// TestPart leaves out tables of tools that are not asked for, and keeps each byte of the rest.
func TestPart(t *testing.T) {
	const kept = "name = 'x'\n[a]\nb = \"\"\"\n[tool.lint]\n\"\"\"\nc = [\n[1],\n]\n"
	for text, want := range map[string]string{
		"":              "",
		kept:            kept,
		"\ufeff" + kept: "\ufeff" + kept,
		kept + "[tool.lint]\nd = 1\n# of lint\n\n[a.e]\nf = 1": kept + "[a.e]\nf = 1",
		"[[ tool . 'lint'.rules ]]\r\nd = 1\r\n[tool]\r\n":     "[tool]\r\n",
		"  [tool.lint]\n[a]\n[tool.lint.e]\n[tool.linter]\n":   "[a]\n[tool.linter]\n",
		"[tool]\nlint.d = 1\n":                                 "[tool]\nlint.d = 1\n",
		"[tool.lint]\nb":                                       "[tool.lint]\nb", // broken: whoever reads it says so
	} {
		lint := func(keys []string) bool { return len(keys) < 2 || keys[0] != "tool" || keys[1] != "lint" }
		if got := Part(&diag.Source{Name: "a.toml", Data: []byte(text)}, lint); got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", text, got, want)
		}
	}
}

// TestNone asks for what is not there: nothing of it panics.
func TestNone(t *testing.T) {
	var none *Value
	if none.Get("a", "b") != nil || none.Text() != "" || !none.Place().IsZero() || none.List() != nil || none.Names() != nil {
		t.Error("no value has something")
	}
	root := parse(t, "a = 'x'\n[t]")
	if got := root.Get("a").List(); len(got) != 1 || got[0].Text() != "x" {
		t.Errorf("got the list %v of a text", got)
	}
	if root.Get("a", "b") != nil || root.Get("t", "u").Text() != "" {
		t.Error("there is a value where none is")
	}
}

func TestRead(t *testing.T) {
	fsys := fstest.MapFS{"a/b.toml": {Data: []byte("c = 1")}, "bad.toml": {Data: []byte("c")}}
	root, src, diags := Read(fsys, "a/b.toml")
	if root.Get("c").Place().String() != "a/b.toml:1:5" || src.Language != "TOML" || diags != nil {
		t.Errorf("got %v of %v, and %v", show(root), src, diags)
	}
	if root, src, diags := Read(fsys, "none.toml"); root != nil || src != nil || diags != nil {
		t.Errorf("got %v, %v, %v of no file", show(root), src, diags)
	}
	if root, src, diags := Read(fsys, "bad.toml"); root != nil || src == nil || diags.Err() == nil {
		t.Errorf("got %v, %v, %v of a broken file", show(root), src, diags)
	}
}

// large are the locks of large projects, so many times 1.5 MB in many lines, and
// in one.
func large(times int) map[string][]byte {
	const files = `{ url = "https://example.com/packages/a-1.0.tar.gz", hash = "sha256:0123456789abcdef", size = 5031 },`
	var lines bytes.Buffer
	for i := range times * 2_500 {
		fmt.Fprintf(&lines, "[[package]]\nname = \"package-%d\"\nversion = \"1.%d\"\nwheels = [\n%s]\n\n", i, i, strings.Repeat("    "+files+"\n", 5))
	}
	return map[string][]byte{"lines": lines.Bytes(), "line": []byte("a = [" + strings.Repeat(files, times*15_000) + "]")}
}

// TestLarge reads files that took five seconds when every place was counted from the
// beginning of its file or line, and take a tenth of one.
func TestLarge(t *testing.T) {
	for name, data := range large(2) {
		start := time.Now()
		if root, diags := Parse(&diag.Source{Name: name, Data: data}); root == nil {
			t.Fatal(diags)
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: %d bytes took %v", name, len(data), took)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for name, data := range large(1) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				Parse(&diag.Source{Name: name, Data: data})
			}
		})
	}
}
