package diag

import (
	"fmt"
	"strings"
)

// Source is a file that a problem can point into: the spec, or a file of the project.
type Source struct {
	Name     string // as the user knows it, relative to the context: "stagefront.yaml", "svc/go.mod"
	Data     []byte
	Language string // a name that linguist knows: "YAML"; empty where none fits
}

// Pos is a place in a source. Lines and columns count from 1, columns in
// characters. The zero Pos is no place.
type Pos struct{ Line, Column int }

// Before reports whether p comes before q.
func (p Pos) Before(q Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Column < q.Column
}

// Range is a stretch of a source; End is the place after its last character.
// The zero Range is nowhere: the value was not written by anyone.
type Range struct {
	Source     *Source
	Start, End Pos
}

// IsZero reports whether r is nowhere.
func (r Range) IsZero() bool { return r.Source == nil }

// String returns the range's start as people and editors write it:
//
//	stagefront.yaml:3:1
func (r Range) String() string {
	if r.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", r.Source.Name, r.Start.Line, r.Start.Column)
}

// MarshalText returns what String does, so that plans that carry ranges print well.
func (r Range) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Line returns the range of a whole line of s, counted from 1, without the
// blanks around its text. A line that s does not have is its last one.
func (s *Source) Line(n int) Range {
	lines := strings.Split(string(s.Data), "\n")
	n = min(max(n, 1), len(lines))
	text := strings.TrimRight(lines[n-1], " \t\r")
	indent := len([]rune(text)) - len([]rune(strings.TrimLeft(text, " \t")))
	return Range{
		Source: s,
		Start:  Pos{n, indent + 1},
		End:    Pos{n, max(len([]rune(text)), 1) + 1},
	}
}

// Text returns a line of s, counted from 1, without the blanks around it.
func (s *Source) Text(n int) string {
	lines := strings.Split(string(s.Data), "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[n-1])
}
