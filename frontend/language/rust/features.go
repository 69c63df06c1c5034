package rust

import (
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// cutDep returns the dependency that a feature turns on by "dep:NAME".
func cutDep(feature string) (key string, ok bool) { return strings.CutPrefix(feature, "dep:") }

// featuresOf returns the features that a spec asks for; blanks and commas separate them
// in one text, as cargo has it.
func featuresOf(s *spec.Spec) (names spec.Texts) {
	for _, t := range s.Build.Features {
		for _, name := range strings.FieldsFunc(t.Value, func(r rune) bool { return r == ',' || r == ' ' }) {
			names = append(names, spec.Text{Value: name, Range: t.Range})
		}
	}
	return names
}

// asked returns the names of the features that a spec turns on, the default ones too
// where it leaves them.
func asked(s *spec.Spec) []string {
	names := featuresOf(s).Values()
	if s.Build.DefaultFeatures.Or(true) {
		names = append(names, "default")
	}
	return names
}

// unknownFeatures reports features that the program's package does not have. Those of
// its dependencies are cargo's to tell.
func unknownFeatures(s *spec.Spec, c *crate) (diags diag.List) {
	known := c.features()
	for _, f := range featuresOf(s) {
		if strings.Contains(f.Value, "/") || slices.Contains(known, f.Value) {
			continue
		}
		d := diags.Errorf(f.Range, "%s has no feature %q", c.name, f.Value)
		if d.Hint = diag.DidYouMean(f.Value, known); d.Hint == "" {
			d.Hint = "it has " + diag.Quoted(known[:min(len(known), 10)])
		}
	}
	return diags
}

// lacking returns the features that a target needs and a spec does not turn on.
func (t target) lacking(s *spec.Spec, c *crate) (names []string) {
	on := c.enabled(asked(s))
	for _, f := range t.required {
		if !on[f] && !strings.Contains(f, "/") {
			names = append(names, f)
		}
	}
	return names
}

// featureFlags returns the flags by which cargo is told the features.
func featureFlags(s *spec.Spec) (flags []string) {
	if names := featuresOf(s).Values(); len(names) > 0 {
		flags = append(flags, "--features="+strings.Join(names, ","))
	}
	if !s.Build.DefaultFeatures.Or(true) {
		flags = append(flags, "--no-default-features")
	}
	return flags
}
