package languages

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/language/golang"
	"github.com/stagefront/stagefront/frontend/language/java"
	"github.com/stagefront/stagefront/frontend/language/python"
	"github.com/stagefront/stagefront/frontend/language/rust"
)

// All is every language, in the order in which they are asked about a project.
var All = []*language.Language{&golang.Language, &python.Language, &java.Language, &rust.Language}

// Detect returns the language of a project: the one that the spec names, else
// the only one whose markers are there. It returns nil with an error in the list.
func Detect(p *language.Project) (*language.Language, language.Decision, diag.List) {
	var diags diag.List
	if want := p.Spec.Language; want.IsSet() {
		if l := Named(want.Value); l != nil {
			return l, language.Decision{Name: "language", Value: l.Name, Why: want.Range.String()}, nil
		}
		diags.Errorf(want.Range, "unknown language %q", want.Value).Hint = suggest(want.Value)
		return nil, language.Decision{}, diags
	}
	var found []*language.Language
	var markers []string
	for _, l := range All {
		if m := l.Marker(p); m != "" {
			found = append(found, l)
			markers = append(markers, m)
		}
	}
	switch len(found) {
	case 1:
		return found[0], language.Decision{Name: "language", Value: found[0].Name, Why: markers[0]}, nil
	case 0:
		diags = append(diags, noLanguage(p))
	default:
		diags.Errorf(diag.Range{}, "found %s", diag.Quoted(markers)).Hint = fmt.Sprintf("say which it is: \"language: %s\"", found[0].Name)
	}
	return nil, language.Decision{}, diags
}

// Named returns the language of a name, nil when there is none.
func Named(name string) *language.Language {
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
func noLanguage(p *language.Project) diag.Diagnostic {
	var markers, firsts []string
	for _, l := range All {
		markers = append(markers, l.Markers...)
		firsts = append(firsts, l.Markers[0])
	}
	d := language.NoProject(p, markers)
	if !language.IsDir(p.FS, p.Dir()) {
		return d
	}
	d.Message = fmt.Sprintf("no %s in %s", language.Alternatives(append(firsts, "the like")), language.Where(p.Dir()))
	for _, l := range All {
		if m := l.MarkerAbove(p); m != "" {
			d.Hint = fmt.Sprintf("%s is above it: write \"language: %s\"", m, l.Name)
		}
	}
	return d
}
