package plan

import (
	"fmt"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Runtime is what the program will run on.
type Runtime struct {
	Kind     RuntimeKind
	Ref      string   // of a custom image
	Debug    bool     // distroless with a shell
	Variants []string // of distroless, smallest first; one holds the program
	Range    diag.Range
}

// of returns the runtime for a recipe. What distroless has no variant for gets
// the image that the recipe names, whose layout must be asked for.
func (r Runtime) of(recipe *language.Recipe) Runtime {
	for _, x := range recipe.Runtimes {
		switch {
		case r.Kind != Distroless:
		case x.Ref != "":
			return Runtime{Kind: Custom, Ref: x.Ref, Range: r.Range}
		default:
			r.Variants = append(r.Variants, x.Variant)
		}
	}
	return r
}

// lacksInterpreter reports a scratch image for a program that an interpreter runs.
func lacksInterpreter(r Runtime, lang *language.Language) (diags diag.List) {
	if r.Kind == Scratch && lang.Interpreter != "" {
		diags.Errorf(r.Range, "scratch has no %s to run the program with", lang.Interpreter).Hint =
			"leave \"runtime\" out for distroless, or take an image that has it"
	}
	return diags
}

// RuntimeKind tells the runtimes apart whose layout we know.
type RuntimeKind string

const (
	Distroless RuntimeKind = spec.Distroless
	Scratch    RuntimeKind = spec.Scratch
	Custom     RuntimeKind = "custom"
)

// RuntimeOf returns the runtime that a spec asks for.
func RuntimeOf(s *spec.Spec) Runtime {
	r := Runtime{Kind: Custom, Ref: s.Runtime.Value, Range: s.Runtime.Range}
	switch s.RuntimeWord() {
	case spec.Distroless:
		r = Runtime{Kind: Distroless, Range: s.Runtime.Range}
	case spec.DistrolessDebug:
		r = Runtime{Kind: Distroless, Debug: true, Range: s.Runtime.Range}
	case spec.Scratch:
		r = Runtime{Kind: Scratch, Range: s.Runtime.Range}
	}
	return r
}

// DistrolessRef returns the image of a distroless variant on Debian 13. Its
// tags are moved when packages are updated; versions have none.
// https://github.com/GoogleContainerTools/distroless#what-images-are-available
func DistrolessRef(variant string, debug bool) string {
	tag := "nonroot"
	if debug {
		tag = "debug-nonroot"
	}
	return "gcr.io/distroless/" + variant + "-debian13:" + tag
}

// Lacking returns the problem that the runtime's image cannot be had, at its place
// in the spec, with what may have been meant.
func (r Runtime) Lacking(err error) (diags diag.List) {
	diags.Errorf(r.Range, "no runtime: %v", err).Hint = r.hint()
	return diags
}

// hint says what may have been meant by a runtime that does not exist.
func (r Runtime) hint() string {
	if r.Kind == Distroless && len(r.Variants) > 0 && r.Variants[0] != "static" {
		return "an image as \"runtime\" may have it"
	}
	if r.Kind == Distroless {
		return "another \"runtime\" may have it: scratch, or an image"
	}
	name, _, _ := strings.Cut(r.Ref, ":")
	if strings.HasPrefix(name, spec.Distroless) {
		name = spec.Distroless
	}
	switch near, _ := diag.Nearest(name, []string{spec.Distroless, spec.Scratch}); near {
	case spec.Distroless:
		return fmt.Sprintf("there are %q and %q", spec.Distroless, spec.DistrolessDebug)
	case spec.Scratch:
		return fmt.Sprintf("did you mean %q?", spec.Scratch)
	}
	return ""
}
