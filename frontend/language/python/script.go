package python

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// ownScript returns a console script of the project: installed with it, or
// called where the project is not installed.
func (f *finder) ownScript(s script, rng diag.Range, why string) *entrypoint {
	module, function, _ := strings.Cut(s.target, ":")
	_, dir := f.module(module)
	if f.m.packaged {
		return &entrypoint{name: s.name, script: s.name, dir: dir, why: why, rng: rng}
	}
	call := fmt.Sprintf("import sys; from %s import %s as main; sys.exit(main())", module, strings.SplitN(function, ".", 2)[0])
	return &entrypoint{name: s.name, args: []string{"-c", call}, dir: dir, why: why, rng: rng}
}

// detectScript returns the only package or file that is meant to be run.
func (f *finder) detectScript() *entrypoint {
	var mains, packages []string
	for _, file := range f.sources() {
		rel := f.m.inProject(file)
		switch {
		case path.Base(rel) == "__main__.py" && path.Dir(rel) != ".":
			packages = append(packages, rel)
		case path.Dir(rel) == "." && (rel == "__main__.py" || mainGuard.MatchString(f.code(file))):
			mains = append(mains, rel)
		}
	}
	for _, usual := range []string{"main.py", "app.py", "__main__.py"} {
		if len(packages) == 0 && language.IsFile(f.p.FS, path.Join(f.m.dir, usual)) && (len(mains) == 0 || slices.Contains(mains, usual)) {
			mains = []string{usual}
			break
		}
	}
	switch {
	case len(packages) > 0 && f.m.plugins.Source != nil:
		f.plugins(packages)
	case len(packages) == 1:
		module, dir := f.importable(path.Join(f.m.dir, packages[0]))
		return &entrypoint{name: module, args: []string{"-m", module}, dir: dir, why: packages[0]}
	case len(packages) > 1:
		f.several("packages with a __main__.py", packages)
	case len(mains) == 1:
		return &entrypoint{name: mains[0], args: []string{mains[0]}, why: path.Join(f.m.dir, mains[0])}
	case len(mains) > 1:
		f.several("scripts", mains)
	default:
		f.diags.Errorf(f.p.Spec.Project.Range, "there is nothing to start in %s", language.Where(f.m.dir)).Hint =
			"write \"entrypoint\": a file, a module, module:app, or a console script of a dependency"
	}
	return nil
}

// plugins reports a project that another program loads: its packages can be run, and
// are perhaps not what the container is to start.
func (f *finder) plugins(packages []string) {
	var names []string
	for _, file := range packages {
		module, _ := f.importable(path.Join(f.m.dir, file))
		names = append(names, fmt.Sprintf("%s (%s)", module, file))
	}
	module, _, _ := strings.Cut(names[0], " ")
	f.diags.Errorf(f.at(f.m.plugins), "the project has plug-ins for another program, and no script of its own; what can be started is %s", strings.Join(names, ", ")).Hint =
		fmt.Sprintf("write \"entrypoint: %s\", or the program that loads the plug-ins", module)
}

var mainGuard = regexp.MustCompile(`(?m)^if\s+__name__\s*==\s*["']__main__["']`)
