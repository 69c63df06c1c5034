package spec

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
)

// The tests inside of this package cannot have what others share: it imports this.

var arm64 = Platform{OS: "linux", Architecture: "arm64"}

// source returns a text as the spec file that it is.
func source(text string) *diag.Source {
	return &diag.Source{Name: "stagefront.yaml", Data: []byte(text)}
}

// parsed returns the document of a text, which must be one.
func parsed(t testing.TB, text string) *Document {
	t.Helper()
	doc, diags := Parse(source(text))
	if doc == nil {
		t.Fatalf("%s\n%v", text, diags.Errors())
	}
	return doc
}

// read reads a spec for linux/arm64.
func read(text string) (*Spec, diag.List) {
	doc, diags := Parse(source(text))
	if doc == nil {
		return nil, diags
	}
	s, more := doc.Spec(Request{Platform: arm64})
	diags.Add(more)
	return s, diags
}
