package python

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// module returns the file of a dotted module of the project and the directory,
// relative to the project, that it is imported from. "" when there is none.
func (f *finder) module(name string) (file, dir string) {
	for _, root := range append([]string{".", "src"}, f.m.paths()...) {
		if file := f.moduleIn(root, name); file != "" {
			return file, root
		}
	}
	return "", ""
}

// moduleIn returns the file of a dotted module that is imported from a directory,
// relative to the project, or "".
func (f *finder) moduleIn(root, name string) string {
	if !dotted.MatchString(name) {
		return ""
	}
	base := path.Join(f.m.dir, root, strings.ReplaceAll(name, ".", "/"))
	for _, try := range []string{base + ".py", base + "/__main__.py", base + "/__init__.py"} {
		if language.IsFile(f.p.FS, try) {
			return try
		}
	}
	return ""
}

// moduleBelow returns a module that one directory of the project has that is no
// package, as module does. Several that have it are reported.
func (f *finder) moduleBelow(name string, at diag.Range) (file, dir string) {
	var files, dirs []string
	for _, sub := range language.Subdirs(f.p.FS, f.m.dir, 2) {
		root := f.m.inProject(sub)
		if language.IsFile(f.p.FS, path.Join(sub, "__init__.py")) || slices.ContainsFunc(strings.Split(root, "/"), isAside) {
			continue
		}
		if file := f.moduleIn(root, name); file != "" {
			files, dirs = append(files, file), append(dirs, root)
		}
	}
	if len(files) > 1 {
		f.diags.Errorf(f.at(at), "%s can be %s", name, language.Alternatives(files)).Hint =
			fmt.Sprintf("say which by its path: \"entrypoint: %s:…\"", f.m.inProject(files[0]))
		return "", ""
	}
	return strings.Join(files, ""), strings.Join(dirs, "")
}

var pathChange = regexp.MustCompile(`sys\.path\.(?:insert|append)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)`)

// paths returns the directories, relative to the project, that its manage.py puts on
// the path by their names, as what it starts expects.
func (m *manifest) paths() (dirs []string) {
	if _, ok := m.declares(m.groups(), "django"); !ok {
		return nil
	}
	src, err := source(m.fsys, m.memo, path.Join(m.dir, "manage.py"))
	if err != nil {
		return nil
	}
	for _, change := range pathChange.FindAllStringSubmatch(string(src.Data), -1) {
		dir := "."
		for _, quoted := range quotedText.FindAllStringSubmatch(change[1], -1) {
			dir = path.Join(dir, quoted[1]+quoted[2])
		}
		if dir != "." && fs.ValidPath(dir) && language.IsDir(m.fsys, path.Join(m.dir, dir)) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// importable returns the module of a file and where it is imported from: the
// first directory above it that is no package, and that the file itself does
// not take for one.
func (f *finder) importable(file string) (module, dir string) {
	dir = path.Dir(file)
	if path.Base(file) == "__main__.py" && dir != f.m.dir {
		dir = path.Dir(dir) // what can be run is a package, whether it says so or not
	}
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
