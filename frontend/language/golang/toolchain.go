package golang

import (
	"cmp"
	"go/version"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// chooseToolchain decides the image: the spec's toolchain, or the golang image of
// the spec's version, of .go-version, or of go.mod. A go line is a floor, so
// the newest patch of its minor is taken, and that of the default where the minor gets
// no fixes any more: Go keeps what older releases compiled. What people pin is taken
// exactly. https://go.dev/doc/go1compat
func chooseToolchain(p *language.Project, ws *workspace) (language.Toolchain, language.Decision, diag.List) {
	var diags diag.List
	if t, own := p.Toolchain(); own {
		return t, language.Decision{Name: "go", Value: "what the toolchain image has", Why: t.Range.String()}, nil
	}
	floor, declared := ws.declared()
	pinned, isPinned := pinnedRelease(p.FS, p.Dir())
	use := release{version: defaultVersion}
	exact, forward, why := "", "", ""
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
	case declared && floor.less(use):
		use.rng, why = floor.rng, "default; "+floor.rng.FileLine()+" asks for "+floor.version+" or newer"
	case declared:
		exact, use = floor.version, release{floor.minor(), floor.rng}
	}
	t := language.Toolchain{Ref: imageOf(use.version), Forward: forward, Version: use.version, Range: use.rng, Hint: noImage(use, floor)}
	if exact != "" && exact != use.version {
		t.Exact, t.Version, t.VersionEnv = imageOf(exact), exact, "GOLANG_VERSION"
		t.Older = func(have string) bool { return release{version: have}.less(release{version: exact}) }
	}
	return t, language.Decision{Name: "go", Value: use.version, Why: cmp.Or(why, use.why())}, diags
}

// covers reports whether images of version v hold at least w: a minor alone is its newest patch.
func (v release) covers(w release) bool {
	return !v.less(w) || v.version == w.minor()
}

// why returns what decided a version.
func (v release) why() string {
	if v.rng.IsZero() {
		return "default"
	}
	return v.rng.FileLine()
}

// noImage says what to do where a version has no image, for a project that asks for
// at least some version.
func noImage(use, floor release) string {
	const own = "\"toolchain\" takes an image of your own"
	other := release{version: defaultVersion}
	if use.version == other.version || !other.covers(floor) {
		return "is there such a version? " + own
	}
	return "is there such a version? There is \"version: " + other.version + "\"; " + own
}

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
