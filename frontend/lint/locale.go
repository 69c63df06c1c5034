package lint

import (
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/plan"
)

// locales are those that a C library has without any files.
var locales = []string{"", "C", "POSIX", "C.UTF-8", "C.utf8"}

// missingLocale finds variables that name a locale which neither distroless nor slim
// images have. What another image has is not known.
func missingLocale(in *Input, report func(diag.Range, string, ...any)) {
	if l := languageOf(in.Plan); l == nil || !l.Locales || plan.RuntimeOf(in.Spec).Kind == plan.Custom {
		return
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v, ok := in.Spec.Env.Get(name); ok && !slices.Contains(locales, v.Value) {
			report(v.Range, "the runtime has no locale %s, and programs that ask for it get that of ASCII alone, or an error; "+
				"write C.UTF-8, and tell the program its language", v.Value)
		}
	}
}
