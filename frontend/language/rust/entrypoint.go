package rust

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// entrypoint is the program that is built.
type entrypoint struct {
	crate   *crate // nil where a dependency provides it
	target  target // its name is "" where only the dependency knows its programs
	pkg     string // as cargo is told which package is meant
	program string // its name in the image
	what    string // for people
	why     string
	rng     diag.Range
}

// finder looks for the program of a project.
type finder struct {
	*language.Project
	ws   *workspace
	lock *lock
}

// candidate is a program of the project.
type candidate struct {
	crate  *crate
	target target
}

// entry returns the program that the spec names, or the only candidate.
func (f *finder) entry() (*entrypoint, diag.List) {
	if !f.Spec.Entrypoint.IsSet() {
		return f.only()
	}
	text := f.Spec.Entrypoint.Items[0]
	for _, find := range []func(spec.Text) (*entrypoint, diag.List){f.byFile, f.byName, f.byPackage, f.ofDependency} {
		if e, diags := find(text); e != nil || diags.Failed() {
			return e, diags
		}
	}
	return nil, f.notFound(text)
}

// made returns the entrypoint that is a candidate.
func (f *finder) made(c candidate, why string, rng diag.Range) (*entrypoint, diag.List) {
	var diags diag.List
	if lacking := c.target.lacking(f.Spec, c.crate); len(lacking) > 0 {
		diags.Errorf(rng, "%s is made with the features %s alone", c.target.name, diag.Quoted(lacking)).Hint =
			fmt.Sprintf("write \"build: {features: [%s]}\"", strings.Join(lacking, ", "))
		return nil, diags
	}
	return &entrypoint{
		crate: c.crate, target: c.target, program: c.target.name, what: f.called(c), why: why, rng: rng,
		pkg: f.lock.spec(c.crate.name, c.crate.version),
	}, diags
}

// called returns how people tell a candidate from others.
func (f *finder) called(c candidate) string {
	if c.crate.dir == f.Dir() || c.crate.name == c.target.name {
		return c.target.name
	}
	return c.crate.name + "/" + c.target.name
}

// candidates returns the programs of some packages.
func (f *finder) candidates(crates []*crate, k kind) (all []candidate) {
	for _, c := range crates {
		for _, t := range c.targets(f.FS, k) {
			if t.name != "" {
				all = append(all, candidate{c, t})
			}
		}
	}
	return all
}

// scope returns the packages whose programs are meant where nothing is said: the
// project's own, else those that cargo builds unasked in its workspace.
func (f *finder) scope() []*crate {
	own := f.ws.crate(f.Dir())
	if own != nil && (f.Dir() != f.ws.dir || len(own.targets(f.FS, bin)) > 0) {
		return []*crate{own}
	}
	var members []*crate
	for _, c := range f.ws.crates {
		if c.member && (len(f.ws.defaults) == 0 || slices.Contains(f.ws.defaults, c.dir)) {
			members = append(members, c)
		}
	}
	return members
}

// only returns the only program of the project: what its package says is run by
// default, else the only one that the features allow.
func (f *finder) only() (*entrypoint, diag.List) {
	all := f.candidates(f.scope(), bin)
	why := "the only program"
	if v := f.defaultRun(); v.Value != "" {
		all = slices.DeleteFunc(all, func(c candidate) bool { return c.target.name != v.Value })
		why = v.Range.FileLine()
	}
	able := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return len(c.target.lacking(f.Spec, c.crate)) > 0 })
	switch {
	case len(able) == 1:
		return f.made(able[0], why, diag.Range{})
	case len(all) == 1:
		return f.made(all[0], why, diag.Range{})
	case len(all) == 0:
		return nil, f.none()
	case len(able) == 0:
		able = all
	}
	return nil, f.several(able, diag.Range{})
}

// defaultRun returns the program that a package says is run by default, the only one of
// those whose programs are meant that says so.
func (f *finder) defaultRun() (said diag.Text) {
	for _, c := range f.scope() {
		v := c.root.Get("package", "default-run")
		switch {
		case v.Text() == "":
		case said.Value != "":
			return diag.Text{}
		default:
			said = diag.Text{Value: v.Text(), Range: v.Place()}
		}
	}
	return said
}

// none says that the project has no program.
func (f *finder) none() (diags diag.List) {
	d := diags.Errorf(diag.Range{}, "no program in %s", language.Where(f.Dir()))
	d.Hint = "a container runs a program: src/main.rs, or a [[bin]] of Cargo.toml"
	if examples := f.candidates(f.scope(), example); len(examples) > 0 {
		d.Hint = fmt.Sprintf("it has examples: write \"entrypoint: %s\"", examples[0].target.name)
	}
	return diags
}

// several says that there are several candidates.
func (f *finder) several(all []candidate, at diag.Range) (diags diag.List) {
	var names []string
	for _, c := range f.likeliestFirst(all) {
		names = append(names, f.called(c))
	}
	d := diags.Errorf(at, "found %d programs: %s", len(names), diag.Quoted(firstFew(names)))
	d.Hint = fmt.Sprintf("say which it is: \"entrypoint: %s\"", names[0])
	if len(f.Targets) > 0 && at.IsZero() {
		d.Hint = fmt.Sprintf("build a target: --target %s; there are %s", f.Targets[0], diag.Quoted(f.Targets))
	}
	return diags
}

// likeliestFirst returns candidates with those first that other packages are called after,
// as tools and parts of a program are.
func (f *finder) likeliestFirst(all []candidate) []candidate {
	other := func(c candidate) int {
		if slices.ContainsFunc(f.ws.crates, func(o *crate) bool { return strings.HasPrefix(o.name, c.target.name+"-") }) {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(all), func(a, b candidate) int { return other(a) - other(b) })
}

// firstFew returns at most ten of words, the last one "…" when there are more.
func firstFew(words []string) []string {
	if len(words) <= 10 {
		return words
	}
	return append(slices.Clone(words[:9]), "…")
}

// byFile returns the program that a file or a directory makes: "src/bin/x" or
// "./crates/server".
func (f *finder) byFile(text spec.Text) (*entrypoint, diag.List) {
	if !strings.ContainsAny(text.Value, "/.") {
		return nil, nil
	}
	file := path.Join(f.Dir(), text.Value)
	for _, k := range []kind{bin, example} {
		for _, c := range f.candidates(f.ws.crates, k) {
			if slices.Contains([]string{file, file + ".rs", file + "/main.rs"}, c.target.file) {
				return f.made(c, text.Range.String(), text.Range)
			}
		}
	}
	if c := f.ws.crate(file); c != nil {
		return f.ofCrate(c, text)
	}
	return nil, nil
}

// byName returns the program of a name: of the project's package, else of any member.
// PACKAGE/NAME tells equal ones apart.
func (f *finder) byName(text spec.Text) (*entrypoint, diag.List) {
	pkg, name, qualified := strings.Cut(text.Value, "/")
	if !qualified {
		name = text.Value
	}
	for _, k := range []kind{bin, example} {
		var found []candidate
		for _, c := range f.candidates(f.ws.crates, k) {
			if c.crate.member && c.target.name == name && (!qualified || c.crate.name == pkg) {
				found = append(found, c)
			}
		}
		own := slices.IndexFunc(found, func(c candidate) bool { return c.crate.dir == f.Dir() })
		switch {
		case own >= 0:
			return f.made(found[own], text.Range.String(), text.Range)
		case len(found) == 1:
			return f.made(found[0], text.Range.String(), text.Range)
		case len(found) > 1:
			return nil, f.several(found, text.Range)
		}
	}
	return nil, nil
}

// byPackage returns the program of the member of a name.
func (f *finder) byPackage(text spec.Text) (*entrypoint, diag.List) {
	if c := f.ws.named(text.Value); c != nil {
		return f.ofCrate(c, text)
	}
	return nil, nil
}

// ofCrate returns the program that a package runs by default, or its only one.
func (f *finder) ofCrate(c *crate, text spec.Text) (*entrypoint, diag.List) {
	all := f.candidates([]*crate{c}, bin)
	if v := c.root.Get("package", "default-run").Text(); v != "" {
		all = slices.DeleteFunc(all, func(c candidate) bool { return c.target.name != v })
	}
	switch len(all) {
	case 0:
		var diags diag.List
		diags.Errorf(text.Range, "package %s has no program", c.name).Hint = "it is a library; name a package with src/main.rs or a [[bin]]"
		return nil, diags
	case 1:
		return f.made(all[0], text.Range.String(), text.Range)
	}
	return nil, f.several(all, text.Range)
}

// ofDependency returns the program that a dependency provides: "ripgrep", or
// "ripgrep/rg" where it has several.
func (f *finder) ofDependency(text spec.Text) (*entrypoint, diag.List) {
	pkg, name, _ := strings.Cut(text.Value, "/")
	for _, c := range f.ws.crates {
		for _, d := range c.dependencies() {
			if d.name != pkg || d.path != "" {
				continue
			}
			for _, p := range f.lock.named(pkg) {
				if p.source != "" && satisfies(p.version, d.version) {
					program := name
					if program == "" {
						program = pkg
					}
					return &entrypoint{
						target: target{kind: bin, name: name}, pkg: pkg + "@" + p.version, program: program,
						what: fmt.Sprintf("%s of %s %s", program, pkg, p.version), why: text.Range.String(), rng: text.Range,
					}, nil
				}
			}
		}
	}
	return nil, nil
}

// notFound says that nothing has the name of the entrypoint.
func (f *finder) notFound(text spec.Text) (diags diag.List) {
	d := diags.Errorf(text.Range, "no program %q in %s", text.Value, language.Where(f.Dir()))
	var names []string
	for _, c := range f.candidates(f.ws.crates, bin) {
		names = append(names, f.called(c))
	}
	switch near, ok := diag.Nearest(text.Value, names); {
	case ok && near != text.Value:
		d.Hint = fmt.Sprintf("did you mean %q?", near)
	case len(names) > 0:
		d.Hint = "programs are " + diag.Quoted(firstFew(names))
	}
	return diags
}
