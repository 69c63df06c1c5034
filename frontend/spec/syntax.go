package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/stagefront/stagefront/frontend/diag"
)

// syntaxError returns the YAML library's complaint at its place, with what
// people usually meant.
func syntaxError(src *diag.Source, err error) diag.Diagnostic {
	d := diag.Diagnostic{Range: src.Line(1), Message: "broken YAML: " + err.Error()}
	if c, ok := src.Conflict(); ok {
		return c
	}
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return d
	}
	d.Message = "broken YAML: " + load.Message
	mark := load.Mark
	opened := strings.Contains(load.ContextMsg, "quoted scalar") || strings.Contains(load.ContextMsg, "flow") || strings.Contains(load.ContextMsg, "simple key")
	if opened && load.ContextMark.Line > 0 && load.ContextMark.Line < mark.Line {
		// What is not closed is mended where it is opened.
		mark = load.ContextMark
	}
	if load.ContextMsg != "" && !strings.Contains(load.ContextMsg, "next token") {
		d.Message += " " + load.ContextMsg
	}
	d.Range = src.Line(mark.Line)
	if at := (diag.Pos{Line: mark.Line, Column: mark.Column}); mark.Line == d.Range.Start.Line && mark.Column > 0 && at.Before(d.Range.End) {
		d.Range.Start = at
	}
	if line, ok := tabLine(src.Data, load.Mark.Line); ok {
		d.Range = src.Line(line)
		d.Hint = "a tab indents this line; YAML wants spaces"
		return d
	}
	d.Hint = syntaxHint(load.Message, src.Text(d.Range.Start.Line), from(src, d.Range))
	return d
}

// from returns the text of a line from where a range begins.
func from(src *diag.Source, r diag.Range) string {
	line := []rune(strings.Split(string(src.Data), "\n")[r.Start.Line-1])
	return string(line[min(r.Start.Column-1, len(line)):])
}

const templateHint = "nothing fills in templates here; a value of whoever builds is a build arg: ${NAME}"

// syntaxHint returns what to do about a complaint of the YAML library, where
// rest is its line from its place on.
func syntaxHint(message, line, rest string) string {
	has := func(text string) bool { return strings.Contains(message, text) }
	switch {
	case strings.Contains(line, "{{"):
		return templateHint
	case strings.HasPrefix(line, "```"):
		return "remove the Markdown around the spec"
	case has("cannot start any token") && rest != "":
		return fmt.Sprintf("quote text that begins with %q", string([]rune(rest)[:1]))
	case has("anchor"):
		return "\"*\" begins the name of an anchor; quote the text, or write \"&\" and the name before a value"
	case has("could not find expected ':'"):
		return "write \"KEY: value\", with a blank after the \":\""
	case has("comment without preceding"):
		return "write a blank before the \"#\""
	case has("mapping values are not allowed") && strings.Count(line, ": ") > 1 && strings.Contains(line, ", "):
		return "write each key in a line of its own, or quote a value with a \":\" in it"
	case has("mapping values are not allowed") && strings.Count(line, ": ") > 1:
		return "quote the value: there is a \":\" in it"
	case has("mapping values are not allowed"):
		return "is the line indented too far?"
	case has("escape character"):
		return "write \"\\\\\" for a backslash, or put the text into single quotes"
	case has("end of stream"):
		return "close the quote"
	case has("',' or ']'"):
		return "close the list with \"]\""
	case has("',' or '}'"):
		return "close the map with \"}\""
	case has("expected key") && strings.IndexAny(rest, "]},") == 0:
		return fmt.Sprintf("remove the %q", rest[:1])
	case has("expected key"):
		return "is it indented like the lines above it?"
	case has("'-' indicator"):
		return "the items of a list all begin with \"- \"; a map has none"
	case has("node content"):
		return "a value is missing here"
	case has("<document start>"):
		return rootHint(scalarNode, line)
	}
	return ""
}

// rootHint returns the hint for a file that is no map, where line is its first.
func rootHint(k kind, line string) string {
	word, rest, _ := strings.Cut(line, " ")
	key, value, assigned := strings.Cut(word, "=")
	switch {
	case k != scalarNode:
	case slices.Contains([]string{"FROM", "ARG", "RUN", "COPY"}, word):
		return "this is a Dockerfile; a spec is a few lines such as \"language: go\""
	case strings.HasPrefix(rest, "= "):
		return fmt.Sprintf("write \"%s: %s\"", word, strings.Trim(rest[2:], `"`))
	case assigned && argName.MatchString(key):
		return fmt.Sprintf("write \"%s: %s\"", key, strings.Trim(value, `"`))
	case rest == "" && strings.Contains(word, ":"):
		return "write a blank after the \":\""
	}
	return "begin with \"language: go\", for example"
}

// tabLine reports whether the given line, or the one before it, begins with a tab.
func tabLine(data []byte, line int) (int, bool) {
	lines := strings.Split(string(data), "\n")
	for n := line; n >= max(line-1, 1); n-- {
		if n <= len(lines) && strings.HasPrefix(strings.TrimLeft(lines[n-1], " "), "\t") {
			return n, true
		}
	}
	return 0, false
}
