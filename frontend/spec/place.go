package spec

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/stagefront/stagefront/frontend/diag"
)

// rangeOf returns where n is written. YAML nodes know where they begin, so the
// end is looked for in the source: after the word, the quote, or the line.
func (c *converter) rangeOf(n *yaml.Node) diag.Range {
	line := min(max(n.Line, 1), len(c.lines))
	text := c.line(line)
	col := min(max(n.Column, 1), len(text)) // nothing, at a line's end, is shown as the character before it
	rest := ahead(text, col)
	if after := col + propertiesLen(rest); after > col && after <= len(text) {
		col, rest = after, ahead(text, after)
	}
	r := diag.Range{Source: c.src, Start: diag.Pos{Line: line, Column: col}}
	r.End = diag.Pos{Line: line, Column: col + min(max(1, tokenLen(n, rest)), len(text)+1-col)}
	return r
}

// line returns the characters of a line, counted from 1; an empty one has a blank.
func (c *converter) line(n int) []rune {
	text, ok := c.runes[n]
	if !ok {
		text = []rune(strings.TrimRight(c.lines[n-1], "\r"))
		if len(text) == 0 {
			text = []rune(" ")
		}
		c.runes[n] = text
	}
	return text
}

// ahead returns a line from a column on, as far as values are that someone
// wrote by hand: a file of one long line must not be read once for each of its values.
func ahead(line []rune, col int) string {
	return string(line[col-1 : min(len(line), col+1000)])
}

// propertiesLen returns how many characters of rest, a line from where a node
// begins, are its anchor and tag.
func propertiesLen(rest string) int {
	n := 0
	for strings.HasPrefix(rest, "&") || strings.HasPrefix(rest, "!") {
		end := strings.IndexAny(rest, " \t")
		if end < 0 {
			return n
		}
		trimmed := strings.TrimLeft(rest[end:], " \t")
		n += len([]rune(rest)) - len([]rune(trimmed))
		rest = trimmed
	}
	return n
}

// tokenLen returns how many characters of rest, a line from where n's value
// begins, belong to it.
func tokenLen(n *yaml.Node, rest string) int {
	switch {
	case n.Kind == yaml.AliasNode:
		return 1 + len([]rune(n.Value))
	case n.Kind != yaml.ScalarNode:
		return 1
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return quotedLen(rest, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return quotedLen(rest, '\'')
	case strings.HasPrefix(rest, n.Value):
		return len([]rune(n.Value))
	default: // a block, or plain text over several lines
		return len([]rune(strings.TrimRight(rest, " \t\r")))
	}
}

// quotedLen returns the length of the quoted text that rest begins with, or of
// rest when the quote ends in a later line.
func quotedLen(rest string, quote rune) int {
	runes := []rune(strings.TrimRight(rest, " \t\r"))
	for i := 1; i < len(runes); i++ {
		switch {
		case quote == '"' && runes[i] == '\\':
			i++
		case quote == '\'' && runes[i] == '\'' && i+1 < len(runes) && runes[i+1] == '\'':
			i++
		case runes[i] == quote:
			return i + 1
		}
	}
	return len(runes)
}
