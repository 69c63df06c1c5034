package golang

import (
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// ldflags returns the value of -ldflags: ours, then the spec's. The go command splits
// it at blanks, so items of a list that have some are quoted:
//
//	[-X, main.name=a b]  -s -w -buildid= -X 'main.name=a b'
func ldflags(want spec.Argv) string {
	flags := []string{"-s", "-w", "-buildid="}
	for _, f := range want.Items {
		quote := ""
		if want.List {
			quote, _ = quoteFor(f.Value)
		}
		flags = append(flags, quote+f.Value+quote)
	}
	return strings.Join(flags, " ")
}

// quoteFor returns what must stand around a flag, "" where nothing must, and whether
// the go command can be told it at all. It knows both quotes, at the beginning of a
// flag alone, and no way to write one inside of its like.
// https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies
func quoteFor(flag string) (quote string, ok bool) {
	switch {
	case flag != "" && !strings.ContainsAny(flag, " \t\n\r") && !strings.ContainsAny(flag[:1], `'"`):
		return "", true
	case !strings.Contains(flag, "'"):
		return "'", true
	}
	return `"`, !strings.Contains(flag, `"`)
}

// unquotable reports flags that the go command cannot be told.
func unquotable(want spec.Argv) (diags diag.List) {
	for _, f := range want.Items {
		if _, ok := quoteFor(f.Value); want.List && !ok {
			diags.Errorf(f.Range, "the go command cannot be given blanks beside both kinds of quotes in one flag: %s", f.Value).Hint =
				"leave out one of the three, or embed a file that build.script writes"
		}
	}
	return diags
}
