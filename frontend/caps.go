package frontend

import (
	"fmt"
	"slices"
	"strings"
)

// Caps are what this frontend understands beyond the oldest protocol. The
// image says the same in its label moby.buildkit.frontend.caps.
var Caps = []string{
	"moby.buildkit.frontend.inputs",
	"moby.buildkit.frontend.subrequests",
	"moby.buildkit.frontend.contexts",
	"moby.buildkit.frontend.gitquerystring",
	"moby.buildkit.frontend.contexts.zstd",
}

// checkCaps returns an error when a client wants, in a comma-separated list,
// what this frontend does not understand.
func checkCaps(want string) error {
	for _, c := range strings.Split(want, ",") {
		name, _, _ := strings.Cut(c, "+")
		if name != "" && !slices.Contains(Caps, name) {
			return fmt.Errorf("the client wants %q, which this frontend does not support: use a newer org/stagefront", name)
		}
	}
	return nil
}
