package spec

import (
	"path"
	"slices"
	"strings"
)

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
	workdir := AppDir
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
