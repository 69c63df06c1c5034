package python

import (
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// specServer returns the server that the spec names for an application.
func (f *finder) specServer(a application) (*server, requirement) {
	want := f.p.Spec.Build.Server
	name := normal(requirementName.FindString(want.Value))
	var names []string
	for _, s := range knownServers {
		if s.name == name && (a.kind == "" || slices.Contains(s.interfaces, a.kind)) {
			if r, ok := f.m.declares(f.groups, name); ok {
				return s, r
			}
			return s, requirement{name: name, text: want.Value, rng: want.Range}
		}
		if a.kind == "" || slices.Contains(s.interfaces, a.kind) {
			names = append(names, s.name)
		}
	}
	d := f.diags.Errorf(want.Range, "got server %q, want %s, which run %s", want.Value, language.Alternatives(names), a)
	d.Hint = diag.DidYouMean(name, names)
	return nil, requirement{}
}

// added returns the requirement that the spec adds to those of the project: the server,
// unless the project declares it. "" for none.
func (y *project) added() string {
	want := y.Spec.Build.Server
	if _, ok := y.m.declares(y.groups, normal(requirementName.FindString(want.Value))); ok {
		return ""
	}
	return want.Value
}

// unpinned warns of a server that the spec adds without its version.
func (y *project) unpinned() (diags diag.List) {
	if want := y.added(); want != "" && !strings.Contains(want, "==") {
		d := diags.Warnf(y.Spec.Build.Server.Range, "%s has no version, so the next build may install another", want)
		d.Rule, d.Hint = "MissingLock", "write its version: \""+want+"==<version>\""
	}
	return diags
}
