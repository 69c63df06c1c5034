package spec

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/golden"
)

// TestBadKeys holds that the bad specs have a mistake in every key of the
// manual: in its value, or in what is below it.
func TestBadKeys(t *testing.T) {
	wrong := map[string]bool{}
	for _, file := range golden.Files(t, "testdata/bad/*.txtar") {
		for _, f := range golden.Unwanted(golden.Parse(t, file)) {
			_, diags := read(string(f.Data))
			for _, d := range diags {
				treeOf(f.Data).mark("", d.Range.Start, wrong)
			}
		}
	}
	var visit func(k key)
	visit = func(k key) {
		if !wrong[k.path] && !strings.HasPrefix(k.path, "build.files.") { // those are the keys of files
			t.Errorf("no bad spec has a mistake in %s", k.path)
		}
		for _, inner := range k.inner() {
			visit(inner)
		}
	}
	for _, k := range topKeys() {
		visit(k)
	}
}

// treeOf returns a file's tree, nothing where it is no YAML.
func treeOf(data []byte) *node {
	src := source(string(data))
	doc, _ := load(src)
	if doc == nil {
		return &node{}
	}
	return newConverter(src).convert(doc, 0)
}

// mark marks the keys of n whose values begin at p or hold it.
func (n *node) mark(path string, p diag.Pos, keys map[string]bool) {
	for _, item := range n.items {
		item.mark(path, p, keys)
	}
	for _, e := range n.entries {
		below := strings.TrimPrefix(path+"."+e.key.Value, ".")
		if r := e.value.rng; !p.Before(r.Start) && p.Before(r.End) {
			keys[below] = true
		}
		e.value.mark(below, p, keys)
	}
}

// TestSaid holds that every word that a key is said by is understood in its
// block, in the spellings that people know, and that no two keys share one.
func TestSaid(t *testing.T) {
	for block, text := range map[reflect.Type]string{
		reflect.TypeFor[Spec]():        "%s: 1\n",
		reflect.TypeFor[document]():    "%s: 1\n",
		reflect.TypeFor[Build]():       "build:\n  %s: 1\n",
		reflect.TypeFor[Healthcheck](): "healthcheck:\n  test: [CMD, /a]\n  %s: 1\n",
		reflect.TypeFor[File]():        "files:\n  - from: a\n    %s: 1\n",
		reflect.TypeFor[Checks]():      "checks:\n  %s: 1\n",
	} {
		count := 0
		for key, f := range blockOf(block).fields {
			for _, word := range split(f.Tag.Get("said")) {
				understood(t, text, word, fmt.Sprintf("did you mean %q?", key))
				count++
			}
		}
		if words := len(blockOf(block).said); words != count || words == 0 {
			t.Errorf("%v has %d words and tells %d apart", block, count, words)
		}
	}
}

// TestSaidElsewhere holds that words of the build block are understood at the
// top level, and those of the top level in the build block, where they mean
// nothing else.
func TestSaidElsewhere(t *testing.T) {
	top, build := reflect.TypeFor[Spec](), reflect.TypeFor[Build]()
	count := 0
	for word, key := range blockOf(build).said {
		if _, known := said(word, top); !known && otherHint(word) == "" {
			understood(t, "%s: 1\n", word, fmt.Sprintf("did you mean \"build.%s\"?", key))
			count++
		}
	}
	for word, key := range blockOf(top).said {
		_, known := said(word, build)
		if !known && diag.DidYouMean(word, namesOf(build)) == "" {
			understood(t, "build:\n  %s: 1\n", word, fmt.Sprintf("did you mean %q at the top level?", key))
			count++
		}
	}
	if count < 20 {
		t.Errorf("%d words are understood elsewhere", count)
	}
}

// understood fails unless a word in the place of %s gets a hint, in three spellings.
func understood(t *testing.T, text, word, hint string) {
	t.Helper()
	for _, spelling := range []string{word, strings.ToUpper(word), strings.ToUpper(word[:1]) + word[1:]} {
		_, diags := read(strings.Replace(text, "%s", spelling, 1))
		if got := diags.Error(); !strings.Contains(got, `unknown key "`+spelling+`"; `+hint) {
			t.Errorf("%s: got %s", spelling, got)
		}
	}
}

// TestVersionWords holds which keys are taken for the version of the toolchain.
func TestVersionWords(t *testing.T) {
	for text, want := range map[string]bool{
		"GO_VERSION: 1.26":          true,
		"python-version: any":       true,
		"python: 3.12":              true,
		"requires-python: '>=3.12'": true,
		"engine: '^20 || >=22'":     true,
		"engine: v22.1.x":           true,
		"engine: '22'":              false,
		"ratio: 0.5":                false,
		"bind: 127.0.0.1":           false,
		"python: {a: 3.12}":         false,
		"build: {GO_VERSION: 1.26}": false,
		"TIMEOUT: 1.5":              false,
		"build: {zig: 1.26}":        false,
	} {
		_, diags := read(text + "\n")
		if got := strings.HasSuffix(diags.Error(), `did you mean "version"?`); got != want {
			t.Errorf("%s: got %s", text, diags.Error())
		}
	}
}
