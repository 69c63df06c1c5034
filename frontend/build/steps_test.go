package build

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
	"github.com/stagefront/stagefront/llb"
)

// TestReport tells what a step says of its result, at the step's place in the spec.
func TestReport(t *testing.T) {
	other := &language.Step{Name: "make online", Args: []string{"make"}}
	for _, c := range []struct {
		name, report string
		otherwise    *language.Step
		want         string
	}{
		{"all is well", `{"arguments": ["-jar", "a.jar"]}`, nil, ""},
		{"problems and warnings", `{"problems": [{"message": "no main class", "hint": "add one"}, {"message": "two jars"}], "warnings": [{"message": "it is old", "hint": "h"}]}`, nil,
			"error 2:13: no main class; add one\nerror 2:13: two jars\nwarning 2:13: it is old; h"},
		{"in a file", `{"problems": [{"message": "no such name", "file": "src/a.c", "line": 2, "column": 6}, {"message": "odd", "file": "src/a.c", "line": 2, "column": 99},
			{"message": "none", "file": "src/a.c", "line": 7}], "warnings": [{"message": "unused", "file": "made/b.c", "line": 3}]}`, nil,
			"error src/a.c:2:6: no such name\nerror src/a.c:2:3: odd\nerror src/a.c:3:1: none\nwarning 2:13: made/b.c:3: unused"},
		{"a formatted message", `{"problems": [{"message": "100% %s"}]}`, nil, "error 2:13: 100% %s"},
		{"nothing stands in for it", `{"lacked": "a plug-in"}`, nil, "error 2:13: make: a plug-in"},
		{"another stands in for it", `{"lacked": "a plug-in"}`, other, ""},
		{"broken", `{"lacked": `, nil, `error 2:13: reading the report of "make": unexpected end of JSON input`},
		{"another form", `{"lacked": []}`, nil, `error 2:13: reading the report of "make": json: cannot unmarshal array into Go struct field Report.lacked of type string`},
		{"none", "", nil, `error 2:13: reading the report of "make": open report.json: file does not exist`},
	} {
		files := fstest.MapFS{}
		if c.report != "" {
			files["report.json"] = &fstest.MapFile{Data: []byte(c.report)}
		}
		p := planned(t, text, trial.Compiled())
		p.Compile.Reports, p.Compile.Otherwise = true, c.otherwise
		j, _ := jobOf(t, p, map[language.Origin]fstest.MapFS{language.FromCompile: files})
		j.Files = fstest.MapFS{"src/a.c": {Data: []byte("int a;\n  int b = c;\n")}}
		out := &attempted{tree: j.tree(language.FromCompile), report: &language.Report{}}
		if got := told(j.readReport(t.Context(), &p.Compile, out)); got != c.want {
			t.Errorf("%s: got %s\nwant %s", c.name, got, c.want)
		}
		if c.name == "all is well" && !slices.Equal(out.report.Arguments, []string{"-jar", "a.jar"}) {
			t.Errorf("got the arguments %q", out.report.Arguments)
		}
		p.Compile.Reports = false
		if got := j.readReport(t.Context(), &p.Compile, &attempted{tree: out.tree, report: &language.Report{}}); got != nil {
			t.Errorf("%s: got %v of a step that reports nothing", c.name, got)
		}
	}
}

// told returns all problems as text.
func told(diags diag.List) string {
	var got []string
	for _, d := range diags {
		kind := map[diag.Severity]string{diag.Error: "error ", diag.Warning: "warning "}[d.Severity]
		got = append(got, kind+strings.ReplaceAll(d.String(), trial.SpecFile+":", ""))
	}
	return strings.Join(got, "\n")
}

// escalating returns a recipe of three attempts, the last with the network, and a
// fetch that the second needs alone.
func escalating() *language.Recipe {
	all := trial.Fetch("fetch all", "/all")
	r := trial.Compiled()
	r.Fetches = []*language.Fetch{all}
	r.Compile.Reports = true
	r.Compile.Otherwise = &language.Step{Name: "make of all", Args: []string{"make", "all"}, Dir: ".", Reports: true, Fetches: language.Refs(all)}
	r.Compile.Otherwise.Otherwise = &language.Step{Name: "make online", Args: []string{"make", "online"}, Dir: ".", Reports: true, Network: true}
	r.Image.Layers[0].Copies[0].Path = "made"
	return r
}

// TestAttempts goes on where a step lacked something, fetches what the next one needs
// and no more, and warns of the network.
func TestAttempts(t *testing.T) {
	lacks := func(what string) fstest.MapFS {
		return fstest.MapFS{"report.json": {Data: []byte(`{"lacked": "` + what + `"}`)}, "made": {}}
	}
	for _, c := range []struct {
		name  string
		left  map[string]fstest.MapFS
		steps []string
		want  string // warnings, or the error
	}{
		{"the first", map[string]fstest.MapFS{"[made] make": lacks("")}, []string{"[made] make"}, ""},
		{"the second", map[string]fstest.MapFS{"[made] make of": lacks(""), "[made] make": lacks("a")},
			[]string{"[made] make", "[made] fetch all", "[made] make of all"}, ""},
		{"the last", map[string]fstest.MapFS{"[made] make online": lacks(""), "[made] make of": lacks("b"), "[made] make": lacks("a")},
			[]string{"[made] make", "[made] fetch all", "[made] make of all", "[made] make online"},
			`"make online" ran with the network, since no fetch brings all that it asks for: b; its result can be another tomorrow, and it is done anew after every edit with what it downloads`},
		{"none", map[string]fstest.MapFS{"[made] make": lacks("c")},
			[]string{"[made] make", "[made] fetch all", "[made] make of all", "[made] make online"}, "make online: c"},
	} {
		g := gateway.New(t, text)
		g.Images, g.Left = []string{"example.com/tool:latest"}, c.left
		p := planned(t, text, escalating())
		j, err := builderOf(t, g).job(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		_, err = j.attempt(t.Context(), &p.Compile, j.Compile)
		var got []string
		for _, w := range g.Warnings {
			got = append(got, w.Text)
		}
		if err != nil {
			got = append(got, err.Error())
		}
		if !slices.Equal(g.Execs, c.steps) {
			t.Errorf("%s: got the steps %q, want %q", c.name, g.Execs, c.steps)
		}
		if text := strings.Join(got, "\n"); !strings.HasPrefix(text, c.want) || (text == "") != (c.want == "") {
			t.Errorf("%s: got %q, want %q", c.name, text, c.want)
		}
	}
}

// TestForeign warns of archives without native code for the target.
func TestForeign(t *testing.T) {
	p := planned(t, text, trial.Compiled())
	got := told(foreign(p, []language.Natives{
		{Name: "both.jar", Architectures: []string{"arm64", "amd64"}},
		{Name: "arm.jar", Architectures: []string{"arm64", "s390x"}},
	}))
	want := "warning 2:13: arm.jar has native code for arm64, s390x and none for linux/amd64; what needs it fails there; is there a release, or a classifier, for the platform?"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestDiagnosed tells what the project shows to be the reason of a failed step in
// place of the failure, and nothing in place of other errors.
func TestDiagnosed(t *testing.T) {
	for name, c := range map[string]struct {
		diagnose func(*language.Project, spec.Platform) diag.List
		want     string
	}{
		"no diagnosis": {nil, "[made] make: exit code: 1"},
		"no reason":    {func(*language.Project, spec.Platform) (d diag.List) { return d }, "[made] make: exit code: 1"},
		"a warning alone": {func(*language.Project, spec.Platform) (d diag.List) {
			d.Warnf(diag.Range{}, "it is old")
			return d
		}, "[made] make: exit code: 1"},
		"a reason": {func(*language.Project, spec.Platform) (d diag.List) {
			d.Errorf(diag.Range{}, "a file is missing")
			return d
		}, "a file is missing"},
	} {
		g := gateway.New(t, text)
		g.Images, g.Failing = []string{"example.com/tool:latest"}, map[string]error{"[made] make": errors.New("exit code: 1")}
		p := planned(t, text, trial.Compiled())
		p.Language.Diagnose = c.diagnose
		if _, err := builderOf(t, g).Image(t.Context(), p); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// TestSuspected has steps of a toolchain that was given, and of others, fail.
func TestSuspected(t *testing.T) {
	const hint = "; has the context that is given for the toolchain, example.com/tool, all of that?"
	for _, c := range []struct {
		given   bool
		failure daemon.Failure
		want    string
	}{
		{true, daemon.Failure{Text: "exit code: 1"}, "exit code: 1" + hint},
		{true, daemon.Failure{Text: "make: exit code: 127", Log: "make: not found"}, "make: exit code: 127" + hint},
		{true, daemon.Failure{Text: "exit code: 1", Log: "no such name"}, "exit code: 1"},
		{true, daemon.Failure{Text: "exit code: 127", Hint: "add it"}, "exit code: 127; add it"},
		{false, daemon.Failure{Text: "exit code: 127"}, "exit code: 127"},
	} {
		p := planned(t, text, trial.Compiled())
		p.Toolchain.Ref = "example.com/tool"
		j := &job{Stages: &llb.Stages{Plan: p}, tools: &daemon.Image{Given: c.given}}
		if got := j.suspected(&c.failure).Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
