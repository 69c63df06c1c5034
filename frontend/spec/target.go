package spec

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Target is a name for one of several images of a file.
type Target struct {
	Name        Text
	Description string // of the comment above it: "# worker does the jobs"

	patch *node // what is written of it
}

// Built-in targets, which every file has.
const (
	TestTarget   = "test"   // runs the project's tests
	BinaryTarget = "binary" // the artifacts alone, for --output
)

var targetName = regexp.MustCompile(`^[a-z][a-z0-9._-]*$`)

// description returns what a comment above a target says of it when it begins
// with the target's name, as for a stage of a Dockerfile.
func description(name, comment string) string {
	lines := strings.Split(strings.TrimSpace(comment), "\n")
	last := strings.TrimSpace(strings.TrimLeft(lines[len(lines)-1], "# "))
	if rest, ok := strings.CutPrefix(last, name+" "); ok {
		return strings.TrimSpace(rest)
	}
	return ""
}

// checkTargets returns what is wrong with the targets as such.
func (doc *Document) checkTargets() (diags diag.List) {
	block := doc.root.get("targets")
	switch {
	case block == nil || block.kind == nullNode || block.kind == badNode:
		return nil
	case block.kind != mapNode:
		diags.Errorf(block.rng, "got %s, want map", block.kind).Hint = "write \"NAME: {entrypoint: …}\" for each"
		return diags
	}
	for _, e := range block.entries {
		name := e.key.Value
		switch {
		case name == TestTarget || name == BinaryTarget:
			diags.Errorf(e.key.Range, "target %q is built in", name).Hint = "choose another name"
		case !targetName.MatchString(name):
			diags.Errorf(e.key.Range, "got target name %q, want lower case letters, digits, \".\", \"_\" and \"-\"", name)
		}
		if e.value.kind != mapNode && e.value.kind != nullNode {
			if e.value.kind != badNode {
				diags.Errorf(e.value.rng, "got %s, want map", e.value.kind).Hint = "a target has keys of the top level: {entrypoint: …}"
			}
			continue
		}
		for _, inner := range e.value.entries {
			if inner.key.Value == "targets" || inner.key.Value == "checks" {
				diags.Errorf(inner.key.Range, "%q belongs to the top level", inner.key.Value).Hint = "a target has no others in it and is checked as the file is"
			}
		}
	}
	return diags
}

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

// isTop reports whether a target is the top level alone.
func isTop(target string) bool {
	return target == "" || target == TestTarget || target == BinaryTarget
}

// tree returns the top level with a target laid over it, "" for none; nil where
// there is no such target.
func (doc *Document) tree(target string) *node {
	if isTop(target) {
		return doc.top
	}
	if t := doc.byName[target]; t != nil {
		return doc.overlay(t.patch)
	}
	return nil
}

// noTarget says that there is no such target, and which there are.
func (doc *Document) noTarget(target string) (diags diag.List) {
	names := []string{}
	for _, t := range doc.targets {
		names = append(names, t.Name.Value)
	}
	names = append(names, TestTarget, BinaryTarget)
	d := diags.Errorf(doc.targetsRange(), "no target %q", target)
	if d.Hint = diag.DidYouMean(target, names); d.Hint == "" {
		d.Hint = "there are " + diag.Quoted(names)
	}
	return diags
}

func (doc *Document) targetsRange() diag.Range {
	for _, e := range doc.root.entries {
		if e.key.Value == "targets" {
			return e.key.Range
		}
	}
	return diag.Range{}
}

// inherited are the keys that a target of another language takes from the top level.
var inherited = []string{"labels", "user", "platforms", "checks"}

// overlay returns the top level with a target over it. A target in another
// language inherits little, and one in another project not the entrypoint.
func (doc *Document) overlay(target *node) *node {
	top, target := doc.top, target.without("targets")
	if target.kind != mapNode {
		return top
	}
	if changes(top, target, "language") {
		base := &node{kind: mapNode, rng: top.rng}
		for _, e := range top.entries {
			switch {
			case slices.Contains(inherited, e.key.Value):
				base.entries = append(base.entries, e)
			case e.key.Value == "build" && e.value.get("args") != nil:
				args := &node{kind: mapNode, rng: e.value.rng, entries: []entry{*e.value.entry("args")}}
				base.entries = append(base.entries, entry{key: e.key, value: args})
			}
		}
		top = base
	} else if changes(top, target, "project") {
		top = top.without("entrypoint")
	}
	workdir := "/app"
	for _, n := range []*node{top, target} {
		if w := n.get("workdir"); w != nil && w.kind == scalarNode {
			workdir = w.text
		}
	}
	return merger{workdir}.merge(top, target, "")
}

// changes reports whether a target sets a key to another value than the top level.
func changes(top, target *node, key string) bool {
	now := target.get(key)
	if now == nil || now.kind != scalarNode {
		return false
	}
	before := top.get(key)
	if key == "project" { // "." when it is not said
		return before == nil && path.Clean(now.text) != "." || before != nil && path.Clean(before.text) != path.Clean(now.text)
	}
	return before == nil || before.text != now.text
}

// merger lays one tree over another.
type merger struct{ workdir string } // where files go whose destination is not said

// merge returns base with patch over it, where at is the key that both belong
// to: maps merge, lists replace, nothing restores the default; only files add.
// https://www.rfc-editor.org/rfc/rfc7396
func (m merger) merge(base, patch *node, at string) *node {
	switch at {
	case "files", "build.files":
		if base.kind == listNode && patch.kind == listNode && len(patch.items) > 0 {
			return m.files(base, patch, at)
		}
	case "env", "labels", "build.env", "build.args":
		base, patch = base.pairs(), patch.pairs()
	}
	if base.kind != mapNode || patch.kind != mapNode {
		return patch
	}
	out := &node{kind: mapNode, rng: patch.rng}
	before, after := base.byKey(), patch.byKey()
	for _, e := range base.entries {
		over := after[e.key.Value]
		switch {
		case over == nil:
			out.entries = append(out.entries, e)
		case restores(over.value, at):
		default:
			below := strings.TrimPrefix(at+"."+e.key.Value, ".")
			out.entries = append(out.entries, entry{key: over.key, value: m.merge(e.value, over.value, below)})
		}
	}
	for _, e := range patch.entries {
		if before[e.key.Value] == nil && !(e.value.kind == nullNode && e.value.text == "~" && restores(e.value, at)) {
			out.entries = append(out.entries, e)
		}
	}
	return out
}

// restores reports whether a value takes away that of the top level. Among
// names and values, `null` is a word like any other; a build arg without a
// value is one that must be given.
func restores(n *node, at string) bool {
	switch at {
	case "build.args":
		return false
	case "env", "labels", "build.env":
		return n.kind == nullNode && n.text != "null"
	}
	return n.kind == nullNode
}

// pairs returns a list of NAME=VALUE and NAME as the map that it stands for,
// and anything else as it is.
func (n *node) pairs() *node {
	if n.kind != listNode || len(n.items) == 0 {
		return n
	}
	out := &node{kind: mapNode, rng: n.rng}
	for _, item := range n.items {
		if item.kind != scalarNode {
			return n // the decoder says what is wrong
		}
		name, value, has := strings.Cut(item.text, "=")
		v := &node{kind: nullNode, rng: item.rng}
		if has {
			v = &node{kind: scalarNode, text: value, rng: item.rng}
		}
		out.entries = append(out.entries, entry{key: Text{Value: name, Range: item.rng}, value: v})
	}
	return out
}

// files returns the files of both lists; of two with the same destination the
// patch's counts.
func (m merger) files(base, patch *node, at string) *node {
	out := &node{kind: listNode, rng: patch.rng}
	taken := map[string]bool{}
	for _, item := range patch.items {
		taken[m.destination(item, at)] = true
	}
	for _, item := range base.items {
		if to := m.destination(item, at); to == "" || !taken[to] {
			out.items = append(out.items, item)
		}
	}
	out.items = append(out.items, patch.items...)
	return out
}

// destination returns where an entry of files goes, as far as it is written: ""
// where that is not said. A directory to copy into has room for many.
func (m merger) destination(item *node, at string) string {
	from, to, _ := strings.Cut(item.text, ":")
	if item.kind == mapNode {
		from, to = item.get("from").textOr(""), item.get("to").textOr("")
	}
	if to == "" && from == "" {
		return ""
	}
	var f File
	if from != "" {
		f.From = Text{Value: from, Range: item.rng}
	}
	if to != "" {
		f.To = Text{Value: to, Range: item.rng}
	}
	place, into := f.Destination(m.workdir)
	if at == "build.files" {
		place, into = f.Place()
	}
	if into {
		place += " " + path.Clean(from)
	}
	return place
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
