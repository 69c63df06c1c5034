package spec

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
)

// FuzzSpec reads any bytes as a spec: nothing panics, every problem has a place
// inside of the file, and what parses gives a spec or a reason for every
// platform and target.
func FuzzSpec(f *testing.F) {
	for _, text := range specs(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, diags := Parse(source(string(data)))
		places(t, diags, data)
		if doc == nil {
			if diags.Err() == nil {
				t.Error("there is no document and no error")
			}
			return
		}
		targets := []string{"", TestTarget, BinaryTarget, "no such target"}
		for _, target := range doc.Targets() {
			targets = append(targets, target.Name.Value)
		}
		// A file of thousands of targets would be one long test of the same thing.
		for _, target := range targets[:min(len(targets), 8)] {
			for _, p := range []Platform{{"linux", "amd64", ""}, {"linux", "arm", "v6"}} {
				asked(t, doc, Request{Platform: p, Target: target}, data)
			}
		}
	})
}

// asked asks a document for one spec.
func asked(t *testing.T, doc *Document, req Request, data []byte) {
	s, diags := doc.Spec(req)
	places(t, diags, data)
	if (s == nil) != (diags.Err() != nil) {
		t.Errorf("target %q: got a spec %v with the errors %v", req.Target, s != nil, diags.Errors())
	}
	if _, err := json.Marshal(s); err != nil {
		t.Errorf("target %q: %v", req.Target, err)
	}
	doc.ArgNames()
	for _, found := range append(doc.PlainVariables(req.Target), doc.Syntax()) {
		if found.IsSet() && !inside(found.Range, string(data)) {
			t.Errorf("%v to %v is outside of the spec", found.Range.Start, found.Range.End)
		}
	}
	doc.Mentions("VERSION")
	doc.Programs()
}

// places fails unless every problem prints, and is nowhere or inside of data.
func places(t *testing.T, diags diag.List, data []byte) {
	t.Helper()
	for _, d := range diags {
		if d.Message == "" || d.String() == "" {
			t.Errorf("got the empty problem %#v", d)
		}
		if !d.Range.IsZero() && !inside(d.Range, string(data)) {
			t.Errorf("%v: %v to %v is outside of the spec", d, d.Range.Start, d.Range.End)
		}
	}
	if errs := diags.Errors(); errs.Error() == "" && len(errs) > 0 {
		t.Errorf("%d errors print nothing", len(errs))
	}
}

// specs returns every spec of the repository: the examples, and those in the archives of tests.
func specs(t testing.TB) []string {
	t.Helper()
	root := filepath.Join("..", "..")
	var texts []string
	examples, _ := filepath.Glob(filepath.Join(root, "examples", "*", "*.yaml"))
	for _, name := range examples {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(data))
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
				if filepath.Ext(file.Name) == ".yaml" || ours && filepath.Ext(file.Name) != ".want" {
					texts = append(texts, string(file.Data))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts
}
