package rust

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

// defaultVersion builds projects that ask for no version. It is the newest that
// everything here was seen to work with.
const defaultVersion = "1.97"

// release is a version of Rust that something asks for.
type release struct {
	version string // "1.85" or "1.85.1"
	rng     diag.Range
	exact   bool // to be taken as it is, not as the least
}

// less reports whether r is older than o. A minor is its newest patch.
func (r release) less(o release) bool {
	if r.minor() == o.minor() {
		return r.version != r.minor() && o.version != o.minor() && semver.Compare("v"+r.version, "v"+o.version) < 0
	}
	return semver.Compare("v"+r.minor(), "v"+o.minor()) < 0
}

// minor returns "1.85" for "1.85.1".
func (r release) minor() string { return strings.TrimPrefix(semver.MajorMinor("v"+r.version), "v") }

var number = regexp.MustCompile(`^1\.[0-9]+(\.[0-9]+)?$`)

// floor returns the newest version that the packages ask for at least: by
// rust-version, or by their edition.
// https://doc.rust-lang.org/cargo/reference/rust-version.html
func (ws *workspace) floor() (least release) {
	for _, c := range ws.crates {
		v := c.get("rust-version")
		asked := []release{{version: strings.TrimSuffix(v.Text(), ".0"), rng: v.Place()}}
		if e := c.get("edition"); editions[e.Text()] != "" {
			asked = append(asked, release{version: editions[e.Text()], rng: e.Place()})
		}
		for _, r := range asked {
			if number.MatchString(r.version) && (least.version == "" || least.less(r)) {
				least = r
			}
		}
	}
	return least
}

// editions are the versions that know an edition first.
var editions = map[string]string{"2021": "1.56", "2024": "1.85"}

// channel returns what a toolchain file asks for, of the project or of a directory that
// it is in: in TOML, or as the one line of old.
// https://rust-lang.github.io/rustup/overrides.html#the-toolchain-file
func channel(p *language.Project) (asked diag.Text, diags diag.List) {
	for dir := range language.Parents(p.Dir()) {
		for _, name := range []string{"rust-toolchain", "rust-toolchain.toml"} {
			file := path.Join(dir, name)
			if !language.IsFile(p.FS, file) {
				continue
			}
			src, _ := language.ReadSource(p.FS, file)
			if src == nil {
				continue
			}
			line := strings.TrimSpace(string(src.Data))
			if name == "rust-toolchain" && !strings.ContainsAny(line, "[\n") {
				return diag.Text{Value: line, Range: src.Line(1)}, nil
			}
			root, more := toml.Parse(src)
			if root == nil {
				return diag.Text{}, more
			}
			c := root.Get("toolchain", "channel")
			if at := root.Get("toolchain", "path"); at != nil {
				diags.Errorf(at.Place(), "the toolchain is a directory, %q", at.Text()).Hint = "name an image that has it as \"toolchain\" in the spec"
			}
			return diag.Text{Value: c.Text(), Range: c.Place()}, diags
		}
	}
	return diag.Text{}, nil
}

// pinned returns the version that a toolchain file asks for.
func pinned(p *language.Project) (release, diag.List) {
	asked, diags := channel(p)
	if asked.Value == "" || diags.Failed() {
		return release{}, diags
	}
	word, _, _ := strings.Cut(asked.Value, "-")
	switch {
	case number.MatchString(word):
		return release{version: word, rng: asked.Range, exact: true}, diags
	case word == "stable":
		return release{version: defaultVersion, rng: asked.Range}, diags
	}
	what := fmt.Sprintf("got the toolchain %q, want a version such as %s", asked.Value, defaultVersion)
	if word == "nightly" || word == "beta" {
		what = fmt.Sprintf("there is no image of %s", asked.Value)
	}
	diags.Errorf(asked.Range, "%s", what).Hint = fmt.Sprintf(
		"write \"version: %s\" where a release will do, or name an image that has it as \"toolchain\"", defaultVersion)
	return release{}, diags
}

// chooseToolchain decides the image: the spec's toolchain, or the rust image of the
// spec's version, of a toolchain file, or of the least version that the packages ask
// for where that is newer than ours.
func chooseToolchain(p *language.Project, ws *workspace) (language.Toolchain, language.Decision, diag.List) {
	if t := p.Spec.Toolchain; t.IsSet() {
		d := language.Decision{Name: "rust", Value: "what the toolchain image has", Why: t.Range.String()}
		return language.Toolchain{Ref: t.Value, Range: t.Range}, d, nil
	}
	use, diags := choose(p, ws)
	if diags.Failed() {
		return language.Toolchain{}, language.Decision{}, diags
	}
	t := language.Toolchain{Ref: imageOf(use.version), Version: use.version, Range: use.rng, Hint: noImage}
	if use.minor() != use.version {
		t.Forward = imageOf(use.minor())
	}
	why := "default"
	if !use.rng.IsZero() {
		why = use.rng.FileLine()
	}
	return t, language.Decision{Name: "rust", Value: use.version, Why: why}, diags
}

func choose(p *language.Project, ws *workspace) (use release, diags diag.List) {
	least := ws.floor()
	use = release{version: defaultVersion}
	if v := p.Spec.Version; v.IsSet() {
		use = release{version: v.Value, rng: v.Range, exact: true}
		if v.Value == "stable" {
			use.version = defaultVersion
		}
		if !number.MatchString(use.version) {
			diags.Errorf(v.Range, "got version %q, want one such as %s", v.Value, defaultVersion)
			return use, diags
		}
	} else if file, more := pinned(p); file.version != "" || more.Failed() {
		use, diags = file, more
	}
	switch {
	case diags.Failed() || least.version == "" || !use.less(least):
	case use.exact:
		diags.Errorf(use.rng, "rust %s is older than %s, which %s asks for",
			use.version, least.version, least.rng.FileLine()).Hint = "raise it"
	default:
		use = least
	}
	return use, diags
}

const noImage = "is there such a version? Set \"version\" to one that has an image, or \"toolchain\" to an image of your own"

// imageOf returns the official image of a version, on the newest Debian that it is
// built for; trixie images begin with 1.89. The slim one has a C compiler and no
// libraries, so that what packages find there is the same for every target.
// https://github.com/rust-lang/docker-rust
func imageOf(v string) string {
	suite := "trixie"
	if (release{version: v}).less(release{version: "1.89"}) {
		suite = "bookworm"
	}
	return "rust:" + v + "-slim-" + suite
}
