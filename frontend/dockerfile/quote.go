package dockerfile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// escaped returns text in which no variable is looked for.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, `$`, `\$`, `"`, `\"`, `'`, `\'`).Replace(text)
}

// quoted returns text as the value of a variable or a label.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `$`, `\$`, `"`, `\"`).Replace(text) + `"`
}

// flagValue returns text as the value of a flag in which no variable is looked for.
func flagValue(text string) string {
	if !strings.ContainsAny(text, " \t\"'\\") {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// cut reports whether an instruction that goes on to the end of its line would take
// another text: one of several lines, or without the space around it.
func cut(text string) bool {
	return strings.ContainsAny(text, "\n\r") || strings.TrimSpace(text) != text
}

// literal returns a path as a pattern that means it alone.
func literal(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(name)
}

// paths returns the arguments of a copy.
func paths(from, to string) string {
	from, to = escaped(from), escaped(to)
	if strings.ContainsAny(from+to, " \t\"'#[]<>") {
		return words([]string{from, to})
	}
	return from + " " + to
}

// words returns arguments as a list that no shell reads.
func words(args []string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if args == nil {
		args = []string{}
	}
	if err := e.Encode(args); err != nil {
		panic(err) // strings can be written
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String()), `","`, `", "`)
}

// mountValue returns what a mount is, field by field. In each of them variables are
// looked for, after they were told apart.
func mountValue(fields []string) string {
	for i, f := range fields {
		fields[i] = escaped(f)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(fields); err != nil {
		panic(err) // it writes into memory
	}
	w.Flush()
	return flagValue(strings.TrimSpace(b.String()))
}

// shellQuoted returns text as one word of a shell.
func shellQuoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// oneLine returns text for a comment.
func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

// plain reports whether text can stand in a file between two marks: it is whole lines.
func plain(text string) bool {
	const longest = 60000 // of a line that the parser reads
	if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r\ufeff") {
		return false
	}
	for line := range strings.Lines(text) {
		if len(line) > longest {
			return false
		}
	}
	return text == "" || strings.HasSuffix(text, "\n")
}

// mark returns a line that text does not have.
func mark(text string) string {
	lines := strings.Split(text, "\n")
	for n := 1; ; n++ {
		m := "EOF"
		if n > 1 {
			m += strconv.Itoa(n)
		}
		if !slices.Contains(lines, m) {
			return m
		}
	}
}
