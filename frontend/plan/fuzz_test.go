package plan

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// platforms are those that Go builds for, variants that images name, and two
// that no recipe knows.
var platforms = []spec.Platform{
	trial.AMD64,
	{OS: "linux", Architecture: "amd64", Variant: "v3"},
	trial.ARM64,
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

// FuzzPlan plans every target of any project, an archive with a spec in it: for
// every platform there is a plan that prints, or a reason why there is none, and
// every problem is inside of a file.
func FuzzPlan(f *testing.F) {
	for _, a := range seeds(f) {
		f.Add(trial.Small(a))
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		a := txtar.Parse(archive)
		project, err := txtar.FS(a)
		text, ok := specOf(a)
		if err != nil || !ok {
			return
		}
		doc, _ := spec.Parse(trial.Source(text))
		if doc == nil {
			return
		}
		targets := []string{""}
		for _, target := range doc.Targets() {
			targets = append(targets, target.Name.Value)
		}
		for _, name := range targets[:min(len(targets), 4)] {
			memo := &language.Memo{}
			for _, target := range platforms {
				s, _ := doc.Spec(spec.Request{Platform: target, Target: name})
				if s == nil {
					break // for other platforms too: the spec's own mistakes are FuzzSpec's
				}
				planned(t, &language.Project{FS: project, Spec: s, Host: trial.AMD64, Memo: memo}, target)
			}
		}
	})
}

// specOf returns the spec of an archive.
func specOf(a *txtar.Archive) (string, bool) {
	for _, f := range a.Files {
		if f.Name == trial.SpecFile {
			return string(f.Data), true
		}
	}
	return "", false
}

// seeds returns every project of the repository, and every spec of it with a project
// beside it, of its language when it says which.
func seeds(t testing.TB) []*txtar.Archive {
	all := trial.Projects(t)
	small := smallest(t, all)
	for i, text := range trial.Specs(t) {
		l := languages.All[i%len(languages.All)]
		for _, other := range languages.All {
			if strings.Contains(text, "language: "+other.Name+"\n") {
				l = other
			}
		}
		files := append([]txtar.File{{Name: trial.SpecFile, Data: []byte(text)}}, small[l]...)
		all = append(all, &txtar.Archive{Files: files})
	}
	return all
}

// smallest returns the files of the smallest project of each language for which
// there is a plan, without its spec.
func smallest(t testing.TB, projects []*txtar.Archive) map[*language.Language][]txtar.File {
	out := map[*language.Language][]txtar.File{}
	size := map[*language.Language]int{}
	for _, a := range projects {
		if _, ok := specOf(a); !ok {
			continue
		}
		p, _ := trial.Project(t, a, spec.Request{Platform: trial.AMD64})
		if p == nil {
			continue
		}
		made, _ := New(p, trial.AMD64)
		if made == nil {
			continue
		}
		l, n := made.Language, len(trial.Small(a))
		if out[l] == nil || n < size[l] {
			isSpec := func(f txtar.File) bool { return f.Name == trial.SpecFile }
			out[l], size[l] = slices.DeleteFunc(slices.Clone(a.Files), isSpec), n
		}
	}
	if len(out) != len(languages.All) {
		t.Fatalf("there are projects of %d languages, want %d", len(out), len(languages.All))
	}
	return out
}

// planned plans a project and what goes into its image.
func planned(t *testing.T, project *language.Project, target spec.Platform) {
	p, diags := New(project, target)
	trial.Within(t, diags, project.FS)
	if (p == nil) != (diags.Err() != nil) {
		t.Fatalf("%s: got a plan %v with the errors %v", target, p != nil, diags.Errors())
	}
	if p == nil {
		return
	}
	for _, asked := range []string{"", spec.TestTarget, spec.BinaryTarget} {
		for _, d := range p.Explain(asked) {
			if d.Name == "" || d.Why == "" {
				t.Errorf("%s: %q: got the decision %+v without a name or a reason", target, asked, d)
			}
		}
	}
	if _, err := json.Marshal(p); err != nil {
		t.Errorf("%s: %v", target, err)
	}
	p.SetMirrors(map[string]string{"GOPROXY": "https://example.com"})
	p.Sources()
	for _, base := range []Base{{}, {FS: runtimeFS, Workdir: "/srv", User: "33:34"}} {
		e, diags := p.Export(base, Found{Libraries: []Library{{From: language.FromToolchain, Path: "lib/libz.so.1", To: "/lib/libz.so.1"}}})
		trial.Within(t, diags, project.FS)
		if (e == nil) != (diags.Err() != nil) {
			t.Fatalf("%s: got an export %v with the errors %v", target, e != nil, diags.Errors())
		}
		if _, err := json.Marshal(e); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}
