package python

import (
	"encoding/binary"
	"iter"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/stagefront/stagefront/frontend/diag"
)

// logicalLine is a line of a requirements file without comments, its continuations joined.
type logicalLine struct {
	text string
	rng  diag.Range
}

// longestLine is far more than a requirement with a hash of every file takes.
const longestLine = 256 << 10

// logicalLines yields the lines of a text, each with those that it goes on with, and
// the number of its first, counted from 1.
func logicalLines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		var parts []string
		first, number := 1, 0
		for line := range strings.SplitSeq(text, "\n") {
			number++
			if len(parts) > 0 {
				line = strings.TrimLeft(line, " \t")
			}
			line = strings.TrimRight(line, " \t\r")
			before, goesOn := strings.CutSuffix(line, "\\")
			parts = append(parts, before)
			if goesOn {
				continue
			}
			if !yield(first, strings.Join(parts, " ")) {
				return
			}
			parts, first = parts[:0], number+1
		}
		if len(parts) > 0 {
			yield(first, strings.Join(parts, " "))
		}
	}
}

// decoded returns a text file's UTF-8; PowerShell writes UTF-16.
func decoded(data []byte) string {
	var order binary.ByteOrder
	switch {
	case len(data) >= 2 && data[0] == 0xff && data[1] == 0xfe:
		order = binary.LittleEndian
	case len(data) >= 2 && data[0] == 0xfe && data[1] == 0xff:
		order = binary.BigEndian
	default:
		return strings.TrimPrefix(string(data), "\ufeff")
	}
	var units []uint16
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return string(utf16.Decode(units))
}

var comment = regexp.MustCompile(`(^|\s)#.*$`)

func uncommented(text string) string { return comment.ReplaceAllString(text, "") }

// joined returns lines as a text.
func joined(lines []logicalLine) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text + "\n")
	}
	return b.String()
}

// uniqueLines drops lines that two files both have.
func uniqueLines(lines []logicalLine) []logicalLine {
	var out []logicalLine
	seen := map[string]bool{}
	for _, l := range lines {
		if !seen[l.text] {
			out = append(out, l)
		}
		seen[l.text] = true
	}
	return out
}
