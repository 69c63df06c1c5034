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
}

// Built-in targets, which every file has.
const (
	TestTarget   = "test"   // runs the project's tests
	BinaryTarget = "binary" // the artifacts alone, for --output
)

var targetName = regexp.MustCompile(`^[a-z][a-z0-9._-]*$`)

// Targets returns the file's own targets in their order.
func (doc *Document) Targets() []Target {
	block := doc.root.get("targets")
	if block == nil {
		return nil
	}
	var targets []Target
	for _, e := range block.entries {
		targets = append(targets, Target{e.key, description(e.key.Value, e.comment)})
	}
	return targets
}

// Programs returns the targets that programs come from: the top level, "",
// unless only targets name an entrypoint.
func (doc *Document) Programs() []string {
	targets := doc.Targets()
	if len(targets) == 0 || doc.root.get("entrypoint") != nil {
		return []string{""}
	}
	var names []string
	for _, t := range targets {
		names = append(names, t.Name.Value)
	}
	return names
}

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

// checkOthers returns what is wrong in the targets that are not asked for as
// far as it is wrong whoever asks: shapes, keys and variables. Values are
// checked against each other when their target is built.
func (doc *Document) checkOthers(req Request) (diags diag.List) {
	for _, t := range doc.Targets() {
		patch := doc.root.get("targets").get(t.Name.Value)
		if t.Name.Value == req.Target || patch.kind != mapNode {
			continue
		}
		vars, more, _ := args(doc.overlay(patch), req.BuildArgs)
		root, _, unknown := expanded(patch.without("targets"), vars, req.Platform)
		var s Spec
		d := decoder{}
		d.value(root, &s)
		diags.Add(more, unknown, d.diags)
	}
	return diags
}

// checkCycles reports targets that take files of each other.
func (doc *Document) checkCycles(req Request) (diags diag.List) {
	block := doc.root.get("targets")
	if block == nil {
		return nil
	}
	sources := map[string][]*node{}
	for _, e := range block.entries {
		sources[e.key.Value] = doc.targetSources(block, e.value, req)
	}
	var trail []string
	done := map[string]bool{}
	var visit func(name string, at *node)
	visit = func(name string, at *node) {
		if i := slices.Index(trail, name); i >= 0 {
			diags = append(diags, doc.cycle(trail[i:], at))
			return
		}
		if done[name] {
			return
		}
		done[name] = true
		trail = append(trail, name)
		for _, source := range sources[name] {
			visit(source.text, source)
		}
		trail = trail[:len(trail)-1]
	}
	for _, e := range block.entries {
		visit(e.key.Value, e.value)
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

// targetSources returns the sources of a target's files that are targets.
func (doc *Document) targetSources(block, patch *node, req Request) []*node {
	tree := doc.overlay(patch)
	vars, _, _ := args(tree, req.BuildArgs)
	x := expander{vars: slices.Concat(vars, targetVars(req.Platform))}
	var found []*node
	for _, list := range []*node{tree.get("files"), tree.get("build").get("files")} {
		if list == nil {
			continue
		}
		for _, item := range list.items {
			source := item.get("source")
			if source == nil || source.kind != scalarNode {
				continue
			}
			if name, _ := x.text(source); block.get(name) != nil {
				found = append(found, &node{kind: scalarNode, text: name, rng: source.rng})
			}
		}
	}
	return found
}

// tree returns the top level with a target laid over it, "" for none. The
// error names the targets that there are.
func (doc *Document) tree(target string) (*node, diag.List) {
	top := doc.root.without("targets")
	if target == "" || target == TestTarget || target == BinaryTarget {
		return top, nil
	}
	var names []string
	for _, t := range doc.Targets() {
		names = append(names, t.Name.Value)
		if t.Name.Value == target {
			return doc.overlay(doc.root.get("targets").get(target)), nil
		}
	}
	var diags diag.List
	d := diags.Errorf(doc.targetsRange(), "no target %q", target)
	names = append(names, TestTarget, BinaryTarget)
	if d.Hint = diag.DidYouMean(target, names); d.Hint == "" {
		d.Hint = "there are " + diag.Quoted(names)
	}
	return nil, diags
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
	top, target := doc.root.without("targets"), target.without("targets")
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
	for _, e := range base.entries {
		over := patch.entry(e.key.Value)
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
		if base.entry(e.key.Value) == nil && !(e.value.kind == nullNode && e.value.text == "~" && restores(e.value, at)) {
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
	if at == "build.files" {
		m.workdir = "" // its destinations are relative to the context
	}
	out := &node{kind: listNode, rng: patch.rng}
	taken := map[string]bool{}
	for _, item := range patch.items {
		taken[m.destination(item)] = true
	}
	for _, item := range base.items {
		if to := m.destination(item); to == "" || !taken[to] {
			out.items = append(out.items, item)
		}
	}
	out.items = append(out.items, patch.items...)
	return out
}

// destination returns where an entry of files goes, as far as it is written: ""
// where that is not said. A directory to copy into has room for many.
func (m merger) destination(item *node) string {
	from, to, _ := strings.Cut(item.text, ":")
	if item.kind == mapNode {
		from, to = item.get("from").textOr(""), item.get("to").textOr("")
	}
	switch {
	case to == "" && from == "":
		return ""
	case to == "":
		return path.Join(m.workdir, from)
	case strings.HasSuffix(to, "/") && from != "":
		return path.Clean(to) + "/ " + path.Clean(from)
	}
	return path.Clean(to)
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

// without returns a map without a key.
func (n *node) without(key string) *node {
	out := *n
	out.entries = slices.DeleteFunc(slices.Clone(n.entries), func(e entry) bool { return e.key.Value == key })
	return &out
}
