package json

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
)

func parse(text string) (*Value, diag.List) {
	return Parse(&diag.Source{Name: "package.json", Data: []byte(text)})
}

func TestParse(t *testing.T) {
	v, diags := parse("{\n  \"name\": \"shop\",\n\t\"files\": [\"a\", 1, true],\n  \"engines\": {\"node\": \">=22\"}\n}\n")
	if diags.Failed() {
		t.Fatal(diags)
	}
	if got := v.Get("name"); got.Text() != "shop" || got.Place().String() != "package.json:2:11" {
		t.Errorf("got %q at %v", got.Text(), got.Place())
	}
	if got := v.Get("engines"); !got.IsObject() || got.Place().String() != "package.json:4:3" {
		t.Errorf("got an object at %v, want its key", got.Place())
	}
	files := v.Get("files")
	if got := files.Texts(); len(got) != 1 || got[0].Value != "a" || got[0].Range.String() != "package.json:3:12" {
		t.Errorf("got %v", got)
	}
	if files.Items[1].Scalar() != "1" || files.Items[1].Text() != "" || !files.Items[2].True() {
		t.Errorf("got %q and %q", files.Items[1].Scalar(), files.Items[2].Scalar())
	}
	if got := v.Keys(); !slices.Equal(got, []string{"name", "files", "engines"}) {
		t.Errorf("got keys %q", got)
	}
	var none *Value
	if none.Get("a").Text() != "" || none.Keys() != nil || none.Texts() != nil || !none.Place().IsZero() {
		t.Error("there is something in no value")
	}
}

// TestBroken holds what is wrong with a file, and where.
func TestBroken(t *testing.T) {
	const quotes = "; texts and names are in double quotes; other values are numbers, true, false and null"
	for text, want := range map[string]string{
		"{\n  \"a\": 1,\n}":            "package.json:3:1: package.json is no JSON: invalid character '}' looking for beginning of object key string; remove the comma before it",
		"{\n  \"a\": [1,\n]}":          "package.json:3:1: package.json is no JSON: invalid character ']' looking for beginning of value; remove the comma before it",
		"{\n  \"a\": }":                "package.json:2:8: package.json is no JSON: invalid character '}' looking for beginning of value" + quotes,
		"{\n  \"a\": 'x'\n}":           "package.json:2:8: package.json is no JSON: invalid character '\\'' looking for beginning of value" + quotes,
		"{\n  \"a\": 1\n  \"b\": 2\n}": "package.json:3:3: package.json is no JSON: invalid character '\"' after object key:value pair; write a comma before it",
		"{\"a\": [1,\n":                "package.json:1:1: package.json is no JSON: it ends too early; it is not whole: close what is open in it",
		"\xff\xfe{\x00}\x00":           "package.json:1:1: package.json is no JSON: invalid character 'ÿ' looking for beginning of value; it is in UTF-16, as PowerShell writes it: save it as UTF-8",
		"":                             "package.json:1:1: package.json is no JSON: it ends too early; it is not whole: close what is open in it",
		"{} x":                         "package.json is no JSON: there is more after its value; remove what follows its value",
		strings.Repeat("[", 600):       "it is nested too deep",
		"{\n// a comment\n\"a\": 1\n}": "package.json:2:1: package.json is no JSON: invalid character '/'; remove the comment: JSON has none",
		"{\n<<<<<<< HEAD\n\"a\": 1\n}": "package.json:2:1: package.json is no JSON: invalid character '<'; resolve the conflict",
	} {
		if _, diags := parse(text); !strings.Contains(diags.Error(), want) {
			t.Errorf("%q: got %q, want %q", text, diags.Error(), want)
		}
	}
	if v, diags := parse("\ufeff{\"a\": \"b\"}"); diags.Failed() || v.Get("a").Place().Start.Column != 8 {
		t.Errorf("a byte order mark is no text: %v", diags)
	}
}

// FuzzParse reads anything: nothing panics, and all places are in the file.
func FuzzParse(f *testing.F) {
	f.Add(`{"a": [1, "b", {"c": null}], "a": true}`)
	f.Add("{\n")
	f.Fuzz(func(t *testing.T, text string) {
		v, diags := parse(text)
		if (v == nil) != diags.Failed() {
			t.Errorf("got a value %v with %v", v != nil, diags)
		}
		for _, d := range diags {
			if d.Range.IsZero() || !d.Range.Start.Before(d.Range.End) {
				t.Errorf("%v is nowhere", d)
			}
		}
		var walk func(v *Value)
		walk = func(v *Value) {
			if v.end > len(text) || v.start >= v.end {
				t.Errorf("%d to %d is outside of %q", v.start, v.end, text)
			}
			for _, i := range v.Items {
				walk(i)
			}
			for _, k := range v.Keys() {
				walk(v.Get(k))
			}
		}
		if v != nil {
			walk(v)
		}
	})
}

// BenchmarkLock reads a lock of 2,000 packages; its time is in proportion to its
// size.
func BenchmarkLock(b *testing.B) {
	for _, n := range []int{2000, 20000} {
		var text strings.Builder
		text.WriteString("{\"packages\": {\"\": {}")
		for i := range n {
			fmt.Fprintf(&text, ",\n \"node_modules/p%d\": {\"version\": \"1.0.%d\", \"integrity\": \"sha512-%064d\", \"dependencies\": {\"a\": \"^1\", \"b\": \"^2\"}}", i, i, i)
		}
		text.WriteString("}}")
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				if v, diags := parse(text.String()); v == nil {
					b.Fatal(diags)
				}
			}
		})
	}
}
