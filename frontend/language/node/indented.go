package node

import (
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// entry is a line of a lock of yarn or pnpm with the lines that are indented below
// it. Their tools write these files, always in one way, so their indentation says
// all; a nil entry has nothing.
type entry struct {
	key, value string
	line       int
	below      []*entry
	index      map[string]*entry
}

// get returns the entry of a key below another, nil when there is none.
func (e *entry) get(keys ...string) *entry {
	for _, k := range keys {
		if e == nil {
			return nil
		}
		e = e.index[k]
	}
	return e
}

// keys returns the keys of the entries below another.
func (e *entry) keys() (all []string) {
	for _, b := range e.children() {
		all = append(all, b.key)
	}
	return all
}

// text returns the value of an entry without quotes.
func (e *entry) text() string {
	if e == nil {
		return ""
	}
	return e.value
}

// field returns a field of a value that is written in one line:
// {integrity: sha512-…, tarball: https://…}.
func (e *entry) field(name string) string {
	if e == nil || !strings.HasPrefix(e.value, "{") {
		return e.get(name).text()
	}
	for _, f := range strings.Split(strings.Trim(e.value, "{}"), ",") {
		if k, v, ok := strings.Cut(f, ":"); ok && strings.TrimSpace(k) == name {
			return unquoted(v)
		}
	}
	return ""
}

// list returns the items of a value that is written in one line, [x64, arm64], or in
// lines of their own.
func (e *entry) list() []string {
	if e == nil {
		return nil
	}
	var all []string
	if strings.HasPrefix(e.value, "[") {
		for _, item := range strings.Split(strings.Trim(e.value, "[]"), ",") {
			all = append(all, unquoted(item))
		}
		return all
	}
	for _, b := range e.below {
		if item, ok := strings.CutPrefix(b.key, "- "); ok {
			all = append(all, unquoted(item))
		}
	}
	return all
}

// indented reads such a file. Its time is in proportion to the file's size.
func indented(src *diag.Source) *entry {
	root := &entry{index: map[string]*entry{}}
	open, indents := []*entry{root}, []int{-1}
	n, long := 0, ""
	for line := range strings.Lines(string(src.Data)) {
		n++
		text := strings.TrimRight(line, " \t\r\n")
		word := strings.TrimLeft(text, " ")
		if word == "" || word[0] == '#' || word == "---" {
			continue
		}
		if key, ok := strings.CutPrefix(word, "? "); ok { // of more than a thousand letters
			long = unquotedList(key)
			continue
		}
		indent := len(text) - len(word)
		for indents[len(indents)-1] >= indent {
			open, indents = open[:len(open)-1], indents[:len(indents)-1]
		}
		e := &entry{line: n}
		if e.key, e.value = keyed(word); word == ":" {
			e.key = long
		}
		above := open[len(open)-1]
		above.below = append(above.below, e)
		if above.index == nil {
			above.index = map[string]*entry{}
		}
		above.index[e.key] = e
		open, indents = append(open, e), append(indents, indent)
	}
	return root
}

// keyed splits a line into its key and its value, in the manner of YAML
// ("os: [linux]") or of yarn 1 ("version \"1.2.3\"").
func keyed(word string) (key, value string) {
	if strings.HasPrefix(word, "- ") {
		return word, ""
	}
	end := 0
	if word[0] == '"' || word[0] == '\'' {
		if end = strings.IndexByte(word[1:], word[0]) + 1; end == 0 {
			return word, ""
		}
	}
	rest := word[end:]
	if i := strings.Index(rest, ": "); i >= 0 {
		return unquoted(word[:end+i]), unquoted(rest[i+2:])
	}
	if strings.HasSuffix(word, ":") {
		return unquotedList(word[:len(word)-1]), ""
	}
	if i := strings.IndexByte(rest, ' '); i >= 0 {
		return unquoted(word[:end+i]), unquoted(rest[i+1:])
	}
	return unquoted(word), ""
}

// unquotedList returns the key of a package of yarn's, which may be several in
// quotes: "a@^1", "a@^2".
func unquotedList(key string) string {
	return strings.NewReplacer(`"`, "", `'`, "").Replace(key)
}

func unquoted(word string) string {
	word = strings.TrimSpace(word)
	if n := len(word); n >= 2 && (word[0] == '"' || word[0] == '\'') && word[n-1] == word[0] {
		return word[1 : n-1]
	}
	return word
}
