package plan

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
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

// FuzzPlan plans any spec for any small project: for every platform there is a
// plan that prints, or a reason why there is none.
func FuzzPlan(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text, mod, main, work []byte) {
		fsys := fstest.MapFS{"go.mod": {Data: mod}, "cmd/server/main.go": {Data: main}, "main.go": {Data: main}}
		if len(work) > 0 {
			fsys["go.work"] = &fstest.MapFile{Data: work}
		}
		doc, _ := spec.Parse(&diag.Source{Name: "stagefront.yaml", Data: text})
		if doc == nil {
			return
		}
		for _, target := range platforms {
			s, _ := doc.Spec(spec.Request{Platform: target})
			if s == nil {
				return
			}
			planned(t, &language.Project{FS: fsys, Spec: s, Build: platforms[0]}, target)
		}
	})
}

// planned plans a project and what goes into its image.
func planned(t *testing.T, project *language.Project, target spec.Platform) {
	p, diags := New(project, target)
	if (p == nil) != (diags.Err() != nil) {
		t.Fatalf("%s: got a plan %v with the errors %v", target, p != nil, diags.Errors())
	}
	if p == nil {
		return
	}
	if _, err := json.Marshal(p); err != nil {
		t.Errorf("%s: %v", target, err)
	}
	p.SetMirrors(map[string]string{"GOPROXY": "https://example.com"})
	p.Sources()
	for _, base := range []Base{{}, {FS: runtimeFS, Workdir: "/srv", User: "33:34"}} {
		e, diags := p.Export(base, Found{Libraries: []Library{{From: "lib/libz.so.1", To: "/lib/libz.so.1"}}})
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
			for _, file := range a.Files {
				if filepath.Ext(file.Name) == ".yaml" {
					f.Add(file.Data, fileOr(a, "go.mod", mod), fileOr(a, "main.go", main), fileOr(a, "go.work", nil))
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
