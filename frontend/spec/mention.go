package spec

import (
	"regexp"
	"slices"
	"strings"
)

// Mentions reports whether the spec, in whatever target, says ${name}.
func (doc *Document) Mentions(name string) bool { return doc.mentioned()[name] }

// mentions collects the names that scalars of n say as ${name}.
func (n *node) mentions(names map[string]bool) {
	if n.kind == scalarNode {
		text := strings.ReplaceAll(n.text, "$$", "")
		for _, said := range variableIn.FindAllString(text, -1) {
			names[strings.Trim(said, "${}")] = true
		}
	}
	for _, item := range n.items {
		item.mentions(names)
	}
	for _, e := range n.entries {
		e.value.mentions(names)
	}
}

// variableIn matches the variables in a text.
var variableIn = regexp.MustCompile(variable)

// PlainVariables returns the scalars of a target that say $NAME of a build arg it
// declares. That is text as any other: only ${NAME} is a variable.
func (doc *Document) PlainVariables(target string) []Text {
	tree := doc.tree(target)
	if tree == nil {
		return nil
	}
	declared := doc.argNames(target)
	var found []Text
	for _, e := range tree.entries {
		if !strings.HasPrefix(e.key.Value, "x-") {
			found = append(found, e.value.plainVariables(declared)...)
		}
	}
	return found
}

func (n *node) plainVariables(declared []string) (found []Text) {
	says := func(name string) bool { return saysPlain(n.text, name) }
	if n.kind == scalarNode && slices.ContainsFunc(declared, says) {
		found = append(found, Text{Value: n.text, Range: n.rng})
	}
	for _, item := range n.items {
		found = append(found, item.plainVariables(declared)...)
	}
	for _, e := range n.entries {
		found = append(found, e.value.plainVariables(declared)...)
	}
	return found
}

// saysPlain reports whether a text has $name in it, as a whole word. The "$$"
// that stands for "$" is none, and parts what is beside it.
func saysPlain(text, name string) bool {
	for rest := strings.ReplaceAll(text, "$$", " "); ; {
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
	image, _, _ := strings.Cut(strings.TrimSpace(value), " ")
	named := strings.TrimSpace(strings.ToLower(key)) == "syntax" && image != ""
	if !named || !strings.HasPrefix(line, "#") {
		return Text{}
	}
	return Text{Value: image, Range: doc.Source.Line(1)}
}
