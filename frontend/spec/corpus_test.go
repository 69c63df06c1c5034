package spec

import (
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
)

// TestBadKeys holds that the bad specs have a mistake in every key of the
// manual: in its value, or in what is below it.
func TestBadKeys(t *testing.T) {
	wrong := map[string]bool{}
	for _, file := range archives(t, "testdata/bad/*.txtar") {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(a.Files); i += 2 {
			_, diags := read(string(a.Files[i].Data))
			for _, d := range diags {
				treeOf(a.Files[i].Data).mark("", d.Range.Start, wrong)
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
	src := &diag.Source{Name: "s", Data: data}
	doc, _ := load(src)
	if doc == nil {
		return &node{}
	}
	c := &converter{src: src, lines: strings.Split(string(data), "\n"), runes: map[int][]rune{}, parents: map[*yaml.Node]bool{}}
	return c.convert(doc, 0)
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

// TestHabits holds that every word of habit is understood in its block, in the
// spellings that people know, and that what is suggested exists.
func TestHabits(t *testing.T) {
	blocks := map[reflect.Type]string{
		reflect.TypeFor[Spec]():        "%s: 1\n",
		reflect.TypeFor[Build]():       "build:\n  %s: 1\n",
		reflect.TypeFor[Healthcheck](): "healthcheck:\n  test: [CMD, /a]\n  %s: 1\n",
		reflect.TypeFor[File]():        "files:\n  - from: a\n    %s: 1\n",
		reflect.TypeFor[Checks]():      "checks:\n  %s: 1\n",
	}
	known := map[string]bool{}
	for _, k := range topKeys() {
		known[k.path] = true
		for _, inner := range k.inner() {
			known[inner.path] = true
		}
	}
	for block, words := range habits {
		for _, h := range words {
			for _, spelling := range []string{h.word, strings.ToUpper(h.word), strings.ToUpper(h.word[:1]) + h.word[1:]} {
				_, diags := read(strings.Replace(blocks[block], "%s", spelling, 1))
				if got := diags.Error(); !strings.Contains(got, `unknown key "`+spelling+`"; did you mean "`+h.key+`"`) {
					t.Errorf("%s: got %s", spelling, got)
				}
			}
			inBlock := map[reflect.Type]string{reflect.TypeFor[Build](): "build.", reflect.TypeFor[Healthcheck](): "healthcheck.", reflect.TypeFor[File](): "files.", reflect.TypeFor[Checks](): "checks."}[block]
			if !known[inBlock+h.key] && !known[h.key] {
				t.Errorf("%s is taken for %s, which is no key", h.word, h.key)
			}
		}
	}
}
