package frontend

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// programTexts returns what the programs of steps tell people: their messages have the
// remedies in them, so all of them are of the list.
func programTexts(t *testing.T) (all []string) {
	t.Helper()
	for _, root := range []string{".", "../llb"} {
		walk(t, root, func(name string) {
			quotes, ok := quotesOf[filepath.Ext(name)]
			if !ok || strings.Contains(name, "testdata/") {
				return
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range literals(string(data), quotes) {
				if l.isTold() {
					all = append(all, strings.TrimSpace(l.text))
				}
			}
		})
	}
	return all
}

// quoting is how a language writes texts and comments.
type quoting struct {
	token  *regexp.Regexp // a comment, or what a text begins with
	joins  *regexp.Regexp // what stands between two texts that are one
	values *regexp.Regexp // what is put into a text, but for what is in brackets
	raw    string         // the quote of texts that have nothing put into them
}

// escaped is of a pattern of JavaScript what may have a quote or a slash in it.
const escaped = `\\.|\[(?:\\.|[^\]\\\n])*\]`

var quotesOf = map[string]quoting{
	".py": {
		regexp.MustCompile(`"""(?s:.*?)"""|#[^\n]*|\b[rb]{1,2}(?:"[^"\n]*"|'[^'\n]*')|["']`),
		regexp.MustCompile(`^\s*$`), regexp.MustCompile(`%\(\w+\)s|\{cause\}|%[sdr]`), "",
	},
	".java": {
		regexp.MustCompile(`/\*(?s:.*?)\*/|//[^\n]*|'(?:\\?.)'|"`),
		regexp.MustCompile("^\\s*\\+(?:[^;,\"?:=]*\\+)?\\s*$"), regexp.MustCompile(`%[sd]`), "",
	},
	".mjs": {
		regexp.MustCompile(`(?m)(?:^|\s)//[^\n]*|[\[(,=:&|!?>]\s*/(?:[^/*\\[\n]|` + escaped + `)(?:[^/\\[\n]|` + escaped + ")*/|[\"'`]"),
		regexp.MustCompile(`^\s*\+\s*$`), regexp.MustCompile(`$^`), `"'`,
	},
	".sh": {
		regexp.MustCompile(`(?m)(?:^|\s)#[^\n]*|["']`),
		regexp.MustCompile(`$^`), regexp.MustCompile(`\$\w+|\$#`), "'",
	},
}

// literal is a text of a program, with %s for what is put into it, and what stands
// before it in its line.
type literal struct{ before, text string }

// literals returns the texts of a program. What a program puts together of several is one.
func literals(source string, q quoting) (all []literal) {
	end := -1
	for at := 0; ; {
		found := q.token.FindStringIndex(source[at:])
		if found == nil {
			return all
		}
		start := at + found[0]
		quote := source[at+found[1]-1]
		if found[1]-found[0] != 1 || !strings.ContainsRune("\"'`", rune(quote)) {
			at += found[1]
			continue
		}
		var text string
		text, at = quoted(source, start, q)
		gap := ""
		if end >= 0 {
			gap = source[end:start]
		}
		if end >= 0 && q.joins.MatchString(gap) {
			if strings.Count(gap, "+") > 1 {
				text = "%s" + text
			}
			all[len(all)-1].text += text
		} else {
			line := source[strings.LastIndex(source[:start], "\n")+1 : start]
			all = append(all, literal{strings.TrimSpace(line), text})
		}
		end = at
	}
}

// quoted returns the text that begins with the quote at start, and where it ends.
func quoted(source string, start int, q quoting) (string, int) {
	quote := source[start]
	isRaw := strings.IndexByte(q.raw, quote) >= 0
	var text strings.Builder
	at := start + 1
	for ; at < len(source) && source[at] != quote; at++ {
		switch {
		case source[at] == '\\' && (!isRaw || q.raw != "'") && at+1 < len(source):
			at++
			text.WriteString(unescaped(source[at]))
		case !isRaw && strings.HasPrefix(source[at:], "${") || !isRaw && strings.HasPrefix(source[at:], "$("):
			at = closing(source, at+1)
			text.WriteString("%s")
		default:
			text.WriteByte(source[at])
		}
	}
	end := min(at+1, len(source))
	if isRaw {
		return text.String(), end
	}
	return q.values.ReplaceAllString(text.String(), "%s"), end
}

// unescaped returns what a character means after a backslash; that of a pattern stays
// what it is.
func unescaped(c byte) string {
	switch c {
	case '"', '\'', '`', '$':
		return string(c)
	case 'n':
		return "\n"
	}
	return `\` + string(c)
}

// closing returns where the bracket at start is closed.
func closing(source string, start int) int {
	depth := 0
	for at := start; at < len(source); at++ {
		switch source[at] {
		case '{', '(':
			depth++
		case '}', ')':
			if depth--; depth == 0 {
				return at
			}
		}
	}
	return len(source) - 1
}

var (
	word = regexp.MustCompile(`[A-Za-z]{2}`)
	// What programs look for in what tools print, code that they write, and the manual of
	// their flags.
	notTold   = regexp.MustCompile(`(help=|Exception\(|\bon\(|\bshows|\bgrep .*)\s*$`)
	noTelling = regexp.MustCompile(`[|\\\n]|\.\*|\{\{|\{ |\$@|^[-*.#{]|^[A-Z][^%]*[^.?%]$`)
)

// isTold reports whether people are told a text: three words, and neither code nor a
// pattern.
func (l literal) isTold() bool {
	text := strings.TrimSpace(l.text)
	words := slices.DeleteFunc(strings.Fields(text), func(s string) bool { return !word.MatchString(s) })
	return len(words) >= 3 && isHint(text) && !noTelling.MatchString(text) && !notTold.MatchString(l.before)
}
