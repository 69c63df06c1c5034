package python

import (
	"bytes"
	"cmp"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
)

// module returns the file of a dotted module of the project and the directory,
// relative to the project, that it is imported from. "" when there is none.
func (f *finder) module(name string) (file, dir string) {
	if !dotted.MatchString(name) {
		return "", ""
	}
	below := strings.ReplaceAll(name, ".", "/")
	for _, root := range []string{".", "src"} {
		base := path.Join(f.m.dir, root, below)
		for _, try := range []string{base + ".py", base + "/__main__.py", base + "/__init__.py"} {
			if language.IsFile(f.p.FS, try) {
				return try, root
			}
		}
	}
	return "", ""
}

// importable returns the module of a file and where it is imported from: the
// first directory above it that is no package, and that the file itself does
// not take for one.
func (f *finder) importable(file string) (module, dir string) {
	dir = path.Dir(file)
	for dir != f.m.dir && dir != "." && (language.IsFile(f.p.FS, path.Join(dir, "__init__.py")) || f.importsAs(file, path.Base(dir))) {
		dir = path.Dir(dir)
	}
	rel := strings.TrimSuffix(strings.TrimPrefix(file, dir+"/"), ".py")
	rel = strings.TrimSuffix(strings.TrimSuffix(rel, "/__init__"), "/__main__")
	return strings.ReplaceAll(rel, "/", "."), cmp.Or(strings.TrimPrefix(strings.TrimPrefix(dir, f.m.dir), "/"), ".")
}

// importsAs reports whether a file imports from a package of a name, or from the
// one that it is in itself.
func (f *finder) importsAs(file, name string) bool {
	return regexp.MustCompile(`(?m)^\s*(from\s+\.|(from|import)\s+` + regexp.QuoteMeta(name) + `[.\s])`).MatchString(f.code(file))
}

// sources returns the Python files of the project that may be entered: at most
// two directories down, without tests.
func (f *finder) sources() []string {
	var files []string
	for _, dir := range append([]string{f.m.dir}, language.Subdirs(f.p.FS, f.m.dir, 2)...) {
		if slices.ContainsFunc(strings.Split(f.m.inProject(dir), "/"), isAside) {
			continue
		}
		for _, file := range language.Glob(f.p.FS, dir, "*.py") {
			if base := path.Base(file); !strings.HasPrefix(base, "test_") && base != "conftest.py" && base != "setup.py" && language.IsFile(f.p.FS, file) {
				files = append(files, file)
			}
		}
	}
	return files
}

// isAside reports whether a directory holds no part of the program by convention.
func isAside(name string) bool {
	return slices.Contains([]string{"tests", "test", "docs", "doc", "examples", "scripts", "tools", "migrations", "venv", "env", "build", "dist", "benchmarks"}, name)
}

var longText = regexp.MustCompile(`(?s)""".*?"""|'''.*?'''`)

// code returns a Python file with blanks in place of its long texts, so that what
// is written in them is not taken for code. Everything else is where it was.
func (f *finder) code(file string) string {
	data, err := fs.ReadFile(f.p.FS, file)
	if err != nil {
		return ""
	}
	code := longText.ReplaceAllFunc(bytes.ReplaceAll(data, []byte("\r\n"), []byte(" \n")), func(s []byte) []byte {
		blank := bytes.Repeat([]byte(" "), len(s))
		for i, c := range s {
			if c == '\n' {
				blank[i] = c
			}
		}
		copy(blank, `""`)
		return blank
	})
	return string(code)
}
