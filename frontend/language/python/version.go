package python

import (
	"fmt"
	"regexp"
	"strings"

	version "github.com/aquasecurity/go-pep440-version"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// minors are the minor versions that images are made of, the one that
// distroless has first, then the newest. https://devguide.python.org/versions/
var minors = []string{"3.13", "3.14", "3.12", "3.11", "3.10", "3.9"}

const (
	distrolessVersion = "3.13" // of python3-debian13
	oldestSupported   = "3.11" // the oldest minor with security fixes; 3.10 ended in October 2026
)

// release is the interpreter that a project gets.
type release struct {
	version string // as it is asked for: "3.13", "3.12.4"
	why     string
	rng     diag.Range
	pinned  bool // it is asked for, and not chosen from a range
}

func pinned(version string, rng diag.Range) release {
	return release{version, rng.FileLine(), rng, true}
}

// minor returns the version without its patch: "3.12".
func (v release) minor() string {
	parts := strings.SplitN(v.version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// endOfLife reports whether a version gets no security fixes any more.
func endOfLife(v string) (string, bool) {
	return oldestSupported, older(release{version: v}.minor(), oldestSupported)
}

func older(v, than string) bool {
	a, errA := version.Parse(v)
	b, errB := version.Parse(than)
	return errA == nil && errB == nil && a.LessThan(b)
}

var exactVersion = regexp.MustCompile(`^3\.\d+(\.\d+)?$`)

// versionOf decides the version: the spec's, what the project pins, then what
// its range allows. A custom runtime's interpreter decides before a range.
func versionOf(p *language.Project, m *manifest, runtime string) (release, diag.List) {
	var diags diag.List
	if v := p.Spec.Version; v.IsSet() {
		if !exactVersion.MatchString(v.Value) {
			diags.Errorf(v.Range, "got version %q, want one such as 3.13 or 3.12.4", v.Value)
		} else if r := m.requiresPython; r.Value != "" && !allows(r.Value, v.Value) {
			diags.Errorf(v.Range, "python %s is not what %s asks for: %s", v.Value, r.Range.FileLine(), r.Value).Hint = "remove \"version\", or change it"
		}
		return pinned(v.Value, v.Range), diags
	}
	if pin, more := pinOf(m); pin.version != "" || more.Err() != nil {
		return pin, more
	}
	r := m.requiresPython
	if exactVersion.MatchString(strings.TrimPrefix(r.Value, "==")) { // Pipfile's python_version, a pin in requires-python
		return pinned(strings.TrimPrefix(r.Value, "=="), r.Range), nil
	}
	candidates := minors
	if runtime != "" {
		candidates = []string{runtime}
	}
	for _, minor := range candidates {
		switch {
		case r.Value == "":
			return release{version: minor, why: "default"}, nil
		case allows(r.Value, minor):
			return release{version: minor, why: fmt.Sprintf("%s: %s", r.Range.FileLine(), r.Value), rng: r.Range}, nil
		}
	}
	diags.Errorf(r.Range, "no python of %s is %s", strings.Join(candidates, ", "), r.Value).Hint = "change the range, or name an image with \"toolchain\" and \"runtime\""
	return release{}, diags
}

// allows reports whether some release of a version, which may be a minor
// alone, is in a range: a PEP 440 specifier, or Poetry's own. What cannot be
// read allows everything.
func allows(specifier, v string) bool {
	for _, alternative := range strings.Split(specifier, "||") {
		set, err := version.NewSpecifiers(standardRange(strings.TrimSpace(alternative)))
		if err != nil {
			return true
		}
		tries := []string{v}
		if strings.Count(v, ".") == 1 {
			tries = nil
			for patch := range 50 {
				tries = append(tries, fmt.Sprintf("%s.%d", v, patch))
			}
		}
		for _, try := range tries {
			if parsed, err := version.Parse(try); err == nil && set.Check(parsed) {
				return true
			}
		}
	}
	return false
}

// standardRange writes Poetry's caret, tilde and bare versions as specifiers.
// https://python-poetry.org/docs/dependency-specification/
func standardRange(r string) string {
	var parts []string
	for _, part := range strings.FieldsFunc(r, func(c rune) bool { return c == ',' }) {
		part = strings.ReplaceAll(strings.TrimSpace(part), " ", "")
		switch {
		case part == "*":
			part = ">=3"
		case strings.HasPrefix(part, "^"):
			part = ">=" + part[1:] + ",<4"
		case strings.HasPrefix(part, "~") && !strings.HasPrefix(part, "~="):
			minor := release{version: part[1:]}.minor()
			part = ">=" + part[1:]
			if strings.Contains(minor, ".") {
				part += ",==" + minor + ".*"
			}
		case part != "" && part[0] >= '0' && part[0] <= '9':
			part = "==" + strings.TrimSuffix(part, ".*") + ".*"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

// pins are the files that pin a version.
var pins = []language.Pin{
	{File: ".python-version"},
	{File: ".tool-versions", Before: "python "},
	{File: "runtime.txt", Before: "python-"},
}

// pinOf returns the version that a file of the project pins; the zero one when
// none does.
func pinOf(m *manifest) (release, diag.List) {
	var diags diag.List
	if r := m.pipfile.Get("requires"); r != nil {
		for _, key := range []string{"python_full_version", "python_version"} {
			if v := r.Get(key); v != nil && exactVersion.MatchString(v.Text()) {
				return pinned(v.Text(), v.Range), nil
			}
		}
	}
	pin := language.Pinned(m.fsys, pins, m.dir)
	if pin.Value == "" {
		return release{}, nil
	}
	word := strings.TrimPrefix(strings.TrimPrefix(pin.Value, "cpython-"), "cpython@")
	if !exactVersion.MatchString(word) {
		diags.Errorf(pin.Range, "got python %q, want a version such as 3.13", word).Hint =
			"only CPython 3 is built for; \"version\" in the spec overrides the file"
		return release{}, diags
	}
	return pinned(word, pin.Range), nil
}

// toolchainOf returns the image of a version: what the spec names, else the
// official one, on the newest Debian that it is built for.
// https://github.com/docker-library/python
func toolchainOf(p *language.Project, v release) language.Toolchain {
	if t, own := p.Toolchain(); own {
		return t
	}
	t := language.Toolchain{Ref: imageOf(v.version), Version: v.version, Range: v.rng,
		Hint: "write \"version\" in the spec, or the pin, as one that has an image, such as " + minors[0] + ", or name an image of your own by \"toolchain\""}
	if v.minor() != v.version {
		t.Forward = imageOf(v.minor())
	}
	return t
}

func imageOf(v string) string { return "python:" + v + "-slim-trixie" }
