package spec

import (
	"fmt"
	"strings"
)

// decode reads a map of a file's keys, or SRC[:DEST].
func (f *File) decode(d *decoder, n *node) {
	f.Range = n.rng
	if n.kind == mapNode {
		d.fields(n, f)
		return
	}
	t, ok := d.text(n)
	if !ok {
		return
	}
	from, to, has := strings.Cut(t.Value, ":")
	if strings.Contains(t.Value, "://") {
		from, to, has = t.Value, "", false // the check of paths says what is wrong with a URL
	}
	dest, _, more := strings.Cut(to, ":")
	switch {
	case from == "" || has && dest == "":
		d.diags.Errorf(n.rng, "got %q, want SRC or SRC:DEST", t.Value).Hint = "an empty directory is {to: DEST}"
	case more:
		d.diags.Errorf(n.rng, "got %q, want SRC:DEST", t.Value).Hint = fmt.Sprintf("write %q; other keys need the long form {from: …, to: …, mode: …}", from+":"+dest)
	default:
		f.From = Text{Value: from, Range: n.rng}
		if has {
			f.To = Text{Value: to, Range: n.rng}
		}
	}
}

func (f *Files) decode(d *decoder, n *node) {
	if n.kind != listNode {
		hint := "write \"- SRC:DEST\" for each"
		if n.kind == scalarNode {
			hint = "write [" + quoteWords(n.text) + "]"
		}
		d.mismatch(n, "list").Hint = hint
		return
	}
	for _, item := range n.items {
		if item.kind != scalarNode && item.kind != mapNode {
			d.mismatch(item, "SRC[:DEST] or map").Hint = "write \"SRC:DEST\", or {from: SRC, to: DEST}"
			continue
		}
		x, before := File{}, len(d.diags)
		x.decode(d, item)
		if len(d.diags) == before { // else the checks would complain of what is missing
			*f = append(*f, x)
		}
	}
}
