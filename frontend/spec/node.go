package spec

import (
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
)

// kind is the shape of a node.
type kind int

const (
	nullNode   kind = iota // nothing, `~` or `null`
	scalarNode             // a text
	listNode
	mapNode
	badNode // nothing to complain of again
)

// String returns the shape as messages name it: `got list, want string`.
func (k kind) String() string {
	return [...]string{"nothing", "string", "list", "map", "nothing"}[k]
}

// node is a value of the spec with its place: what is left of YAML when
// anchors, aliases and merges are resolved. Scalars are their source text;
// YAML's guesses at types are not used.
type node struct {
	kind    kind
	text    string // of scalars, and the source text of null
	items   []*node
	entries []entry
	rng     diag.Range
	varies  bool // the text has a value in it that is another for each platform
}

// entry is a key of a map and its value.
type entry struct {
	key     Text
	value   *node
	comment string // the one above it
}

// get returns the value of a key of a map, nil when it has none. Of nil it is nil.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.key.Value == key {
			return e.value
		}
	}
	return nil
}

// lastEnd returns the end of what n holds that begins after n does. (Merged
// and aliased values may stand before it.)
func (n *node) lastEnd() diag.Pos {
	end := n.rng.End
	grow := func(r diag.Range) {
		if end.Before(r.End) && n.rng.Start.Before(r.Start) {
			end = r.End
		}
	}
	for _, item := range n.items {
		grow(item.rng)
	}
	for _, e := range n.entries {
		grow(e.key.Range)
		grow(e.value.rng)
	}
	return end
}

// textOr returns the text of a scalar, or another where n is none.
func (n *node) textOr(other string) string {
	if n == nil || n.kind != scalarNode {
		return other
	}
	return n.text
}

// entry returns the entry of a key of a map, nil when it has none.
func (n *node) entry(key string) *entry {
	for i := range n.entries {
		if n.entries[i].key.Value == key {
			return &n.entries[i]
		}
	}
	return nil
}

// byKey returns the entries of a map by their keys; of equal ones the first.
func (n *node) byKey() map[string]*entry {
	entries := make(map[string]*entry, len(n.entries))
	for i := range n.entries {
		if key := n.entries[i].key.Value; entries[key] == nil {
			entries[key] = &n.entries[i]
		}
	}
	return entries
}

// without returns a map without a key.
func (n *node) without(key string) *node {
	out := *n
	out.entries = slices.DeleteFunc(slices.Clone(n.entries), func(e entry) bool { return e.key.Value == key })
	return &out
}
