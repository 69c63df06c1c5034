package daemon

import (
	"bytes"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/errdefs"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/llb"
)

// FuzzProblems shows what is wrong with any bytes as clients do: every excerpt
// prints, and has the line that it is about.
func FuzzProblems(f *testing.F) {
	for _, text := range trial.Specs(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		src := &diag.Source{Name: "stagefront.yaml", Data: data, Language: "YAML"}
		d := &Daemon{File: src, source: &dockerui.Source{SourceMap: &llb.SourceMap{}}}
		doc, diags := spec.Parse(src)
		if doc != nil {
			_, diags = doc.Spec(spec.Request{Platform: trial.ARM64})
		}
		err := d.Tell(diags.Err())
		sources := errdefs.Sources(err)
		if want := min(len(diags.Errors()), MaxExcerpts); len(sources) != want {
			t.Fatalf("got %d excerpts, want %d: %v", len(sources), want, err)
		}
		for _, s := range sources {
			var printed bytes.Buffer
			if err := s.Print(&printed); err != nil || !strings.Contains(printed.String(), ">>>") {
				t.Errorf("got %v, want an excerpt with its line: %s", err, printed.String())
			}
		}
	})
}
