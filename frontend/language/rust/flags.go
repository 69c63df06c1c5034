package rust

import (
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// ours are flags of cargo that the recipe gives itself, or that would have cargo leave
// the program where nobody looks for it, each with what a spec says instead.
var ours = []struct {
	flags []string
	hint  string
}{
	{[]string{"--release", "-r"}, `remove it: release is the profile where "build.profile" names no other`},
	{[]string{"--profile"}, `write "build: {profile: NAME}"`},
	{[]string{"--target"}, `what is built for is said by --platform, and musl by "build: {static: true}"`},
	{[]string{"--target-dir", "--artifact-dir", "--out-dir"}, "remove it: the program is taken from where the recipe has cargo leave it"},
	{[]string{"--manifest-path"}, `write "project: DIRECTORY", or the package as "entrypoint"`},
}

// refusedFlags reports flags of a spec that are the recipe's to give: cargo takes most of
// them once alone.
func refusedFlags(s *spec.Spec) (diags diag.List) {
	for _, t := range s.Build.Flags {
		name, _, _ := strings.Cut(t.Value, "=")
		for _, o := range ours {
			if slices.Contains(o.flags, name) {
				diags.Errorf(t.Range, "%s is not for build.flags", name).Hint = o.hint
			}
		}
		if strings.HasPrefix(t.Value, "+") {
			diags.Errorf(t.Range, "%q asks rustup for a toolchain", t.Value).Hint = `write "version", or an image as "toolchain"`
		}
	}
	return diags
}
