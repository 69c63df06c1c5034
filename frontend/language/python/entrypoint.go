package python

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// entrypoint is how the container starts.
type entrypoint struct {
	name      string   // for people: "app:app", "manage.py", "gunicorn"
	args      []string // what follows the interpreter: ["-m", "shop"]
	script    string   // in place of args: a console script
	dir       string   // imported from beside the project's root: "src"
	env       spec.Vars
	why       string
	rng       diag.Range
	decisions []language.Decision
}

// finder looks for what a project's container starts.
type finder struct {
	p      *language.Project
	m      *manifest
	groups []string // that are installed
	diags  diag.List
}

// findEntrypoint returns the entrypoint: what the spec names, else the only
// candidate that the project has.
func findEntrypoint(p *language.Project, m *manifest, groups []string) (*entrypoint, diag.List) {
	f := &finder{p: p, m: m, groups: groups}
	var e *entrypoint
	if want := p.Spec.Entrypoint; want.IsSet() && len(want.Items) > 0 {
		e = f.named(want.Items[0], len(want.Items) > 1)
	} else {
		e = f.detect()
	}
	if f.diags.Err() != nil {
		return nil, f.diags
	}
	return e, f.diags
}

// at returns where a problem is: its own place, else the spec's entrypoint, else
// the project.
func (f *finder) at(r diag.Range) diag.Range {
	if !f.p.Spec.Entrypoint.Range.IsZero() {
		return f.p.Spec.Entrypoint.Range
	}
	return r
}

var (
	wordPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	dotted      = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)
)

// named returns what the spec's word stands for: an application, a file, a
// console script of the project, a module, or a program of a dependency.
func (f *finder) named(want spec.Text, fixed bool) *entrypoint {
	word := strings.TrimPrefix(want.Value, "./")
	module, object, isApp := strings.Cut(word, ":")
	if isApp {
		return f.namedApp(want, module, object)
	}
	if name := path.Join(f.m.dir, word); language.IsFile(f.p.FS, name) {
		if path.Base(word) == "manage.py" && !fixed {
			return f.django(name, want.Range, want.Range.FileLine())
		}
		return &entrypoint{name: word, args: []string{word}, why: want.Range.FileLine(), rng: want.Range}
	}
	for _, s := range f.m.scripts {
		if s.name == word {
			return f.ownScript(s, want.Range, want.Range.FileLine())
		}
	}
	if file, dir := f.module(word); file != "" {
		if leaf := path.Ext("." + word); leaf == ".wsgi" || leaf == ".asgi" {
			return f.namedApp(want, word, "application")
		}
		return &entrypoint{name: word, args: []string{"-m", word}, dir: dir, why: want.Range.FileLine(), rng: want.Range}
	}
	if wordPattern.MatchString(word) && !strings.HasSuffix(word, ".py") && len(f.m.requirements)+len(f.m.files) > 0 {
		return &entrypoint{name: word, script: word, why: want.Range.FileLine(), rng: want.Range}
	}
	d := f.diags.Errorf(want.Range, "there is no %q in the project", want.Value)
	d.Missing = path.Join(f.m.dir, word)
	d.Hint = cmp.Or(diag.DidYouMean(word, f.words()), "want a file, a module, module:app, or a console script")
	return nil
}

// words returns what an entrypoint may have meant.
func (f *finder) words() []string {
	var words []string
	for _, s := range f.m.scripts {
		words = append(words, s.name)
	}
	for _, file := range f.sources() {
		words = append(words, f.m.inProject(file))
	}
	return words
}

// detect returns the only candidate of the first kind that the project has any of.
func (f *finder) detect() *entrypoint {
	manage := path.Join(f.m.dir, "manage.py")
	_, isDjango := f.m.declares(f.groups, "django")
	switch scripts := f.m.scripts; {
	case isDjango && language.IsFile(f.p.FS, manage):
		return f.django(manage, diag.Range{}, manage)
	case len(scripts) == 1:
		return f.ownScript(scripts[0], scripts[0].rng, scripts[0].rng.FileLine())
	case len(scripts) > 1:
		var names []string
		for _, s := range scripts {
			names = append(names, s.name)
		}
		f.several("console scripts", f.likely(names))
		return nil
	}
	if apps := f.apps(); len(apps) == 1 {
		return f.serve(apps[0], apps[0].rng.FileLine())
	} else if len(apps) > 1 {
		var names []string
		for _, a := range apps {
			names = append(names, a.called())
		}
		f.several("applications", names)
		return nil
	}
	return f.detectScript()
}

// likely returns names of scripts with that of the project first.
func (f *finder) likely(names []string) []string {
	other := func(name string) int {
		if normal(name) == f.m.name {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(names), func(a, b string) int { return other(a) - other(b) })
}

func (f *finder) several(what string, names []string) {
	f.diags = append(f.diags, language.Ambiguous(diag.Range{}, "the project has several "+what, "entrypoint", names))
}
