package spec

import "strings"

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

// Syntax returns the image that the file's first line names, with its place;
// it is unset where the frontend was chosen in another way.
func (doc *Document) Syntax() Text {
	line := doc.Source.Text(1)
	key, value, _ := strings.Cut(strings.TrimPrefix(line, "#"), "=")
	if !strings.HasPrefix(line, "#") || strings.TrimSpace(strings.ToLower(key)) != "syntax" {
		return Text{}
	}
	image, _, _ := strings.Cut(strings.TrimSpace(value), " ")
	return Text{image, doc.Source.Line(1)}
}

// RequiredArgs returns the names of the build args that some target declares
// without a default.
func (doc *Document) RequiredArgs() []string {
	var names []string
	trees := []*node{doc.root}
	for _, t := range doc.Targets() {
		trees = append(trees, doc.root.get("targets").get(t.Name.Value))
	}
	for _, tree := range trees {
		build := tree.get("build")
		if build == nil || build.get("args") == nil {
			continue
		}
		for _, e := range build.get("args").pairs().entries {
			if e.value.kind == nullNode {
				names = append(names, e.key.Value)
			}
		}
	}
	return names
}
