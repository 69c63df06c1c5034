package python

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
)

// test returns the step that runs the project's tests.
func (y *project) test(deps *language.Fetch) language.Step {
	s := y.native(deps)
	s.Args, s.Compiled = y.testCommand(), compiledDir
	s.Env = s.Env.Set("PYTHONPATH", y.sourcePath()+":"+path.Join(compiledDir, "venv", y.packages()))
	return s
}

// testGroups returns the groups that are installed, and those for tests.
func (y *project) testGroups() []string {
	groups := slices.Clone(y.groups)
	for _, g := range y.m.groups() {
		if slices.Contains(testGroups, g) && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	return groups
}

// testCommand returns pytest where the project declares it, Django's own for
// its projects, and the standard library's elsewhere.
func (y *project) testCommand() []string {
	_, pytest := y.m.declares(y.testGroups(), "pytest")
	_, django := y.m.declares(y.groups, "django")
	switch {
	case pytest:
		return []string{"python", "-m", "pytest", "-p", "no:cacheprovider"}
	case django && language.IsFile(y.FS, path.Join(y.Dir(), "manage.py")):
		return []string{"python", "manage.py", "test"}
	case language.IsDir(y.FS, path.Join(y.Dir(), "tests")):
		return []string{"python", "-m", "unittest", "discover", "-s", "tests"}
	}
	return []string{"python", "-m", "unittest", "discover"}
}

// startsTests reports whether the container is to run tests, as far as words say so.
func (y *project) startsTests() bool {
	words := append([]string{y.entry.name}, y.Spec.Args.Values()...)
	for _, t := range y.Spec.Entrypoint.Items {
		words = append(words, t.Value)
	}
	return slices.ContainsFunc(words, func(w string) bool {
		return strings.Contains(w, "test") || slices.Contains([]string{"behave", "coverage", "nose2", "nox", "robot", "tox"}, w)
	})
}
