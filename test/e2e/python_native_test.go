package e2e

import (
	"regexp"
	"testing"
)

// TestPythonNotCompiled tells of C and other code that is not compiled, and of what has
// wheels: which versions are, and for which platforms, is asked of the index.
func TestPythonNotCompiled(t *testing.T) {
	lab := start(t)
	const extension = `
-- main.py --
-- pyproject.toml --
[project]
name = "own"
version = "1"
[build-system]
requires = ["setuptools==80.9.0"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
py-modules = ["main"]
ext-modules = [{name = "own", sources = ["own.c"]}]
-- own.c --
#include <none.h>
`
	for name, c := range map[string]struct{ archive, want string }{
		"backend": {
			"-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\n-- requirements.txt --\ncontourpy==1.1.0\n-- main.py --\n",
			`contourpy 1\.1\.0 has no wheel for linux/\w+ and Python 3\.13, and it is built by meson-python, which is not done here\. ` +
				`contourpy \d[\d.]* has wheels for linux/amd64 and linux/arm64\. 1\.1\.0 has one for Python 3\.9, 3\.10, 3\.11: write version: "3\.11"\.`,
		},
		"library": {
			"-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\nbuild: {packages: [gcc]}\n-- requirements.txt --\npsycopg2==2.9.10\n-- main.py --\n",
			`psycopg2 2\.9\.10 has no wheel for linux/\w+ and Python 3\.13, and its source cannot be compiled: .*pg_config.*` +
				`Does build\.packages have the libraries that it needs, as -dev\? Take psycopg2-binary in its place\.`,
		},
		"compiler": {
			"-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\nentrypoint: main.py" + extension,
			`the project has C to compile, and there is no compiler: write "build: \{packages: \[gcc\]\}"`,
		},
		"header": {
			"-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\nentrypoint: main.py\nbuild: {packages: [gcc]}" + extension,
			`the C of the project cannot be compiled: own\.c:1:10: fatal error: none\.h: No such file or directory\. Does build\.packages have`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, printed, err := tryBuild(t, lab, project(t, c.archive), "python-not-"+name)
			if err == nil || !regexp.MustCompile(`ERROR: .*`+c.want).MatchString(printed) {
				t.Errorf("got %v, want %s\n%s", err, c.want, printed)
			}
		})
	}
}
