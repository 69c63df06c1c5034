package diag

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"
)

// Source is a file that a problem can point into: the spec, or a file of the
// project. It is used by pointer, also by several goroutines, and its Data does
// not change once a place in it was asked for.
type Source struct {
	Name     string // as the user knows it, relative to the context: "stagefront.yaml", "svc/go.mod"
	Data     []byte
	Language string // a name that linguist knows: "YAML"; empty where none fits

	indexed sync.Once
	index   index
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

// FileLine returns the range's start without its column, as the reason of a
// decision is told; "" for the zero Range:
//
//	go.mod:3
func (r Range) FileLine() string {
	if r.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s:%d", r.Source.Name, r.Start.Line)
}

// MarshalText returns what String does, so that plans that carry ranges print well.
func (r Range) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Text is a text of a file with its place.
type Text struct {
	Value string
	Range Range
}

// Pos returns the place of a byte of s, counted from 0. One that s does not
// have is its end; bytes that are no UTF-8 count as a character each.
func (s *Source) Pos(offset int) Pos {
	i := s.lookup()
	offset = min(max(offset, 0), len(s.Data))
	line := i.line(offset)
	return Pos{line, i.characters(s.Data, offset) - i.characters(s.Data, i.starts[line-1]) + 1}
}

// Range returns the range of the bytes from start up to, without, end.
func (s *Source) Range(start, end int) Range {
	return Range{Source: s, Start: s.Pos(start), End: s.Pos(end)}
}

// Line returns the range of a whole line of s, counted from 1, without the
// blanks around its text; of an empty one it is one character long. A line that
// s does not have is its last one.
func (s *Source) Line(n int) Range {
	n = min(max(n, 1), len(s.lookup().starts))
	start, line := s.line(n)
	text := bytes.TrimRight(line, " \t\r")
	if len(text) == 0 {
		return Range{Source: s, Start: Pos{n, 1}, End: Pos{n, 2}}
	}
	indent := len(text) - len(bytes.TrimLeft(text, " \t"))
	return s.Range(start+indent, start+len(text))
}

// LineAt returns the range of the line that a byte of s is in, as Line does.
func (s *Source) LineAt(offset int) Range { return s.Line(s.Pos(offset).Line) }

// Text returns a line of s, counted from 1, without the blanks around it; "" for
// one that s does not have.
func (s *Source) Text(n int) string {
	if n < 1 || n > len(s.lookup().starts) {
		return ""
	}
	_, line := s.line(n)
	return string(bytes.TrimSpace(line))
}

// line returns a line that s has, without its newline, and where it begins.
func (s *Source) line(n int) (start int, line []byte) {
	i := s.lookup()
	start, end := i.starts[n-1], len(s.Data)
	if n < len(i.starts) {
		end = i.starts[n] - 1
	}
	return start, s.Data[start:end]
}

// lookup returns the index of s, which is made when it is first asked for:
// most files are read without anyone asking for a place in them.
func (s *Source) lookup() *index {
	s.indexed.Do(func() { s.index = newIndex(s.Data) })
	return &s.index
}

// index answers in which line a byte is, and the how many-th character,
// without reading the file from its beginning.
type index struct {
	starts []int  // offsets of the lines
	marks  []mark // at the first character of each block
}

// mark is the offset of a character, and how many characters are before it.
type mark struct{ offset, characters int }

// block is how many bytes are read at most to count characters. Files of one long
// line are why they are not counted from the beginning of the line.
const block = 256

func newIndex(data []byte) index {
	i := index{starts: []int{0}}
	for offset, n := 0, 0; offset < len(data); n++ {
		if offset >= len(i.marks)*block {
			i.marks = append(i.marks, mark{offset, n})
		}
		size := 1
		switch c := data[offset]; {
		case c == '\n':
			i.starts = append(i.starts, offset+1)
		case c >= utf8.RuneSelf:
			_, size = utf8.DecodeRune(data[offset:])
		}
		offset += size
	}
	return i
}

// line returns the line, counted from 1, that a byte is in.
func (i *index) line(offset int) int {
	line, found := slices.BinarySearch(i.starts, offset)
	if found {
		line++
	}
	return line
}

// characters returns how many characters are before a byte of the data.
func (i *index) characters(data []byte, offset int) int {
	at := min(offset/block, len(i.marks)-1)
	if at >= 0 && i.marks[at].offset > offset {
		at-- // the byte is in the middle of the character before the mark
	}
	if at < 0 {
		return 0
	}
	m := i.marks[at]
	return m.characters + utf8.RuneCount(data[m.offset:offset])
}
