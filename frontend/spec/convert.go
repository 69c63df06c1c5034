package spec

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Bounds on what a spec may hold. Aliases can make a small file a huge tree.
const (
	maxBytes = 1 << 20
	maxNodes = 20_000
	maxDepth = 64
)

// converter turns YAML's nodes into ours.
type converter struct {
	src     *diag.Source
	lines   []string
	runes   map[int][]rune // of lines that something was looked for in
	diags   diag.List
	count   int
	full    bool                // a bound was exceeded and reported
	within  diag.Range          // the outermost alias that is being followed
	parents map[*yaml.Node]bool // nodes with an anchor that what is converted is in
}

func newConverter(src *diag.Source) *converter {
	text := strings.TrimPrefix(string(src.Data), byteOrderMark) // as YAML counts columns
	return &converter{
		src: src, lines: strings.Split(text, "\n"),
		runes: map[int][]rune{}, parents: map[*yaml.Node]bool{},
	}
}

// convert returns n's tree. It always returns a node; what is wrong is in c.diags.
func (c *converter) convert(n *yaml.Node, depth int) *node {
	if c.exceeded(n, depth) {
		return &node{kind: badNode}
	}
	out := &node{kind: nullNode, rng: c.rangeOf(n)}
	if n.Anchor != "" {
		c.parents[n] = true
		defer delete(c.parents, n)
	}
	if !c.checkTag(n) {
		out.kind = badNode
		return out
	}
	switch n.Kind {
	case yaml.ScalarNode:
		c.scalar(n, out)
	case yaml.SequenceNode:
		out.kind = listNode
		for _, item := range n.Content {
			out.items = append(out.items, c.convert(item, depth+1))
		}
		out.rng.End = out.lastEnd()
	case yaml.MappingNode:
		out.kind = mapNode
		c.mapping(n, out, depth)
		out.rng.End = out.lastEnd()
	case yaml.AliasNode:
		return c.alias(n, depth)
	}
	return out
}

// exceeded counts a node and reports, once, that there are more than a spec may
// hold. The rest of the file is not looked at then.
func (c *converter) exceeded(n *yaml.Node, depth int) bool {
	if c.count++; c.full || c.count <= maxNodes && depth <= maxDepth {
		return c.full
	}
	c.full = true
	d := c.diags.Errorf(c.rangeOf(n), "too many or too deeply nested values")
	if !c.within.IsZero() {
		d.Range, d.Hint = c.within, "aliases multiply what they name"
	}
	return true
}

// alias returns the tree that n names, placed where it is defined: that is where it can be mended.
func (c *converter) alias(n *yaml.Node, depth int) *node {
	if c.parents[n.Alias] {
		c.diags.Errorf(c.rangeOf(n), "alias %q contains itself", n.Value).Hint = "name another anchor, or write the value"
		return &node{kind: badNode, rng: c.rangeOf(n)}
	}
	if c.within.IsZero() {
		c.within = c.rangeOf(n)
		defer func() { c.within = diag.Range{} }()
	}
	return c.convert(n.Alias, depth+1)
}

func (c *converter) scalar(n *yaml.Node, out *node) {
	out.text = n.Value
	if strings.Contains(n.Value, "\x00") {
		c.diags.Errorf(out.rng, "got a NUL character").Hint = "no argument, variable or path can hold one"
		out.kind = badNode
		return
	}
	if inner, curly := uncurled(n); curly {
		c.diags.Errorf(out.rng, "got curly quotes around %q", inner).Hint = "write straight ones: \"" + inner + "\""
		out.kind = badNode
		return
	}
	if n.Tag != "!!null" || n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		out.kind = scalarNode
	}
}

// uncurled returns a plain scalar without the typographic quotes around it: they
// come with text that was copied from a document, and YAML takes them for letters.
func uncurled(n *yaml.Node) (inner string, curly bool) {
	r := []rune(n.Value)
	isCurly := func(r rune) bool { return strings.ContainsRune("“”„‟‘’‚‛", r) }
	if n.Style != 0 || len(r) < 2 || !isCurly(r[0]) || !isCurly(r[len(r)-1]) {
		return "", false
	}
	return string(r[1 : len(r)-1]), true
}

// checkTag reports a tag that means nothing in a spec.
func (c *converter) checkTag(n *yaml.Node) (ok bool) {
	if n.Style&yaml.TaggedStyle == 0 {
		return true
	}
	switch n.Tag {
	case "!!str", "!!map", "!!seq", "!!int", "!!float", "!!bool", "!!null":
		return true
	default:
		c.diags.Errorf(c.rangeOf(n), "unknown tag %q", n.Tag).Hint = "a spec needs no tags; quote the value if it begins with \"!\""
		return false
	}
}

func (c *converter) mapping(n *yaml.Node, out *node, depth int) {
	seen := map[string]diag.Range{}
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if c.exceeded(k, depth) {
			return
		}
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			c.badKey(k, out)
			continue
		}
		if k.Tag == "!!merge" {
			merges = append(merges, v)
			continue
		}
		key := Text{Value: k.Value, Range: c.rangeOf(k)}
		if _, curly := uncurled(k); curly {
			c.convert(k, depth+1) // says so
			continue
		}
		if first, twice := seen[key.Value]; twice {
			c.diags.Errorf(key.Range, "duplicate key %q", key.Value).Hint = "it is set in line " + itoa(first.Start.Line) + " already"
			continue
		}
		seen[key.Value] = key.Range
		out.entries = append(out.entries, entry{key, c.convert(v, depth+1), k.HeadComment})
	}
	for _, m := range merges {
		c.merge(m, out, seen, depth)
	}
}

// badKey reports a key of out that is a list or a map: `{{ … }}`, mostly.
func (c *converter) badKey(k *yaml.Node, out *node) {
	shape := mapNode
	if k.Kind == yaml.SequenceNode {
		shape = listNode
	}
	d := c.diags.Errorf(c.rangeOf(k), "got a %s as key, want string", shape)
	if d.Hint = "quote text that begins with \"[\" or \"{\""; c.template(d.Range.Start) {
		d.Hint = templateHint
	}
	out.kind = badNode
}

// template reports whether the map that begins at p is the inner one of `{{`.
func (c *converter) template(p diag.Pos) bool {
	text := c.line(p.Line)
	return p.Column > 1 && p.Column <= len(text) && text[p.Column-1] == '{' && text[p.Column-2] == '{'
}

// merge adds the entries of m, a map or a list of maps, that out does not have;
// seen are the keys that it has.
// https://yaml.org/type/merge.html
func (c *converter) merge(m *yaml.Node, out *node, seen map[string]diag.Range, depth int) {
	from := c.convert(m, depth+1)
	maps := []*node{from}
	if from.kind == listNode {
		maps = from.items
	}
	for i, from := range maps {
		if from.kind != mapNode {
			if m.Kind == yaml.SequenceNode {
				m = m.Content[i]
			}
			if from.kind != badNode {
				c.diags.Errorf(c.rangeOf(m), "got %s for \"<<\", want map", from.kind).Hint = "name a map: \"<<: *NAME\""
			}
			return
		}
		for _, e := range from.entries {
			if _, has := seen[e.key.Value]; !has {
				seen[e.key.Value] = e.key.Range
				e.comment = "" // it is about what is merged, there
				out.entries = append(out.entries, e)
			}
		}
	}
}
