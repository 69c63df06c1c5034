package spec

import (
	"fmt"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// decode reads a map of names and values, or a list of NAME=VALUE and NAME.
func (p *Pairs) decode(d *decoder, n *node) {
	r := pairReader{d, p, map[string]diag.Range{}}
	switch n.kind {
	case mapNode:
		for _, e := range n.entries {
			r.entry(e)
		}
	case listNode:
		for _, item := range n.items {
			r.item(item)
		}
	default:
		hint := "write \"NAME: value\" below the key"
		if name, value, ok := strings.Cut(n.text, "="); ok && !strings.ContainsAny(n.text, " \n") {
			hint = fmt.Sprintf("write {%s: %q}", name, value)
		}
		d.mismatch(n, "map").Hint = hint
	}
}

// pairReader reads pairs one by one, each name once.
type pairReader struct {
	*decoder
	into *Pairs
	seen map[string]diag.Range
}

func (r *pairReader) entry(e entry) {
	x := Pair{Name: e.key}
	// `NAME:` and `NAME: ~` are names alone; whether that is fine is the key's matter.
	if e.value.kind != nullNode || e.value.text == "null" {
		t, ok := r.text(e.value)
		if !ok {
			return
		}
		x.Value = t
	}
	r.add(x)
}

func (r *pairReader) item(item *node) {
	if item.kind == mapNode && len(item.entries) > 0 {
		e := item.entries[0]
		pair := e.key.Value + "=" + e.value.text
		if name, value := item.get("name"), item.get("value"); name != nil && value != nil {
			pair = name.text + "=" + value.text
		}
		r.mismatch(item, "string").Hint = fmt.Sprintf("write %q, or a map of names and values without \"- \"", pair)
		return
	}
	t, ok := r.text(item)
	if !ok {
		return
	}
	name, value, has := strings.Cut(t.Value, "=")
	x := Pair{Name: Text{Value: name, Range: t.Range}}
	if has {
		x.Value = Text{value, t.Range, t.Varies}
	}
	r.add(x)
}

func (r *pairReader) add(x Pair) {
	name := x.Name.Value
	if name == "" {
		r.diags.Errorf(x.Name.Range, "got an empty name").Hint = "write a name before the \":\" or \"=\""
		return
	}
	if first, twice := r.seen[name]; twice {
		r.diags.Errorf(x.Name.Range, "duplicate name %q", name).Hint = "it is set in line " + itoa(first.Start.Line) + " already"
		return
	}
	r.seen[name] = x.Name.Range
	*r.into = append(*r.into, x)
}
