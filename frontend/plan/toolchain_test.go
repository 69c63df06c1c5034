package plan

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestNeedsToolchain reports what only a toolchain can do, where the recipe has none.
func TestNeedsToolchain(t *testing.T) {
	made := &language.Language{Name: "made"}
	for text, want := range map[string]string{
		"build: {script: [[make]]}\n":    `stagefront.yaml:1:18: build.script needs a toolchain, and made has none; name an image as "toolchain"`,
		"build: {packages: [gettext]}\n": `stagefront.yaml:1:20: build.packages needs a toolchain, and made has none; name an image as "toolchain"`,
		"user: root\n":                   "",
	} {
		s := trial.Spec(t, text, spec.Request{})
		if got := needsToolchain(s, &language.Recipe{}, made).Error(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
		if got := needsToolchain(s, &language.Recipe{Toolchain: language.Toolchain{Ref: "debian:13"}}, made); got != nil {
			t.Errorf("%s: got %v with a toolchain", text, got)
		}
	}
}
