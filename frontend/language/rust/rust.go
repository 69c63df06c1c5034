// Package rust knows Rust: workspaces and their packages, programs, locks, versions.
package rust

import (
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Language builds programs with the official rust image, for every platform on the
// builder's own. Debian's cross compilers link, and do the C part. Dependencies are
// compiled apart from the project, as a layer that edits leave alone.
var Language = language.Language{
	Name:    "rust",
	Aliases: []string{"rs", "cargo", "rustlang"},
	Markers: []string{manifestFile},
	Mirrors: mirrors,
	// Rust mends its newest release alone. https://forge.rust-lang.org/release/process.html
	EndOfLife: func(v string) (string, bool) {
		return defaultVersion, release{version: v}.less(release{version: defaultVersion})
	},
	Recipe:     recipe,
	Composed:   composed,
	Complaints: complaints,
	Contents:   contents,
}

// project is what is known of a project when its steps are written.
type project struct {
	*language.Project
	ws        *workspace
	lock      *lock
	config    *config
	entry     *entrypoint
	target    platform
	toolchain language.Decision
	stubs     []string
}

func recipe(p *language.Project, to spec.Platform) (*language.Recipe, diag.List) {
	target, diags := targetOf(p, to)
	ws, more := workspaceOf(p)
	diags.Add(more)
	if ws == nil && !diags.Failed() {
		diags = append(diags, language.NoProject(p, []string{manifestFile}))
	}
	if diags.Failed() {
		return nil, diags
	}
	r := &project{Project: p, ws: ws, target: target}
	r.config, more = configOf(p, p.Dir())
	diags.Add(more, r.config.tokens(), r.config.patches(), ws.passwords(), r.config.linkerMissing(p, target), r.config.nativeCPU(target), needsLibc(p.Spec))
	toolchain, decision, more := chooseToolchain(p, ws)
	r.toolchain = decision
	diags.Add(more, r.locked(), r.lock.passwords(), r.knowsProfile(), refusedFlags(p.Spec))
	r.entry, more = (&finder{p, ws, r.lock}).entry()
	diags.Add(more)
	if r.entry != nil && r.entry.crate != nil {
		diags.Add(unknownFeatures(p.Spec, r.entry.crate))
	}
	if diags.Failed() {
		return nil, diags
	}
	r.stubs = stubs(p.FS, ws.crates)
	return r.recipe(toolchain), diags
}

// targetOf returns what is compiled for.
func targetOf(p *language.Project, to spec.Platform) (target platform, diags diag.List) {
	target, err := platformOf(to, p.Spec.Build.Static.Or(false))
	if err == nil {
		_, err = platformOf(p.Host, false)
	}
	if err != nil {
		diags.Errorf(p.Spec.Platforms.Range(), "%v", err)
	}
	return target, diags
}

// locked reads the lock, and reports what is wrong with it.
func (r *project) locked() (diags diag.List) {
	r.lock, diags = lockOf(r.Project, r.ws)
	if r.lock != nil {
		diags.Add(r.lock.stale(r.ws))
		return diags
	}
	r.lock = &lock{file: r.ws.lockFile()}
	if !diags.Failed() {
		diags = missingLock(r.ws)
	}
	return diags
}

// knowsProfile reports a profile of the spec that cargo would not know.
func (r *project) knowsProfile() (diags diag.List) {
	if p := r.Spec.Build.Profile; p.IsSet() {
		diags = r.ws.knows(p, r.config)
	}
	return diags
}

// recipe puts the steps together.
func (r *project) recipe(toolchain language.Toolchain) *language.Recipe {
	var fetches []*language.Fetch
	add := func(f *language.Fetch) *language.Fetch {
		if f != nil {
			fetches = append(fetches, f)
		}
		return f
	}
	packages, std := add(r.fetchPackages()), add(r.fetchStd())
	cooked := add(r.cook(packages, std))
	return &language.Recipe{
		Toolchain: toolchain,
		Packages:  distribution(r.Project, r.lock, r.target),
		Fetches:   fetches,
		Compile:   r.compile(packages, std, cooked),
		Native:    r.native(packages),
		Test:      r.test(packages),
		Program:   r.entry.program,
		Image:     language.ProgramImage(r.entry.program),
		Runtimes:  []language.Runtime{{Variant: "static"}, {Variant: "base"}, {Variant: "cc"}},
		Decisions: r.decisions(),
	}
}

func (r *project) decisions() []language.Decision {
	list := []language.Decision{
		r.toolchain,
		{Name: "entrypoint", Value: r.entry.what, Why: r.entry.why},
		{Name: "target", Value: r.target.triple, Why: r.target.platform.String()},
		r.apart(),
	}
	if l := r.target.level(); l != "" {
		list = append(list, language.Decision{Name: "level", Value: l, Why: r.target.platform.String()})
	}
	if p := r.Spec.Build.Profile; p.IsSet() {
		list = append(list, language.Decision{Name: "profile", Value: p.Value, Why: p.Range.FileLine()})
	}
	if l := r.config.linker(r.target); l != nil {
		list = append(list, language.Decision{Name: "linker", Value: l.Text(), Why: l.Range.FileLine()})
	}
	return list
}

// apart says how dependencies are compiled, and what of them is compiled with the project.
func (r *project) apart() language.Decision {
	d := language.Decision{Name: "dependencies", Value: "compiled apart from the project", Why: r.lock.file}
	names, why := r.lock.onLocals()
	switch {
	case !r.lock.remote():
		d.Value = "none"
	case len(names) == 0:
	case len(r.shared()) < len(names):
		d.Value += ", but for those that need a package of it"
		d.Why = strings.Join(append(why, r.unshared()...), ", ")
	default:
		d.Value += ", with " + strings.Join(names, ", ") + " of it"
		d.Why = strings.Join(why, ", ")
	}
	return d
}
