package spec

import (
	"slices"
	"strings"
	"sync"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/memo"
)

// Document is a spec file that was read: its tree, whose variables are not yet
// expanded. It does not change, and may be used by several goroutines.
type Document struct {
	Source *diag.Source

	root      *node
	top       *node // root without the targets
	targets   []Target
	byName    map[string]*Target
	mentioned func() map[string]bool
	declared  func() []string

	views memo.Map[string, *view]
}

func newDocument(src *diag.Source, root *node) *Document {
	doc := &Document{
		Source: src, root: root, top: root.without("targets"),
		byName: map[string]*Target{},
	}
	if block := root.get("targets"); block != nil {
		for _, e := range block.entries {
			doc.targets = append(doc.targets, Target{e.key, description(e.key.Value, e.comment), e.value})
		}
	}
	for i := range doc.targets {
		doc.byName[doc.targets[i].Name.Value] = &doc.targets[i]
	}
	doc.declared = sync.OnceValue(doc.allArgNames)
	doc.mentioned = sync.OnceValue(func() map[string]bool {
		names := map[string]bool{}
		root.mentions(names)
		return names
	})
	return doc
}

// Targets returns the file's own targets in their order.
func (doc *Document) Targets() []Target { return slices.Clone(doc.targets) }

// Target returns the target of the file's own that has a name, and whether there is one.
func (doc *Document) Target(name string) (Target, bool) {
	if t := doc.byName[name]; t != nil {
		return *t, true
	}
	return Target{}, false
}

// Programs returns the targets that programs come from: the top level, "", where it
// names an entrypoint or is alone, else every target.
func (doc *Document) Programs() []string {
	if len(doc.targets) == 0 || doc.root.get("entrypoint") != nil {
		return []string{""}
	}
	var names []string
	for _, t := range doc.targets {
		names = append(names, t.Name.Value)
	}
	return names
}

// Languages returns what the top level and targets have as "language", of a file whose
// other keys may be wrong, but for those with a variable.
func (doc *Document) Languages() (all []Text) {
	nodes := []*node{doc.top}
	for _, t := range doc.targets {
		nodes = append(nodes, t.patch)
	}
	for _, n := range nodes {
		if n.kind != mapNode {
			continue
		}
		if l := n.get("language"); l != nil && l.kind == scalarNode && !strings.Contains(l.text, "$") {
			all = append(all, Text{Value: l.text, Range: l.rng})
		}
	}
	return all
}
