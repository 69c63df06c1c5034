package json

import (
	"io/fs"

	"github.com/stagefront/stagefront/frontend/diag"
)

// ReadCommented returns the value of a configuration in JSON that may have comments, and
// commas behind the last of some values, as TypeScript's has them. What cannot be read is
// nil, without an error.
func ReadCommented(fsys fs.FS, name string) *Value {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil
	}
	v, _ := Parse(&diag.Source{Name: name, Data: uncommented(data), Language: "JSON"})
	return v
}

// uncommented returns a copy of a text with spaces for comments and for commas that
// nothing follows, so that all else is where it was.
func uncommented(text []byte) []byte {
	out := append([]byte(nil), text...)
	comma := -1 // the last one, while only spaces and comments follow it
	for i := 0; i < len(out); i++ {
		switch c := out[i]; {
		case c == '"':
			i, comma = stringEnd(out, i), -1
		case c == '/' && i+1 < len(out) && (out[i+1] == '/' || out[i+1] == '*'):
			end := commentEnd(out, i)
			blank(out[i:end])
			i = end - 1
		case c == ',':
			comma = i
		case (c == '}' || c == ']') && comma >= 0:
			out[comma], comma = ' ', -1
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			comma = -1
		}
	}
	return out
}

// stringEnd returns where the string that begins at i ends: its last quote.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i
}

// commentEnd returns where what follows the comment that begins at i begins.
func commentEnd(text []byte, i int) int {
	line := text[i+1] == '/'
	for i += 2; i < len(text); i++ {
		if line && text[i] == '\n' {
			return i
		}
		if !line && text[i] == '/' && text[i-1] == '*' {
			return i + 1
		}
	}
	return len(text)
}

func blank(text []byte) {
	for i, c := range text {
		if c != '\n' {
			text[i] = ' '
		}
	}
}
