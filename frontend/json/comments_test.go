package json

import (
	"testing"
	"testing/fstest"
)

// TestReadCommented reads configurations as TypeScript does.
func TestReadCommented(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": "b"}`: "b",
		"{\n  // it is \"a\"\n  \"a\": \"b\",\n}":  "b",
		`{/* "a": "c" */ "a": /* , */ "b" , /**/}`: "b",
		`{"c": [1, 2, /* 3 */ ], "a": "b"}`:        "b",
		`{"a": "http://b/*", "c": "*/"}`:           "http://b/*",
		`{"a": "\"//", }`:                          `"//`,
		`{"a": "b",, }`:                            "",
		`{"a": "b" /*`:                             "",
		`{"a": "b`:                                 "",
		`/`:                                        "",
		``:                                         "",
	} {
		v := ReadCommented(fstest.MapFS{"tsconfig.json": {Data: []byte(text)}}, "tsconfig.json")
		if got := v.Get("a").Text(); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// FuzzReadCommented: nothing panics, and a text without comments is read as it is.
func FuzzReadCommented(f *testing.F) {
	f.Add("{\"a\": [1, /* 2 */], // b\n}")
	f.Add(`"\`)
	f.Fuzz(func(t *testing.T, text string) {
		if got := uncommented([]byte(text)); len(got) != len(text) {
			t.Errorf("%q: got %q", text, got)
		}
	})
}
