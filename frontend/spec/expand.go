package spec

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Vars are the values of `${NAME}` in a spec: declared build args and, last,
// the Dockerfile's TARGET* of one platform.
type Vars []Var

// Var is a name and its value.
type Var struct{ Name, Value string }

// String returns NAME=value.
func (v Var) String() string { return v.Name + "=" + v.Value }

// MarshalText returns what String does.
func (v Var) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Get returns the value of a name; the last one counts.
func (v Vars) Get(name string) (value string, ok bool) {
	for _, x := range v {
		if x.Name == name {
			value, ok = x.Value, true
		}
	}
	return value, ok
}

// Set returns v with the variable, in the place of an earlier one of its name.
func (v Vars) Set(name, value string) Vars {
	out := slices.Clone(v)
	for i := range out {
		if out[i].Name == name {
			out[i].Value = value
			return out
		}
	}
	return append(out, Var{name, value})
}

func (v Vars) names() []string {
	var names []string
	for _, x := range v {
		if x.Name != anyName {
			names = append(names, x.Name)
		}
	}
	return names
}

// targetNames are the variables whose value is another for each platform.
var targetNames = []string{"TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT"}

// targetVars returns the values of targetNames, as the Dockerfile has them.
// https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
func targetVars(p Platform) Vars {
	return Vars{
		{"TARGETPLATFORM", p.String()},
		{"TARGETOS", p.OS},
		{"TARGETARCH", p.Architecture},
		{"TARGETVARIANT", p.Variant},
	}
}

// sharedKeys are the keys that the stages before compile see. They are shared
// by all platforms, so nothing in them may differ between platforms.
var sharedKeys = []string{"language", "project", "version", "toolchain", "platforms"}

// sharedBuildKeys are those of the build block.
var sharedBuildKeys = []string{"secrets", "ssh"}

// unknown is the value of a variable that was declared and has none, which is
// reported once, at its declaration. No text of a spec holds it.
const unknown = "\x00"

// anyName is a variable that stands for all where declarations cannot be read.
const anyName = "\x00"

// expander replaces `${NAME}` in the scalars of a tree.
type expander struct {
	vars   Vars
	values map[string]string // of vars, made when the first is asked for
	size   int               // of what it wrote
	varies bool              // whether the text at hand is another for each platform
	open   Texts             // scalars that say a variable without a value, as they are written
	diags  diag.List
}

// expand returns n with the variables in its scalars replaced; keys stay as
// they are. It returns nil where it cannot, so that nobody complains of the
// value too: a list is then left out item by item, a map entry by entry.
func (x *expander) expand(n *node) *node {
	out := *n
	switch n.kind {
	case scalarNode:
		x.varies = false
		text, ok := x.text(n)
		if !ok {
			x.open = append(x.open, Text{Value: n.text, Range: n.rng})
			return nil
		}
		out.text, out.varies = text, x.varies
	case listNode:
		out.items = nil
		for _, item := range n.items {
			if whole := x.expand(item); whole != nil && len(whole.entries) == len(item.entries) && len(whole.items) == len(item.items) {
				out.items = append(out.items, whole)
			}
		}
		if len(out.items) == 0 && len(n.items) > 0 {
			return nil
		}
	case mapNode:
		out.entries = nil
		for _, e := range n.entries {
			if e.value = x.expand(e.value); e.value != nil {
				out.entries = append(out.entries, e)
			}
		}
	}
	return &out
}

// text expands one scalar: `${NAME}` is the variable's value, `$$` is `$`, any
// other `$` is itself. It reports whether it could.
func (x *expander) text(n *node) (text string, ok bool) {
	var b strings.Builder
	ok = true
	rest := n.text
	for {
		before, after, found := strings.Cut(rest, "$")
		b.WriteString(before)
		switch {
		case !found:
			return b.String(), ok
		case strings.HasPrefix(after, "$"):
			b.WriteByte('$')
			rest = after[1:]
		case strings.HasPrefix(after, "{"):
			name, tail, closed := strings.Cut(after[1:], "}")
			if !closed {
				x.diags.Errorf(n.rng, "%q has no \"}\"", "$"+after).Hint = "write \"$$\" for a plain \"$\""
				return "", false
			}
			value, known := x.value(n, name)
			// Variables in the values of variables can make a small file a huge text.
			if x.size += len(value); x.size > maxBytes {
				x.diags.Errorf(n.rng, "variables make the spec larger than %d bytes", maxBytes)
				return "", false
			}
			ok = ok && known
			b.WriteString(value)
			rest = tail
		default:
			b.WriteByte('$')
			rest = after
		}
	}
}

// value returns the value of a variable, and whether it has one; else that was reported.
func (x *expander) value(n *node, name string) (value string, ok bool) {
	x.varies = x.varies || slices.Contains(targetNames, name)
	if v, ok := x.lookup(name); ok {
		return v, v != unknown
	}
	if _, any := x.lookup(anyName); any && argName.MatchString(name) && !slices.Contains(targetNames, name) {
		return "", false
	}
	d := x.diags.Errorf(n.rng, "unknown variable %q", name)
	switch {
	case slices.Contains(targetNames, name):
		d.Message = name + " is not known here"
		d.Hint = strings.Join(sharedKeys, ", ") + ", build.args, build.secrets and build.ssh are shared by all platforms"
	case strings.HasPrefix(name, "{"):
		d.Message = "got \"${" + name + "}}\", want ${NAME}"
		d.Hint = "declare a build arg, and give it the value: --build-arg NAME=…"
	case !argName.MatchString(name):
		d.Message = "got \"${" + name + "}\", want ${NAME}"
		d.Hint = "a default belongs to the arg's declaration in build.args; write \"$$\" for a plain \"$\""
	default:
		d.Hint = diag.DidYouMean(name, x.vars.names())
		if d.Hint == "" {
			d.Hint = "declare it under build.args; there are also " + strings.Join(targetNames, ", ")
		}
	}
	return "", false
}

// lookup returns the value of a name among the variables; the last one counts.
func (x *expander) lookup(name string) (value string, ok bool) {
	if x.values == nil {
		x.values = map[string]string{}
		for _, v := range x.vars {
			x.values[v.Name] = v.Value
		}
	}
	value, ok = x.values[name]
	return value, ok
}

// declare adds a variable.
func (x *expander) declare(name, value string) {
	x.vars = append(x.vars, Var{name, value})
	if x.values != nil {
		x.values[name] = value
	}
}

// argName matches what a build arg can be called: what ${NAME} can name.
var argName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
