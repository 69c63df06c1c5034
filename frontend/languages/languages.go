// Package languages lists the languages and finds out which one a project is of.
package languages

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/language/golang"
	"github.com/stagefront/stagefront/frontend/language/java"
	"github.com/stagefront/stagefront/frontend/language/node"
	"github.com/stagefront/stagefront/frontend/language/python"
	"github.com/stagefront/stagefront/frontend/language/rust"
	"github.com/stagefront/stagefront/frontend/language/static"
	"github.com/stagefront/stagefront/frontend/spec"
)

// All is every language, in the order in which they are asked about a project.
var All = []*language.Language{
	&golang.Language, &python.Language, &java.Language, &rust.Language, &node.Language, &static.Language,
}

// Detect returns the language of a project: the one that the spec names, else
// the only one whose markers are there. It returns nil with an error in the list.
func Detect(p *language.Project) (*language.Language, language.Decision, diag.List) {
	var diags diag.List
	if want := p.Spec.Language; want.IsSet() {
		if l := Named(want.Value); l != nil {
			return l, language.Decision{Name: "language", Value: l.Name, Why: want.Range.String()}, nil
		}
		return nil, language.Decision{}, Unknown(want)
	}
	found := markedBy(p)
	switch len(found.languages) {
	case 1:
		l := found.languages[0]
		return l, language.Decision{Name: "language", Value: l.Name, Why: found.markers[0]}, nil
	case 0:
		diags = append(diags, noLanguage(p))
	default:
		diags.Errorf(diag.Range{}, "found %s", diag.Quoted(found.markers)).Hint =
			fmt.Sprintf("say which it is: \"language: %s\"", found.languages[0].Name)
	}
	return nil, language.Decision{}, diags
}

// Unknown reports those of what a spec has as its language that there are none of.
func Unknown(wanted ...spec.Text) (diags diag.List) {
	for _, want := range wanted {
		if Named(want.Value) == nil {
			diags.Errorf(want.Range, "unknown language %q", want.Value).Hint = suggest(want.Value)
		}
	}
	return diags
}

// marks are the languages that a directory has markers of, with the first of each.
type marks struct {
	languages []*language.Language
	markers   []string
}

// markedBy returns the languages that the project's directory has markers of. They are
// looked for once a build.
func markedBy(p *language.Project) marks {
	found, _ := language.Once(p.Memo, p.Dir(), func() (found marks, _ diag.List) {
		for _, l := range All {
			if m := l.Marker(p); m != "" {
				found.languages = append(found.languages, l)
				found.markers = append(found.markers, m)
			}
		}
		return found, nil
	})
	return found
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
		if len(l.Markers) > 0 {
			firsts = append(firsts, l.Markers[0])
		}
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
