package spec

import (
	"regexp"
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
