package spec

import (
	"slices"
	"strconv"
	"strings"
)

func (c *Commands) decode(d *decoder, n *node) {
	if n.kind != listNode {
		hint := "write [[program, argument, …], …]"
		if n.kind == scalarNode {
			hint = "write [" + commandHint(n.text) + "]"
		}
		d.mismatch(n, "list of commands").Hint = hint
		return
	}
	isWord := func(item *node) bool { return item.kind == scalarNode && !strings.ContainsAny(item.text, " \n") }
	if len(n.items) > 0 && !slices.ContainsFunc(n.items, func(item *node) bool { return !isWord(item) }) {
		var words []string
		for _, item := range n.items {
			words = append(words, strconv.Quote(item.text))
		}
		d.diags.Errorf(n.rng, "got one command, want list of commands").Hint = "write [[" + strings.Join(words, ", ") + "]]"
		return
	}
	for _, item := range n.items {
		if item.kind == listNode && len(item.items) == 0 {
			d.diags.Errorf(item.rng, "got an empty command").Hint = "write [program, argument, …]"
			continue
		}
		if item.kind != listNode {
			hint := "write each command as a list of arguments"
			if item.kind == scalarNode {
				hint = "write " + commandHint(item.text)
			} else if run := item.get("run"); run != nil {
				hint = "write " + commandHint(run.text)
			}
			d.mismatch(item, "list of arguments").Hint = hint
			continue
		}
		x := Command{Range: item.rng}
		x.Args.decode(d, item)
		*c = append(*c, x)
	}
}

// commandHint returns a command line as a list of arguments: of a shell where
// it has something in it that only a shell understands.
func commandHint(line string) string {
	if strings.ContainsAny(line, "&|;<>$`'\"\\*?\n") {
		return "[sh, -c, " + strconv.Quote(strings.TrimSpace(line)) + "]"
	}
	return "[" + quoteWords(line) + "]"
}

func (t *Test) decode(d *decoder, n *node) {
	t.Range = n.rng
	switch {
	case n.kind == listNode && len(n.items) > 0:
		t.Enabled = true
		t.Command.decode(d, n)
	case n.kind == scalarNode && (n.text == "true" || n.text == "false"):
		t.Enabled = n.text == "true"
	case n.kind == scalarNode:
		hint := flagHint(n.text)
		if hint == "" {
			hint = "write " + commandHint(n.text)
		}
		d.diags.Errorf(n.rng, "got %q, want true, false or a list of arguments", n.text).Hint = hint
	case n.kind == listNode:
		d.diags.Errorf(n.rng, "got an empty list").Hint = "write true for the language's own command"
	default:
		d.mismatch(n, "true, false or a list of arguments").Hint = "write [program, argument, …]"
	}
}
