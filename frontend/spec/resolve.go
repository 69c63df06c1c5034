package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Request is what whoever builds asks of a spec.
type Request struct {
	BuildArgs map[string]string // --build-arg
	Platform  Platform          // the target platform
	Target    string            // --target; "" is the top level
	// Asking is set for requests that build nothing: who asks need not give
	// values, so what has none is not reported, but left out.
	Asking bool
}

// Spec returns the spec for a request: its target is laid over the top level,
// variables are expanded and values checked. It returns a Spec only when there
// are no errors in the list. Equal requests are answered with the same Spec, which
// is not to be changed.
func (doc *Document) Spec(req Request) (*Spec, diag.List) {
	d := doc.view(req).spec(question{req.Target, req.Asking})
	return d.spec, slices.Clone(d.diags)
}

// expanded returns a tree with its variables replaced by their values and those
// of a platform. What cannot be expanded is left out: open is what waits for the
// value of a build arg, the rest is reported.
func expanded(tree *node, vars Vars, p Platform) (root *node, open Texts, diags diag.List) {
	root = &node{kind: mapNode, rng: tree.rng}
	for _, e := range tree.entries {
		x := expander{vars: vars}
		if !slices.Contains(sharedKeys, e.key.Value) {
			x.vars = slices.Concat(vars, targetVars(p))
		}
		switch {
		case strings.HasPrefix(e.key.Value, "x-"):
			continue
		case e.key.Value == "build":
			e.value = x.build(e.value)
		default:
			e.value = x.expand(e.value)
		}
		diags.Add(x.diags)
		open = append(open, x.open...)
		if e.value != nil {
			root.entries = append(root.entries, e)
		}
	}
	return root, open, diags
}

// build expands the build block but for the declarations of args, whose values are the variables.
func (x *expander) build(n *node) *node {
	if n.kind != mapNode {
		return n
	}
	out := &node{kind: mapNode, rng: n.rng}
	shared := expander{vars: x.vars[:len(x.vars)-len(targetNames)]}
	for _, e := range n.entries {
		switch {
		case slices.Contains(sharedBuildKeys, e.key.Value):
			e.value = shared.expand(e.value)
		case e.key.Value == "args":
			e.value = declarations(e.value)
		default:
			e.value = x.expand(e.value)
		}
		if e.value != nil {
			out.entries = append(out.entries, e)
		}
	}
	x.diags.Add(shared.diags)
	x.open = append(x.open, shared.open...)
	return out
}

// declarations returns build.args, where `null` is no word: it says that an arg
// has no default, as `~` and nothing do.
func declarations(n *node) *node {
	out := *n
	out.entries = nil
	for _, e := range n.entries {
		if e.value.kind == nullNode {
			e.value = &node{kind: nullNode, rng: e.value.rng}
		}
		out.entries = append(out.entries, e)
	}
	return &out
}

// args returns the values of the declared build args: given, or their
// defaults, in which args declared before are known. What is missing is those
// that have no value; it is unknown then.
func args(tree *node, given map[string]string) (vars Vars, diags, missing diag.List) {
	build := tree.get("build")
	if argsMistaken(tree, build) {
		vars = append(vars, Var{anyName, unknown})
	}
	if build == nil || build.get("args") == nil {
		return vars, nil, nil
	}
	var declared Pairs
	d := decoder{}
	d.value(declarations(build.get("args")), &declared) // reported when the spec is decoded
	if len(d.diags) > 0 {
		vars = append(vars, Var{anyName, unknown})
	}
	x := expander{vars: vars}
	for _, p := range declared {
		value, ok := given[p.Name.Value]
		switch {
		case ok, slices.Contains(targetNames, p.Name.Value): // the check says that it is built in
		case p.Value.IsSet():
			x.size = 0
			if value, ok = x.text(&node{kind: scalarNode, text: p.Value.Value, rng: p.Value.Range}); !ok {
				value = unknown
			}
		default:
			value = unknown
			missing.Errorf(p.Name.Range, "build arg %q has no value", p.Name.Value).Hint =
				fmt.Sprintf("give it with --build-arg %s=…, or a default here", p.Name.Value)
		}
		x.declare(p.Name.Value, value)
	}
	return x.vars, x.diags, missing
}

// argsMistaken reports whether build args are declared where they are not read;
// it is said there, and not again of every variable.
func argsMistaken(tree, build *node) bool {
	switch {
	case tree.mistaken("build", reflect.TypeFor[Spec]()), tree.mistaken("build.args", reflect.TypeFor[Spec]()):
		return true
	case build == nil:
		return false
	}
	return build.mistaken("args", reflect.TypeFor[Build]())
}

// mistaken reports whether a key of a block is meant and has no value for that:
// another word is written for it, or something that it cannot be.
func (n *node) mistaken(key string, block reflect.Type) bool {
	if value := n.get(key); value != nil {
		switch key {
		case "build":
			return value.kind != mapNode && value.kind != nullNode
		case "runtime":
			return value.kind != nullNode && value.text == ""
		}
	}
	known, strange := namesOf(block), 0
	for _, e := range n.entries {
		name := e.key.Value
		if slices.Contains(known, name) || strings.HasPrefix(name, "x-") {
			continue
		}
		// Nobody writes many of them by hand, and each is compared with all keys.
		if strange++; strange > 20 {
			return false
		}
		if suggestKey(e, block) == fmt.Sprintf("did you mean %q?", key) {
			return true
		}
	}
	return false
}

// argNames returns the names of the build args that a target declares.
func (doc *Document) argNames(target string) []string {
	tree := doc.tree(target)
	if tree == nil {
		return nil
	}
	vars, _, _ := args(tree, nil)
	return vars.names()
}

// ArgNames returns the names of the build args that the top level or a target
// declares, each once.
func (doc *Document) ArgNames() []string { return slices.Clone(doc.declared()) }

// allArgNames finds what ArgNames returns.
func (doc *Document) allArgNames() []string {
	all, seen := []string(nil), map[string]bool{}
	add := func(target string) {
		for _, name := range doc.argNames(target) {
			if !seen[name] {
				seen[name] = true
				all = append(all, name)
			}
		}
	}
	add("")
	for _, t := range doc.targets {
		add(t.Name.Value)
	}
	return all
}
