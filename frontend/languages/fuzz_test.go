package languages

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// FuzzGoProject reads any bytes as the files of a Go project: nothing panics,
// there is a recipe or a reason, and every problem is inside of a file.
func FuzzGoProject(f *testing.F) {
	f.Add([]byte("module example.com/app\n\ngo 1.26.0\n"), true, []byte(nil), []byte("1.26.3\n"), []byte("package main\n"))
	f.Add([]byte("module example.com/app\n\ntoolchain go1.26.1-custom\nrequire example.com/x v1.0.0\nreplace example.com/x => ./x\n"), false, []byte("go 1.26\nuse .\n"), []byte(nil), []byte("package main\n\nimport _ \"embed\"\n\n//go:embed all:x *.txt\nvar s string\n"))
	for _, a := range projects(f) {
		f.Add(fileOf(a, "go.mod"), fileOf(a, "go.sum") != nil, fileOf(a, "go.work"), fileOf(a, ".go-version"), fileOf(a, "main.go"))
	}
	f.Fuzz(func(t *testing.T, mod []byte, sum bool, work, version, main []byte) {
		fsys := fstest.MapFS{"cmd/server/main.go": {Data: main}, "main.go": {Data: main}, "x/go.mod": {Data: mod}}
		for name, data := range map[string][]byte{"go.mod": mod, "go.work": work, ".go-version": version} {
			if len(data) > 0 {
				fsys[name] = &fstest.MapFile{Data: data}
			}
		}
		if sum {
			fsys["go.sum"] = &fstest.MapFile{}
		}
		for _, text := range []string{"language: go", "entrypoint: .\nbuild: {cgo: true}", "entrypoint: example.com/x/cmd/x\nversion: 1.26\n", "project: x"} {
			decided(t, fsys, text)
		}
	})
}

// FuzzPyProject reads any bytes as the files of a Python project, and holds the
// same of it.
func FuzzPyProject(f *testing.F) {
	for _, a := range projects(f) {
		for _, lock := range []string{"uv.lock", "pylock.toml", "poetry.lock", "pdm.lock", "Pipfile.lock"} {
			if data := fileOf(a, lock); data != nil {
				f.Add(fileOf(a, "pyproject.toml"), lock, data, fileOf(a, "main.py"))
			}
		}
		for _, list := range []string{"requirements.txt", "Pipfile", "setup.py", "setup.cfg", ".python-version"} {
			if data := fileOf(a, list); data != nil || fileOf(a, "pyproject.toml") != nil {
				f.Add(fileOf(a, "pyproject.toml"), list, data, fileOf(a, "app.py"))
			}
		}
	}
	f.Fuzz(func(t *testing.T, pyproject []byte, name string, data, main []byte) {
		if !fs.ValidPath(name) || name == "." || strings.HasPrefix(name, "main.py") {
			return
		}
		fsys := fstest.MapFS{"main.py": {Data: main}, "src/shop/web.py": {Data: main}}
		if len(pyproject) > 0 {
			fsys["pyproject.toml"] = &fstest.MapFile{Data: pyproject}
		}
		fsys[name] = &fstest.MapFile{Data: data}
		for _, text := range []string{"language: python", "language: python\nentrypoint: shop.web:app\nbuild: {extras: [dev]}", "language: python\nentrypoint: main\nversion: 3.12\n", "language: python\nproject: src\n"} {
			decided(t, fsys, text)
		}
	})
}

// projects returns every project of the repository: the examples, and those in
// the archives of tests.
func projects(t testing.TB) (all []*txtar.Archive) {
	t.Helper()
	root := filepath.Join("..", "..")
	for _, pattern := range []string{"frontend/*/testdata/*.txtar", "frontend/language/*/testdata/*.txtar", "frontend/testdata/*/*.txtar", "test/e2e/testdata/*/*.txtar"} {
		names, _ := filepath.Glob(filepath.Join(root, pattern))
		for _, name := range names {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, a)
		}
	}
	examples, _ := filepath.Glob(filepath.Join(root, "examples", "*"))
	for _, dir := range examples {
		a := &txtar.Archive{}
		err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(name)
			a.Files = append(a.Files, txtar.File{Name: name, Data: data})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

// FuzzJavaProject reads any bytes as the files of a Java project, and holds the
// same of it.
func FuzzJavaProject(f *testing.F) {
	archives, _ := filepath.Glob("../language/java/testdata/*.txtar")
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files[:len(a.Files)-1] {
			if file.Name != "stagefront.yaml" {
				f.Add(fileOf(a, "pom.xml"), file.Name, file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, pom []byte, name string, data []byte) {
		if !fs.ValidPath(name) || name == "." || strings.HasPrefix(name, "pom.xml") {
			return
		}
		fsys := fstest.MapFS{name: {Data: data}}
		if len(pom) > 0 {
			fsys["pom.xml"] = &fstest.MapFile{Data: pom}
		}
		for _, text := range []string{"language: java", "language: java\nentrypoint: demo.Main\n", "language: java\nversion: 21\nproject: app\n"} {
			decided(t, fsys, text)
		}
	})
}

// decided asks for the recipe of a project with the given spec.
func decided(t *testing.T, fsys fstest.MapFS, text string) {
	doc, _ := spec.Parse(&diag.Source{Name: "stagefront.yaml", Data: []byte(text)})
	s, diags := doc.Spec(spec.Request{Platform: arm64})
	if s == nil {
		t.Fatal(diags.Errors())
	}
	fsys["stagefront.yaml"] = &fstest.MapFile{Data: []byte(text)}
	p := &language.Project{FS: fsys, Spec: s, Build: amd64}
	lang, _, diags := Detect(p)
	if lang != nil {
		r, more := lang.Recipe(p, arm64)
		if (r == nil) != (more.Err() != nil) {
			t.Errorf("%q: got a recipe %v with the errors %v", text, r != nil, more.Errors())
		}
		if _, err := json.Marshal(r); err != nil {
			t.Error(err)
		}
		diags.Add(more)
		if lang.Diagnose != nil {
			diags.Add(lang.Diagnose(p, arm64))
		}
	} else if diags.Err() == nil {
		t.Error("there is no language and no error")
	}
	for _, d := range diags {
		if d.Message == "" {
			t.Errorf("got the empty problem %#v", d)
		}
		if !d.Range.IsZero() && !inside(d.Range, fsys) {
			t.Errorf("%v: %v to %v is outside of the file", d, d.Range.Start, d.Range.End)
		}
	}
}

// inside reports whether a range is in its file of the project, and not empty.
// On an empty line it is one character wide.
func inside(r diag.Range, fsys fstest.MapFS) bool {
	file := fsys[r.Source.Name]
	if file == nil || !slices.Equal(file.Data, r.Source.Data) || !r.Start.Before(r.End) {
		return false
	}
	lines := strings.Split(string(file.Data), "\n")
	for _, p := range []diag.Pos{r.Start, r.End} {
		if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > max(len([]rune(lines[p.Line-1])), 1)+1 {
			return false
		}
	}
	return true
}

// fileOf returns a file of an archive, nil where it has none or a long one.
func fileOf(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if filepath.Base(f.Name) == name && len(f.Data) < 4096 {
			return f.Data
		}
	}
	return nil
}
