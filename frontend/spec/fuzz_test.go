package spec_test

import (
	"encoding/json"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// FuzzSpec reads any bytes as a spec: nothing panics, every problem has a place
// inside of the file, and what parses gives a spec or a reason for every
// platform and target.
func FuzzSpec(f *testing.F) {
	for _, text := range trial.Specs(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		project := fstest.MapFS{trial.SpecFile: {Data: data}}
		doc, diags := spec.Parse(trial.Source(string(data)))
		trial.Within(t, diags, project)
		if doc == nil {
			if diags.Err() == nil {
				t.Error("there is no document and no error")
			}
			return
		}
		targets := []string{"", spec.TestTarget, spec.BinaryTarget, "no such target"}
		for _, target := range doc.Targets() {
			targets = append(targets, target.Name.Value)
		}
		// A file of thousands of targets would be one long test of the same thing.
		for _, target := range targets[:min(len(targets), 8)] {
			for _, p := range []spec.Platform{trial.AMD64, {OS: "linux", Architecture: "arm", Variant: "v6"}} {
				asked(t, doc, spec.Request{Platform: p, Target: target}, project)
			}
		}
	})
}

// asked asks a document for one spec.
func asked(t *testing.T, doc *spec.Document, req spec.Request, project fstest.MapFS) {
	s, diags := doc.Spec(req)
	trial.Within(t, diags, project)
	if (s == nil) != (diags.Err() != nil) {
		t.Errorf("target %q: got a spec %v with the errors %v", req.Target, s != nil, diags.Errors())
	}
	if _, err := json.Marshal(s); err != nil {
		t.Errorf("target %q: %v", req.Target, err)
	}
	doc.ArgNames()
	for _, found := range append(doc.PlainVariables(req.Target), doc.Syntax()) {
		if found.IsSet() && !trial.Inside(found.Range, string(project[trial.SpecFile].Data)) {
			t.Errorf("%v to %v is outside of the spec", found.Range.Start, found.Range.End)
		}
	}
	doc.Mentions("VERSION")
	doc.Programs()
}
