package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// checkCycles reports targets that take files of each other, where sources are
// the targets that each takes files of.
func (doc *Document) checkCycles(sources map[string][]*node) (diags diag.List) {
	var trail []string
	depth := map[string]int{} // of the names in the trail, from 1
	done := map[string]bool{}
	var visit func(name string, at *node)
	visit = func(name string, at *node) {
		if i := depth[name]; i > 0 {
			diags = append(diags, doc.cycle(trail[i-1:], at))
			return
		}
		if done[name] {
			return
		}
		done[name] = true
		trail = append(trail, name)
		depth[name] = len(trail)
		for _, source := range sources[name] {
			visit(source.text, source)
		}
		trail = trail[:len(trail)-1]
		delete(depth, name)
	}
	for _, t := range doc.targets {
		visit(t.Name.Value, t.patch)
	}
	return diags
}

// cycle says that the last of some targets takes files of the first, at the source's place.
func (doc *Document) cycle(trail []string, at *node) diag.Diagnostic {
	d := diag.Diagnostic{Range: at.rng, Message: "targets take files of each other: " + strings.Join(append(slices.Clone(trail), trail[0]), " → ")}
	if len(trail) == 1 {
		d.Message = fmt.Sprintf("target %q takes files of itself", trail[0])
	}
	d.Hint = "remove the \"source\" that closes the circle"
	for _, list := range []*node{doc.root.get("files"), doc.root.get("build").get("files")} {
		if list != nil && slices.ContainsFunc(list.items, func(item *node) bool { s := item.get("source"); return s != nil && s.rng == at.rng }) {
			d.Hint = "files of the top level are in every target; move them to the targets that need them"
		}
	}
	return d
}

// sources returns the sources of a target's files that are targets.
func (v *view) sources(l *laid) (found []*node) {
	x := expander{vars: slices.Concat(l.vars, targetVars(v.platform))}
	for _, list := range []*node{l.tree.get("files"), l.tree.get("build").get("files")} {
		if list == nil {
			continue
		}
		for _, item := range list.items {
			source := item.get("source")
			if source == nil || source.kind != scalarNode {
				continue
			}
			if name, _ := x.text(source); v.doc.byName[name] != nil {
				found = append(found, &node{kind: scalarNode, text: name, rng: source.rng})
			}
		}
	}
	return found
}
