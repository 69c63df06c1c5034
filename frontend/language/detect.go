package language

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// All is every language, in the order in which they are asked about a project.
var All = []*Language{&Go, &Python, &Java}

// Detect returns the language of a project: the one that the spec names, else
// the only one whose markers are there. It returns nil with an error in the list.
func Detect(p *Project) (*Language, Decision, diag.List) {
	var diags diag.List
	if want := p.Spec.Language; want.IsSet() {
		if l := Named(want.Value); l != nil {
			return l, Decision{"language", l.Name, want.Range.String()}, nil
		}
		diags.Errorf(want.Range, "unknown language %q", want.Value).Hint = suggest(want.Value)
		return nil, Decision{}, diags
	}
	var found []*Language
	var markers []string
	for _, l := range All {
		if m := l.marker(p); m != "" {
			found = append(found, l)
			markers = append(markers, m)
		}
	}
	switch len(found) {
	case 1:
		return found[0], Decision{"language", found[0].Name, markers[0]}, nil
	case 0:
		diags = append(diags, noLanguage(p))
	default:
		diags.Errorf(diag.Range{}, "found %s", diag.Quoted(markers)).Hint = fmt.Sprintf("say which it is: \"language: %s\"", found[0].Name)
	}
	return nil, Decision{}, diags
}

// Named returns the language of a name, nil when there is none.
func Named(name string) *Language {
	for _, l := range All {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// suggest returns the hint for an unknown language.
func suggest(word string) string {
	var names []string
	for _, l := range All {
		names = append(names, l.Name)
		if slices.Contains(l.Aliases, strings.ToLower(word)) {
			return fmt.Sprintf("did you mean %q?", l.Name)
		}
	}
	if hint := diag.DidYouMean(word, names); hint != "" {
		return hint
	}
	return "want " + strings.Join(names, ", ")
}

// noLanguage says what was looked for.
func noLanguage(p *Project) diag.Diagnostic {
	var markers, firsts []string
	for _, l := range All {
		markers = append(markers, l.Markers...)
		firsts = append(firsts, l.Markers[0])
	}
	d := noProject(p, markers)
	if !isDir(p.FS, p.Dir()) {
		return d
	}
	d.Message = fmt.Sprintf("no %s in %s", alternatives(append(firsts, "the like")), where(p.Dir()))
	for _, l := range All {
		if m := l.markerAbove(p); m != "" {
			d.Hint = fmt.Sprintf("%s is above it: write \"language: %s\"", m, l.Name)
		}
	}
	return d
}
