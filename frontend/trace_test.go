package frontend

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestTrace tells what the gateway was asked for where that is asked for, and nothing
// of it where it is not.
func TestTrace(t *testing.T) {
	for _, asked := range []string{"", "1"} {
		g := gateway.New(t, "language: go\n")
		if asked != "" {
			g.Opts["build-arg:STAGEFRONT_TRACE"] = asked
		}
		if _, err := Build(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		var told string
		for _, w := range g.Warnings {
			if strings.HasPrefix(w.Text, "STAGEFRONT_TRACE: ") && len(w.Detail) == 1 {
				told = string(w.Detail[0])
			} else {
				t.Errorf("got the warning %q", w.Text)
			}
		}
		for _, want := range []string{
			"solve   the spec", "read    go.mod", "resolve golang:1.26-trixie", `solve   \[go linux/arm64\] compile \.`,
		} {
			line := regexp.MustCompile(`(?m)^ *\+\d+\.\d ms +\d+\.\d ms  ` + want + `$`)
			if line.MatchString(told) != (asked != "") {
				t.Errorf("asked %q, got %s", asked, told)
			}
		}
	}
}
