package spec_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestDocs holds the schema and the manual in docs against the types.
func TestDocs(t *testing.T) {
	var names []string
	for _, l := range languages.All {
		names = append(names, l.Name)
	}
	golden.File(t, "../../docs/stagefront.schema.json", spec.Schema(names))
	golden.File(t, "../../docs/spec.md", []byte(spec.Reference(names)))
}

// TestLanguagesOfKeys holds that the keys of some languages name ones that there are.
func TestLanguagesOfKeys(t *testing.T) {
	build, some := reflect.TypeFor[spec.Build](), false
	for i := range build.NumField() {
		of, few := build.Field(i).Tag.Lookup("of")
		if !few {
			continue
		}
		some = true
		for _, name := range strings.Split(of, ",") {
			if languages.Named(name) == nil {
				t.Errorf("build.%s is for %q, which is no language", build.Field(i).Tag.Get("spec"), name)
			}
		}
	}
	if !some {
		t.Error("no key is for some languages alone")
	}
}

// TestManualExamples reads every spec in the manual, for every target of it.
func TestManualExamples(t *testing.T) {
	count := 0
	rest := spec.Reference([]string{"go"})
	for {
		_, after, found := strings.Cut(rest, "```yaml\n")
		if !found {
			break
		}
		text, tail, _ := strings.Cut(after, "```\n")
		rest = tail
		count++
		doc := trial.Document(t, text)
		names := []string{""}
		for _, target := range doc.Targets() {
			names = append(names, target.Name.Value)
		}
		for _, name := range names {
			_, diags := doc.Spec(spec.Request{
				BuildArgs: map[string]string{"CHANNEL": "stable"},
				Platform:  trial.AMD64,
				Target:    name,
			})
			if err := diags.Err(); err != nil {
				t.Errorf("%s\ntarget %q: %v", text, name, err)
			}
		}
	}
	t.Logf("%d specs", count)
}
