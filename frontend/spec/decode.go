package spec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// decoder fills the spec's types from a tree and collects what does not fit.
type decoder struct{ diags diag.List }

// decodable is a type with forms of its own.
type decodable interface {
	decode(d *decoder, n *node)
}

// value fills v, a decodable or a struct of fields with `spec` tags. Nothing
// written (`key:`, `~`, `null`) leaves it unset.
func (d *decoder) value(n *node, v any) {
	if n.kind == nullNode || n.kind == badNode {
		return
	}
	if v, ok := v.(decodable); ok {
		v.decode(d, n)
		return
	}
	d.fields(n, v)
}

// fields fills the struct that v points to from a map of fixed keys.
func (d *decoder) fields(n *node, v any) {
	s := reflect.ValueOf(v).Elem()
	if n.kind != mapNode {
		d.mismatch(n, "map").Hint = blockHint(s.Type(), n)
		return
	}
	block := blockOf(s.Type())
	for _, e := range n.entries {
		key := e.key.Value
		if strings.HasPrefix(key, "x-") {
			continue
		}
		f, known := block.fields[key]
		if !known {
			d.diags.Errorf(e.key.Range, "unknown key %q", key).Hint = suggestKey(e, s.Type())
			continue
		}
		before := len(d.diags)
		d.value(e.value, s.FieldByIndex(f.Index).Addr().Interface())
		if hint := valueHint(key, f.Type, e.value); hint != "" && len(d.diags) == before+1 {
			d.diags[before].Hint = hint
		}
	}
}

// mismatch reports the shape of n, unless something was said of n already.
func (d *decoder) mismatch(n *node, want string) *diag.Diagnostic {
	if n.kind == badNode {
		return &diag.Diagnostic{}
	}
	return d.diags.Errorf(n.rng, "got %s, want %s", n.kind, want)
}

// text returns a scalar as its source text, so `null` in a list or as a
// variable's value is a word like any other.
func (d *decoder) text(n *node) (Text, bool) {
	switch {
	case n.kind == scalarNode, n.kind == nullNode && n.text == "null":
		return Text{n.text, n.rng, n.varies}, true
	case n.kind == nullNode:
		d.mismatch(n, "string").Hint = "write \"\" for an empty one"
	default:
		d.mismatch(n, "string")
	}
	return Text{}, false
}

func (t *Text) decode(d *decoder, n *node) {
	if x, ok := d.text(n); ok {
		*t = x
		if x.Value == "" {
			d.diags.Errorf(n.rng, "got an empty string").Hint = "remove the key for its default"
		}
	}
}

func (t *Texts) decode(d *decoder, n *node) {
	if n.kind != listNode {
		hint := ""
		if n.kind == scalarNode {
			hint = "write [" + quoteWords(n.text) + "]"
		}
		if n.kind == mapNode {
			hint = "write \"- \" before each item, and no \":\" behind it"
		}
		d.mismatch(n, "list").Hint = hint
		return
	}
	for _, item := range n.items {
		if item.kind == mapNode || item.kind == listNode {
			d.mismatch(item, "string").Hint = itemHint(item)
		} else if x, ok := d.text(item); ok {
			*t = append(*t, x)
		}
	}
}

// itemHint returns the hint for a list in a list of texts, or for a map: the long
// form of another tool, or text with a ": " in it.
func itemHint(item *node) string {
	if item.kind == listNode {
		return "write its items here, without another list"
	}
	for _, key := range []string{"id", "target", "name", "run"} {
		if text := item.get(key).textOr(""); text != "" {
			return fmt.Sprintf("write %q", text)
		}
	}
	return "quote text that has \": \" in it"
}

// quoteWords returns the words of s as the items of a YAML list.
func quoteWords(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = strconv.Quote(strings.TrimRight(w, ","))
	}
	return strings.Join(words, ", ")
}

func (a *Argv) decode(d *decoder, n *node) {
	a.Range = n.rng
	switch n.kind {
	case listNode:
		a.List = true
		a.Items.decode(d, n)
		if len(n.items) == 0 {
			d.diags.Errorf(n.rng, "got an empty list").Hint = "remove the key for its default"
		}
	case scalarNode:
		var t Text
		t.decode(d, n)
		a.Items = Texts{t}
	default:
		d.mismatch(n, "string or list").Hint = "write [program, argument, …]"
	}
}
