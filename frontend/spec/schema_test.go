package spec

import (
	"reflect"
	"strings"
	"testing"
)

// TestKeys holds what every key of the manual must have.
func TestKeys(t *testing.T) {
	seen := map[string]bool{}
	var visit func(k key, example string)
	visit = func(k key, example string) {
		seen[k.path] = true
		if k.example != "" {
			example = k.example
		}
		switch {
		case k.doc == "":
			t.Errorf("%s has no comment", k.path)
		case strings.Contains(k.doc+k.def, "<"):
			t.Errorf("%s has a %q in its comment, which Markdown takes for a tag", k.path, "<")
		}
		if !strings.HasPrefix(k.path, "build.files.") && !shows(t, example, strings.Split(k.path, ".")) && k.path != "build" && k.path != "checks" {
			t.Errorf("%s is in no example", k.path)
		}
		inner := k.inner()
		if _, known := forms[k.typ]; !known && len(inner) == 0 && k.typ != reflect.TypeFor[targets]() {
			t.Errorf("%s has a type without a form: %v", k.path, k.typ)
		}
		for _, k := range inner {
			visit(k, example)
		}
	}
	for _, k := range topKeys() {
		visit(k, "")
	}
	for path := range narrowed {
		if !seen[path] {
			t.Errorf("there is no key %s to be narrowed", path)
		}
	}
	for path := range choices {
		if !seen[path] {
			t.Errorf("there is no key %s to choose for", path)
		}
	}
}

// shows reports whether an example has a key, or an entry of a list that has it.
func shows(t *testing.T, example string, path []string) bool {
	t.Helper()
	nodes := []*node{parsed(t, example).root}
	for _, name := range path {
		var next []*node
		for _, n := range nodes {
			for _, x := range append([]*node{n}, n.items...) {
				if value := x.get(name); value != nil {
					next = append(next, value)
				}
			}
		}
		nodes = next
	}
	return len(nodes) > 0
}

// TestReadManual takes a comment apart.
func TestReadManual(t *testing.T) {
	got := readManual("Working directory\nof the container.\nDefault: a runtime's own,\nelse /app.\n\n\tenv:\n\t  A: b\n")
	want := manual{"Working directory of the container.", "a runtime's own, else /app.", "env:\n  A: b\n"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
