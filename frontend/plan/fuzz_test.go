package plan

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// platforms are those that Go builds for, variants that images name, and two
// that no recipe knows.
var platforms = []spec.Platform{
	{OS: "linux", Architecture: "amd64"},
	{OS: "linux", Architecture: "amd64", Variant: "v3"},
	{OS: "linux", Architecture: "arm64"},
	{OS: "linux", Architecture: "arm", Variant: "v5"},
	{OS: "linux", Architecture: "arm", Variant: "v6"},
	{OS: "linux", Architecture: "arm", Variant: "v7"},
	{OS: "linux", Architecture: "386"},
	{OS: "linux", Architecture: "ppc64le"},
	{OS: "linux", Architecture: "s390x"},
	{OS: "linux", Architecture: "riscv64"},
	{OS: "linux", Architecture: "loong64"},
	{OS: "linux", Architecture: "mips64le"},
	{OS: "linux", Architecture: "mips64"},
	{OS: "linux", Architecture: "mipsle"},
	{OS: "linux", Architecture: "mips"},
	{OS: "linux", Architecture: "ppc64"},
	{OS: "linux", Architecture: "sparc64"},
	{OS: "windows", Architecture: "amd64"},
}

// FuzzPlan plans every target of any spec for any small project: for every
// platform there is a plan that prints, or a reason why there is none, and every
// problem is inside of a file. A second file makes a project of another language.
func FuzzPlan(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text, mod, main, work []byte) {
		doc, _ := spec.Parse(&diag.Source{Name: "stagefront.yaml", Data: text})
		if doc == nil {
			return
		}
		targets := []string{""}
		for _, target := range doc.Targets() {
			targets = append(targets, target.Name.Value)
		}
		for _, name := range targets[:min(len(targets), 4)] {
			for _, target := range platforms {
				s, _ := doc.Spec(spec.Request{Platform: target, Target: name})
				if s == nil {
					break // for other platforms too: the spec's own mistakes are FuzzSpec's
				}
				fsys := projectOf(s, text, mod, main, work)
				planned(t, &language.Project{FS: fsys, Spec: s, Build: platforms[0]}, target)
			}
		}
	})
}

// projectOf returns the files of a project in the language that a spec names.
func projectOf(s *spec.Spec, text, mod, main, work []byte) fstest.MapFS {
	fsys := fstest.MapFS{"stagefront.yaml": {Data: text}}
	if s.Language.Value == "python" {
		fsys["pyproject.toml"], fsys["main.py"] = &fstest.MapFile{Data: mod}, &fstest.MapFile{Data: main}
		if len(work) > 0 {
			fsys["requirements.txt"] = &fstest.MapFile{Data: work}
		}
		return fsys
	}
	fsys["go.mod"], fsys["cmd/server/main.go"], fsys["main.go"] = &fstest.MapFile{Data: mod}, &fstest.MapFile{Data: main}, &fstest.MapFile{Data: main}
	if len(work) > 0 {
		fsys["go.work"] = &fstest.MapFile{Data: work}
	}
	return fsys
}

// within fails unless every problem prints, and is nowhere or inside of a file
// of the project.
func within(t *testing.T, diags diag.List, fsys fs.FS) {
	t.Helper()
	for _, d := range diags {
		if d.Message == "" || strings.TrimSpace(d.String()) == "" {
			t.Errorf("got the empty problem %#v", d)
		}
		if d.Range.IsZero() {
			continue
		}
		data, err := fs.ReadFile(fsys, d.Range.Source.Name)
		lines := strings.Split(string(data), "\n")
		for _, p := range []diag.Pos{d.Range.Start, d.Range.End} {
			if err != nil || p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > max(len([]rune(lines[p.Line-1])), 1)+1 {
				t.Errorf("%v: %v to %v is outside of the file (%v)", d, d.Range.Start, d.Range.End, err)
			}
		}
		if !d.Range.Start.Before(d.Range.End) {
			t.Errorf("%v: %v to %v is empty", d, d.Range.Start, d.Range.End)
		}
	}
}

// planned plans a project and what goes into its image.
func planned(t *testing.T, project *language.Project, target spec.Platform) {
	p, diags := New(project, target)
	within(t, diags, project.FS)
	if (p == nil) != (diags.Err() != nil) {
		t.Fatalf("%s: got a plan %v with the errors %v", target, p != nil, diags.Errors())
	}
	if p == nil {
		return
	}
	for _, d := range p.Explain() {
		if d.Name == "" || d.Why == "" {
			t.Errorf("%s: got the decision %+v without a name or a reason", target, d)
		}
	}
	if _, err := json.Marshal(p); err != nil {
		t.Errorf("%s: %v", target, err)
	}
	p.SetMirrors(map[string]string{"GOPROXY": "https://example.com"})
	p.Sources()
	for _, base := range []Base{{}, {FS: runtimeFS, Workdir: "/srv", User: "33:34"}} {
		e, diags := p.Export(base, Found{Libraries: []Library{{From: language.FromToolchain, Path: "lib/libz.so.1", To: "/lib/libz.so.1"}}})
		within(t, diags, project.FS)
		if (e == nil) != (diags.Err() != nil) {
			t.Fatalf("%s: got an export %v with the errors %v", target, e != nil, diags.Errors())
		}
		if _, err := json.Marshal(e); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// seeds adds every spec of the repository, those of archives with the project beside them.
func seeds(f *testing.F) {
	root := filepath.Join("..", "..")
	mod := []byte("module example.com/app\n\ngo 1.26.0\n")
	main := []byte("package main\n\nfunc main() {}\n")
	examples, _ := filepath.Glob(filepath.Join(root, "examples", "*", "*.yaml"))
	for _, name := range examples {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, mod, main, []byte(nil))
	}
	for _, dir := range []string{"frontend", "llb", "test"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(name) != ".txtar" {
				return err
			}
			a, err := txtar.ParseFile(name)
			if err != nil {
				return err
			}
			ours := strings.Contains(filepath.ToSlash(name), "/spec/testdata/")
			for _, file := range a.Files {
				switch {
				case filepath.Ext(file.Name) == ".yaml", ours && filepath.Ext(file.Name) != ".want":
					f.Add(file.Data, fileOr(a, "go.mod", mod), fileOr(a, "main.go", main), fileOr(a, "go.work", nil))
					if bytes.Contains(file.Data, []byte("language: python")) {
						f.Add(file.Data, fileOr(a, "pyproject.toml", nil), fileOr(a, "app.py", main), fileOr(a, "requirements.txt", nil))
					}
				}
			}
			return nil
		})
		if err != nil {
			f.Fatal(err)
		}
	}
}

// fileOr returns a file of an archive, or other bytes where it has none or a long one.
func fileOr(a *txtar.Archive, name string, other []byte) []byte {
	for _, f := range a.Files {
		if filepath.Base(f.Name) == name && len(f.Data) < 4096 {
			return f.Data
		}
	}
	return other
}
