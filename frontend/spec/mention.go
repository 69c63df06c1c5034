package spec

import (
	"slices"
	"strings"
)

// Mentions reports whether the spec, in whatever target, says ${name}.
func (doc *Document) Mentions(name string) bool {
	return doc.root.mentions("${" + name + "}")
}

func (n *node) mentions(text string) bool {
	if n.kind == scalarNode {
		return strings.Contains(strings.ReplaceAll(n.text, "$$", ""), text)
	}
	for _, item := range n.items {
		if item.mentions(text) {
			return true
		}
	}
	for _, e := range n.entries {
		if e.value.mentions(text) {
			return true
		}
	}
	return false
}

// PlainVariables returns the scalars, in whatever target, that say $NAME of a
// declared build arg, which is no variable, in the order of the file.
func (doc *Document) PlainVariables(declared []string) []Text {
	var found []Text
	var walk func(n *node)
	walk = func(n *node) {
		if n.kind == scalarNode && slices.ContainsFunc(declared, func(name string) bool { return saysPlain(n.text, name) }) {
			found = append(found, Text{Value: n.text, Range: n.rng})
		}
		for _, item := range n.items {
			walk(item)
		}
		for _, e := range n.entries {
			walk(e.value)
		}
	}
	walk(doc.root)
	return found
}

// saysPlain reports whether a text has $name in it, as a whole word.
func saysPlain(text, name string) bool {
	rest := strings.ReplaceAll(text, "$$", "")
	for {
		_, after, found := strings.Cut(rest, "$"+name)
		if !found {
			return false
		}
		if after == "" || !argName.MatchString("_"+after[:1]) {
			return true
		}
		rest = after
	}
}

// Syntax returns the image that the file's first line names, with its place;
// it is unset where the frontend was chosen in another way.
func (doc *Document) Syntax() Text {
	line := doc.Source.Text(1)
	key, value, _ := strings.Cut(strings.TrimPrefix(line, "#"), "=")
	if !strings.HasPrefix(line, "#") || strings.TrimSpace(strings.ToLower(key)) != "syntax" {
		return Text{}
	}
	image, _, _ := strings.Cut(strings.TrimSpace(value), " ")
	return Text{Value: image, Range: doc.Source.Line(1)}
}
