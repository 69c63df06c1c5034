package golang

import (
	"go/version"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// chooseToolchain decides the image: the spec's toolchain, or the golang image of
// the spec's version, of .go-version, or of go.mod. A go line is a floor, so
// the newest patch of its minor is taken; what people pin is taken exactly.
func chooseToolchain(p *language.Project, ws *workspace) (language.Toolchain, language.Decision, diag.List) {
	var diags diag.List
	if t, own := p.Toolchain(); own {
		return t, language.Decision{Name: "go", Value: "what the toolchain image has", Why: t.Range.String()}, nil
	}
	floor, declared := ws.declared()
	pinned, isPinned := pinnedRelease(p.FS, p.Dir())
	use := release{version: defaultVersion}
	exact, forward := "", ""
	switch v := p.Spec.Version; {
	case v.IsSet():
		use = release{strings.TrimPrefix(v.Value, "go"), v.Range}
		if !version.IsValid("go"+use.version) || version.Lang("go"+use.version) == "go1" {
			diags.Errorf(v.Range, "got version %q, want one such as 1.26 or 1.26.3", v.Value)
			return language.Toolchain{}, language.Decision{}, diags
		}
		if declared && !use.covers(floor) {
			diags.Errorf(v.Range, "go %s is older than go %s, which %s asks for", use.version, floor.version, floor.rng.FileLine()).Hint =
				"remove \"version\", or raise it"
		}
	case isPinned && (!declared || pinned.covers(floor)):
		use = pinned
		if pinned.minor() != pinned.version {
			forward = imageOf(pinned.minor())
		}
	case declared:
		exact, use = floor.version, release{floor.minor(), floor.rng}
	}
	t := language.Toolchain{Ref: imageOf(use.version), Forward: forward, Version: use.version, Range: use.rng, Hint: noImage}
	if exact != "" && exact != use.version {
		t.Exact, t.Version, t.VersionEnv = imageOf(exact), exact, "GOLANG_VERSION"
		t.Older = func(have string) bool { return release{version: have}.less(release{version: exact}) }
	}
	why := "default"
	if !use.rng.IsZero() {
		why = use.rng.FileLine()
	}
	return t, language.Decision{Name: "go", Value: use.version, Why: why}, diags
}

// covers reports whether images of version v hold at least w: a minor alone is its newest patch.
func (v release) covers(w release) bool {
	return !v.less(w) || v.version == w.minor()
}

const noImage = "is there such a version? Set \"version\" to one that has an image, or \"toolchain\" to an image of your own"

// imageOf returns the official image of a version, on the newest Debian that
// it is built for; trixie images begin with 1.24.
// https://github.com/docker-library/golang
func imageOf(v string) string {
	suite := "trixie"
	if version.Compare("go"+v, "go1.24") < 0 {
		suite = "bookworm"
	}
	return "golang:" + v + "-" + suite
}
