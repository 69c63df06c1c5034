package diag

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// texts are files that lines and characters are easily counted wrong in.
var texts = []string{
	"",
	"\n",
	"a: 1\n  bé: 2\n",
	"a\r\n\tbé \r\n\r\nlast",
	"日本\n語",
	"\xff\xc3(\xe2\x82\n\x80",
	strings.Repeat("ü", 300) + "\n" + strings.Repeat("a日", 200),
	strings.Repeat("😀", block/4) + "x😀" + strings.Repeat("y", block),
	strings.Repeat("x", block-1) + "日",
}

func TestPos(t *testing.T) {
	for _, text := range texts {
		src := &Source{Data: []byte(text)}
		for offset := -1; offset <= len(text)+1; offset++ {
			before := src.Data[:min(max(offset, 0), len(text))]
			line := before[bytes.LastIndexByte(before, '\n')+1:]
			want := Pos{bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(line) + 1}
			if got := src.Pos(offset); got != want {
				t.Fatalf("%.20q: byte %d: got %v, want %v", text, offset, got, want)
			}
			if got := src.LineAt(offset); got != src.Line(want.Line) {
				t.Fatalf("%.20q: byte %d: got line %v, want %v", text, offset, got, src.Line(want.Line))
			}
		}
	}
}

func TestLineHoldsItsText(t *testing.T) {
	for _, text := range texts {
		src := &Source{Data: []byte(text)}
		lines := strings.Split(text, "\n")
		for n := 1; n <= len(lines); n++ {
			if got, want := src.Text(n), strings.TrimSpace(lines[n-1]); got != want {
				t.Errorf("%.20q: line %d: got text %q, want %q", text, n, got, want)
			}
			r, blanks := src.Line(n), strings.Trim(lines[n-1], " \t\r")
			if got, want := r.End.Column-r.Start.Column, max(utf8.RuneCountInString(blanks), 1); got != want {
				t.Errorf("%.20q: line %d: got %d characters, want %d", text, n, got, want)
			}
		}
		for _, n := range []int{-1, 0, len(lines) + 1} {
			if got := src.Text(n); got != "" {
				t.Errorf("%.20q: line %d: got text %q", text, n, got)
			}
		}
	}
}

func TestFileLine(t *testing.T) {
	src := &Source{Name: "go.mod", Data: []byte("module x\n\ngo 1.26\n")}
	if got := src.Range(10, 17).FileLine(); got != "go.mod:3" {
		t.Errorf("got %q, want go.mod:3", got)
	}
	if got := (Range{}).FileLine(); got != "" {
		t.Errorf("got %q of nowhere", got)
	}
}

// large is a file of 1.5 MB: the lock of a large project in 50,000 lines, or
// the same without newlines, as some tools write JSON.
func large(newline string) []byte {
	return bytes.Repeat([]byte("{\"näme\": \"a\", \"v\": \"1.2\"},"+newline), 50_000)
}

func BenchmarkPos(b *testing.B) {
	for _, newline := range []string{"\n", " "} {
		data := large(newline)
		b.Run(fmt.Sprintf("%q", newline), func(b *testing.B) {
			for b.Loop() {
				src := &Source{Data: data}
				for i := range 50_000 {
					src.Pos(i * (len(data) / 50_000))
				}
			}
		})
	}
}

func BenchmarkLine(b *testing.B) {
	data := large("\n")
	for b.Loop() {
		src := &Source{Data: data}
		for i := range 50_000 {
			src.Line(i + 1)
			src.Text(i + 1)
		}
	}
}

func BenchmarkErrors(b *testing.B) {
	src := &Source{Name: "s.yaml", Data: large("\n")}
	var l List
	for i := range 50_000 {
		l.Errorf(src.Line(50_000-i), "got %d", i%100)
	}
	for b.Loop() {
		l.Errors()
	}
}

// TestConflict finds the marks of a merge, and nothing that only looks like one.
func TestConflict(t *testing.T) {
	for text, want := range map[string]string{
		"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n": "f:2:1: got the mark of a merge conflict; resolve the conflict",
		"a\n>>>>>>> x":                       "f:2:1: got the mark of a merge conflict; resolve the conflict",
		"a\n=======\n <<<<<<< a\n<<<<<<<<\n": "",
	} {
		got := ""
		if d, ok := (&Source{Name: "f", Data: []byte(text)}).Conflict(); ok {
			got = d.String()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
