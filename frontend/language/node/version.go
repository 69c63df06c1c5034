package node

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	npm "github.com/aquasecurity/go-npm-version/pkg"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/json"
	"github.com/stagefront/stagefront/frontend/language"
)

// Majors that images are made of, what is chosen first: those of distroless, the
// newest long-term one before others, then what has an official image alone.
// https://github.com/nodejs/release#release-schedule
var (
	distrolessMajors = []int{26, 24, 22}
	otherMajors      = []int{25, 23, 21, 20, 19, 18, 16}
)

const (
	defaultMajor    = 26 // the newest long-term release that distroless has
	oldestSupported = 22 // the oldest with security fixes; 20 ended in April 2026
	oldestTrixie    = 20 // official images of older ones end with Debian 12
)

// codenames are the long-term releases as nvm knows them.
var codenames = map[string]int{"gallium": 16, "hydrogen": 18, "iron": 20, "jod": 22, "krypton": 24}

// release is the Node that a project gets.
type release struct {
	version string // as it is asked for: "24", "24.9.0"
	why     string
	rng     diag.Range
}

func (r release) major() int {
	first, _, _ := strings.Cut(r.version, ".")
	n, _ := strconv.Atoi(first)
	return n
}

// distroless reports whether distroless has the version.
func (r release) distroless() bool { return slices.Contains(distrolessMajors, r.major()) }

// stripsTypes reports whether Node runs TypeScript by leaving types out.
// https://nodejs.org/api/typescript.html
func (r release) stripsTypes() bool { return r.major() > 22 || r.version == "22" || r.after(22, 18) }

func (r release) after(major, minor int) bool {
	parts := strings.Split(r.version, ".")
	if len(parts) < 2 || r.major() != major {
		return false
	}
	n, _ := strconv.Atoi(parts[1])
	return n >= minor
}

// endOfLife reports whether a version gets no security fixes any more.
func endOfLife(v string) (string, bool) {
	return strconv.Itoa(oldestSupported), release{version: v}.major() < oldestSupported
}

// openEnd is what says that any release will do: 22.x.
var openEnd = regexp.MustCompile(`(\.[x*])+$`)

var exactVersion = regexp.MustCompile(`^v?(\d+)(\.\d+){0,2}$`)

// versionOf decides the version: the spec's, what files pin, what the manifest
// pins, then what its range allows. What a custom runtime has decides before a range.
func versionOf(p *language.Project, m *manifest, ws *workspace, runtime string) (release, diag.List) {
	var diags diag.List
	if v := p.Spec.Version; v.IsSet() {
		r, ok := word(v.Value)
		if !ok {
			diags.Errorf(v.Range, "got version %q, want one such as 24 or 24.9.0", v.Value)
			return release{}, diags
		}
		return release{version: r, why: v.Range.FileLine(), rng: v.Range}, nil
	}
	if pin := pinned(p, ws); pin.Value != "" {
		if r, ok := word(pin.Value); ok {
			return release{version: r, why: pin.Range.FileLine(), rng: pin.Range}, nil
		}
		diags.Errorf(pin.Range, "got node %q, want a version such as 24 or lts/*", pin.Value).Hint =
			"\"version\" in the spec overrides the file"
		return release{}, diags
	}
	ranges := declared(m, ws.manifest)
	for _, r := range ranges {
		if v, ok := word(strings.TrimPrefix(r.Value, "=")); ok && strings.Contains(v, ".") {
			return release{version: v, why: r.Range.FileLine(), rng: r.Range}, nil
		}
	}
	return chosen(ranges, runtime)
}

// pins are the files that pin a version, in the order in which they are asked.
var pins = []language.Pin{{File: ".nvmrc"}, {File: ".node-version"}, {File: ".tool-versions", Before: "nodejs "}, {File: ".tool-versions", Before: "node "}}

// pinned returns the version that files of a project pin.
func pinned(p *language.Project, ws *workspace) diag.Text {
	for _, dir := range dirs(p, ws) {
		there := files(p.FS, dir)
		some := slices.DeleteFunc(slices.Clone(pins), func(f language.Pin) bool { return !there[f.File] })
		if pin := language.Pinned(p.FS, some, dir); pin.Value != "" {
			return pin
		}
	}
	return diag.Text{}
}

// dirs are the directories that files of a project are in: its own, and the root
// of its workspace.
func dirs(p *language.Project, ws *workspace) []string {
	if ws.root == p.Dir() {
		return []string{p.Dir()}
	}
	return []string{p.Dir(), ws.root}
}

// word returns the version that a pin's word stands for.
func word(w string) (string, bool) {
	w = strings.ToLower(strings.TrimSpace(w))
	w = openEnd.ReplaceAllString(w, "")
	switch {
	case exactVersion.MatchString(w):
		return strings.TrimPrefix(w, "v"), true
	case w == "node", w == "latest", w == "stable", w == "current", w == "lts", w == "lts/*", w == "--lts":
		return strconv.Itoa(defaultMajor), true
	}
	name, ok := strings.CutPrefix(w, "lts/")
	major := codenames[name]
	return strconv.Itoa(major), ok && major > 0
}

// declared returns what manifests say of Node's version, the first that counts:
// pins of volta, then ranges. https://docs.volta.sh/guide/understanding
func declared(manifests ...*manifest) (all []diag.Text) {
	for _, m := range manifests {
		if m == nil {
			continue
		}
		runtimes := []*json.Value{m.Get("devEngines", "runtime")}
		if items := m.Get("devEngines", "runtime"); items != nil && len(items.Items) > 0 {
			runtimes = items.Items
		}
		if v := m.Get("volta", "node").Placed(); v.Value != "" {
			all = append(all, v)
		}
		for _, r := range runtimes {
			if v := r.Get("version").Placed(); v.Value != "" && r.Get("name").Text() == "node" {
				all = append(all, v)
			}
		}
		if v := m.Get("engines", "node").Placed(); v.Value != "" {
			all = append(all, v)
		}
	}
	return all
}

// chosen returns the first version that the first of some ranges allows. A range
// that cannot be read allows everything.
func chosen(ranges []diag.Text, runtime string) (release, diag.List) {
	var diags diag.List
	candidates := slices.Concat(distrolessMajors, otherMajors)
	if runtime != "" {
		n, _ := strconv.Atoi(runtime)
		candidates = []int{n}
	}
	for _, major := range candidates {
		switch {
		case len(ranges) == 0:
			return release{version: strconv.Itoa(major), why: "default"}, nil
		case allows(ranges[0].Value, major):
			r := ranges[0]
			return release{version: strconv.Itoa(major), why: fmt.Sprintf("%s: %s", r.Range.FileLine(), r.Value), rng: r.Range}, nil
		}
	}
	r := ranges[0]
	diags.Errorf(r.Range, "no node of %s is %s", majors(candidates), r.Value).Hint =
		"change the range, write \"version\", or name images with \"toolchain\" and \"runtime\""
	return release{}, diags
}

func majors(list []int) string {
	var words []string
	for _, n := range list {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, ", ")
}

// hyphenated is a range from one version to another, as npm reads it: 22 - 24.
var hyphenated = regexp.MustCompile(`([\w.*+-]+)\s+-\s+([\w.*+-]+)`)

// allows reports whether a range allows the newest release of a major, which is
// what its images have.
func allows(want string, major int) bool {
	c, err := npm.NewConstraints(hyphenated.ReplaceAllString(want, ">=$1 <=$2"))
	if err != nil {
		return true
	}
	newest, err := npm.NewVersion(fmt.Sprintf("%d.999.999", major))
	return err == nil && c.Check(newest)
}

// toolchainOf returns the image of a version: what the spec names, else the
// official one. https://github.com/nodejs/docker-node
func toolchainOf(p *language.Project, v release) language.Toolchain {
	if t := p.Spec.Toolchain; t.IsSet() {
		return language.Toolchain{Ref: t.Value, Range: t.Range}
	}
	t := language.Toolchain{
		Ref: imageOf(v.version), Version: v.version, Range: v.rng,
		Hint: "is there such a version? Set \"version\" to one that has an image, or \"toolchain\" to an image of your own",
	}
	if major := strconv.Itoa(v.major()); major != v.version {
		t.Forward = imageOf(major)
	}
	return t
}

func imageOf(version string) string {
	suite := "trixie"
	if (release{version: version}).major() < oldestTrixie {
		suite = "bookworm"
	}
	return "node:" + version + "-" + suite + "-slim"
}
