package build

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestDistinct takes for one what leaves the same, and nothing else.
func TestDistinct(t *testing.T) {
	for name, change := range map[string]func(p *plan.Plan){
		"": func(*plan.Plan) {},
		"target": func(p *plan.Plan) {
			p.Name, p.Compile.Range, p.Compile.Name = "other", trial.Source("a\n").Line(1), "make other"
		},
		"runtime":      func(p *plan.Plan) { p.Runtime.Kind = plan.Scratch },
		"! language":   func(p *plan.Plan) { p.Language = &language.Language{Name: "other"} },
		"! arguments":  func(p *plan.Plan) { p.Compile.Args = []string{"make", "all"} },
		"! directory":  func(p *plan.Plan) { p.Compile.Dir = "api" },
		"! variables":  func(p *plan.Plan) { p.Compile.Env = spec.Vars{{Name: "A", Value: "b"}} },
		"! file":       func(p *plan.Plan) { p.Compile.Files = []language.File{{Path: "a", Data: "other"}} },
		"! toolchain":  func(p *plan.Plan) { p.Toolchain.Ref = "example.com/tool:2" },
		"! packages":   func(p *plan.Plan) { p.Packages = &language.Packages{Names: []string{"git"}} },
		"! script":     func(p *plan.Plan) { p.Scripts = []language.Step{{Args: []string{"gen"}}} },
		"! script's":   func(p *plan.Plan) { p.Scripts = []language.Step{{Args: []string{"gen"}, Dir: "api"}} },
		"! overlay":    func(p *plan.Plan) { p.Overlay = []plan.Op{{Copy: "a", To: "/a"}} },
		"! secrets":    func(p *plan.Plan) { p.Secrets = []string{"token"} },
		"! network":    func(p *plan.Plan) { p.Network = true },
		"! dependency": func(p *plan.Plan) { p.Compile.Fetches = language.Refs(trial.Fetch("fetch more", "/more")) },
	} {
		one, two := planned(t, text, trial.Compiled()), planned(t, text, trial.Compiled())
		one.Compile.Files, two.Compile.Files = []language.File{{Path: "a", Data: "b"}}, []language.File{{Path: "a", Data: "b"}}
		one.Packages, two.Packages = &language.Packages{Range: one.Compile.Range}, &language.Packages{}
		change(two)
		got := distinct([]*plan.Plan{one, two, one}, binaryWork)
		want := 1
		if strings.HasPrefix(name, "!") {
			want = 2
		}
		if len(got) != want || got[0] != one {
			t.Errorf("another%s: got %d plans, want %d", strings.TrimPrefix(name, "!"), len(got), want)
		}
	}
}

// TestDistinctTests looks at the tests of plans, whatever they compile, and at that
// too where tests have it.
func TestDistinctTests(t *testing.T) {
	one, two := planned(t, text, trial.Compiled()), planned(t, text, trial.Compiled())
	one.Test, two.Test = language.Step{Args: []string{"test"}}, language.Step{Args: []string{"test"}}
	two.Compile.Args = []string{"make", "other"}
	if got := distinct([]*plan.Plan{one, two}, testWork); len(got) != 1 {
		t.Errorf("got %d plans, want 1", len(got))
	}
	one.Test.Compiled, two.Test.Compiled = "/compiled", "/compiled"
	if got := distinct([]*plan.Plan{one, two}, testWork); len(got) != 2 {
		t.Errorf("got %d plans with what they compiled, want 2", len(got))
	}
}

// TestSameNames refuses programs that overwrite each other. What an interpreter runs
// is in a directory of its target.
func TestSameNames(t *testing.T) {
	for names, want := range map[string]string{
		"api worker api": `2:13: targets "t0" and "t2" both make a program "api"`,
		"api - worker -": "",
	} {
		var plans []*plan.Plan
		for i, name := range strings.Fields(names) {
			p := planned(t, text, trial.Compiled())
			p.Program, p.Name = strings.Trim(name, "-"), fmt.Sprintf("t%d", i)
			plans = append(plans, p)
		}
		if got := lines(sameNames(plans).Err()); got != want {
			t.Errorf("%s: got %s, want %s", names, got, want)
		}
	}
}
