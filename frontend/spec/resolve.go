package spec

import (
	"fmt"
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
// are no errors in the list.
func (doc *Document) Spec(req Request) (*Spec, diag.List) {
	tree, diags := doc.tree(req.Target)
	diags.Add(doc.checkTargets())
	if tree == nil {
		return nil, diags
	}
	diags.Add(doc.checkOthers(req), doc.checkCycles(req))
	vars, more, missing := args(tree, req.BuildArgs)
	root, open, unknown := expanded(tree, vars, req.Platform)
	diags.Add(more, unknown)
	s := Spec{Missing: missing, Open: open}
	if !req.Asking {
		diags.Add(missing)
	}
	d := decoder{}
	d.value(root, &s)
	diags.Add(d.diags, s.check())
	if diags.Err() != nil {
		return nil, diags
	}
	return &s, diags
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
	if build == nil || build.get("args") == nil {
		return nil, nil, nil
	}
	var declared Pairs
	d := decoder{}
	d.value(declarations(build.get("args")), &declared) // reported when the spec is decoded
	for _, p := range declared {
		value, ok := given[p.Name.Value]
		switch {
		case ok, slices.Contains(targetNames, p.Name.Value): // the check says that it is built in
		case p.Value.IsSet():
			x := expander{vars: vars}
			if value, ok = x.text(&node{kind: scalarNode, text: p.Value.Value, rng: p.Value.Range}); !ok {
				value = unknown
			}
			diags.Add(x.diags)
		default:
			value = unknown
			missing.Errorf(p.Name.Range, "build arg %q has no value", p.Name.Value).Hint =
				fmt.Sprintf("give it with --build-arg %s=…, or a default here", p.Name.Value)
		}
		vars = append(vars, Var{p.Name.Value, value})
	}
	return vars, diags, missing
}

// ArgNames returns the names of the build args that a target declares.
func (doc *Document) ArgNames(target string) []string {
	tree, _ := doc.tree(target)
	if tree == nil {
		return nil
	}
	vars, _, _ := args(tree, nil)
	return vars.names()
}
