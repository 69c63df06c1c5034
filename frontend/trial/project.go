package trial

import (
	"io/fs"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Platforms that tests build for. The builder is AMD64.
var (
	AMD64 = spec.Platform{OS: "linux", Architecture: "amd64"}
	ARM64 = spec.Platform{OS: "linux", Architecture: "arm64"}
)

// SpecFile is what the spec is called in the archives of tests.
const SpecFile = "stagefront.yaml"

// Source returns a text as the spec file that it is.
func Source(text string) *diag.Source {
	return &diag.Source{Name: SpecFile, Data: []byte(text)}
}

// Document returns the document of a text, which must be one.
func Document(t testing.TB, text string) *spec.Document {
	t.Helper()
	doc, diags := spec.Parse(Source(text))
	if doc == nil {
		t.Fatalf("%s\n%v", text, diags.Errors())
	}
	return doc
}

// Read returns what a text says for a request, nil with errors in the list.
func Read(text string, req spec.Request) (*spec.Spec, diag.List) {
	doc, diags := spec.Parse(Source(text))
	if doc == nil {
		return nil, diags
	}
	s, more := doc.Spec(req)
	diags.Add(more)
	return s, diags
}

// Spec returns what a text says for a request, which must be fine.
func Spec(t testing.TB, text string, req spec.Request) *spec.Spec {
	t.Helper()
	s, diags := Read(text, req)
	if s == nil {
		t.Fatalf("%s\n%v", text, diags.Errors())
	}
	return s
}

// FS returns the files of an archive, whose names must be such of files.
func FS(t testing.TB, a *txtar.Archive) fs.FS {
	t.Helper()
	fsys, err := txtar.FS(a)
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

// Project returns the project of an archive on an amd64 builder, with its spec for a
// request. It is nil with errors in the list where that is not fine.
func Project(t testing.TB, a *txtar.Archive, req spec.Request) (*language.Project, diag.List) {
	t.Helper()
	fsys := FS(t, a)
	text, err := fs.ReadFile(fsys, SpecFile)
	if err != nil {
		t.Fatal(err)
	}
	s, diags := Read(string(text), req)
	if s == nil {
		return nil, diags
	}
	return &language.Project{FS: fsys, Spec: s, SpecFile: SpecFile, Host: AMD64}, diags
}
