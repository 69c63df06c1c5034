package languages

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// FuzzProject reads any archive as a project of every language that it has a marker
// of: nothing panics, there is a recipe or a reason, and every problem is inside of
// a file.
func FuzzProject(f *testing.F) {
	for _, a := range trial.Projects(f) {
		f.Add(trial.Small(a))
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		a := txtar.Parse(archive)
		if _, err := txtar.FS(a); err != nil {
			return
		}
		project := fstest.MapFS{}
		for _, file := range golden.Unwanted(a) {
			project[file.Name] = &fstest.MapFile{Data: file.Data}
		}
		if own := project[trial.SpecFile]; own != nil {
			decided(t, project, string(own.Data))
		}
		for _, l := range All {
			for _, dir := range marked(project, l) {
				decided(t, project, fmt.Sprintf("language: %s\nproject: %q\n", l.Name, dir))
			}
		}
	})
}

// marked returns the directories of a project, at most two, that have a marker of a
// language.
func marked(project fstest.MapFS, l *language.Language) []string {
	var dirs []string
	for _, name := range slices.Sorted(maps.Keys(project)) {
		dir := path.Dir(name)
		if slices.Contains(l.Markers, path.Base(name)) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs[:min(len(dirs), 2)]
}

// decided asks for the recipe of a project with the given spec.
func decided(t *testing.T, project fstest.MapFS, text string) {
	s, _ := trial.Read(text, spec.Request{Platform: trial.ARM64})
	if s == nil {
		return // the spec's own mistakes are FuzzSpec's
	}
	project = maps.Clone(project)
	project[trial.SpecFile] = &fstest.MapFile{Data: []byte(text)}
	p := &language.Project{FS: project, Spec: s, Host: trial.AMD64}
	lang, _, diags := Detect(p)
	if (lang == nil) != diags.Failed() {
		t.Errorf("got the language %v with the errors %v", lang, diags.Errors())
	}
	if lang != nil {
		r, more := lang.Recipe(p, trial.ARM64)
		if (r == nil) != more.Failed() {
			t.Errorf("%q: got a recipe %v with the errors %v", text, r != nil, more.Errors())
		}
		if _, err := json.Marshal(r); err != nil {
			t.Error(err)
		}
		diags.Add(more)
		if lang.Diagnose != nil {
			diags.Add(lang.Diagnose(p, trial.ARM64))
		}
	}
	trial.Within(t, diags, project)
}
