package golang

import (
	"bytes"
	"runtime/debug"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestComposed compares what programs say of themselves with a project that has a
// workspace, replaced modules and sums.
func TestComposed(t *testing.T) {
	for _, c := range []struct{ info, want string }{
		{"mod example.com/app (devel)\ndep example.com/lib (devel)\n", ""},
		{"mod example.com/app (devel)\ndep example.com/a v1.0.0 h1:a=\ndep example.com/w v1.0.0 h1:w=\n", ""},
		{"mod example.com/app (devel)\ndep example.com/local v0.0.0\n=> ./local (devel) \n", ""},
		{"mod example.com/app (devel)\ndep example.com/old v1.0.0\n=> example.com/fork v1.1.0 h1:fork=\n", ""},
		{"mod example.com/a v1.0.0 h1:a=\n", ""}, // a program of a required module

		{"mod example.com/app (devel)\ndep example.com/a v1.0.0 h1:evil=\n",
			"go.mod:5:2: the program has example.com/a v1.0.0 with the sum h1:evil=, and go.sum says h1:a="},
		{"mod example.com/app (devel)\ndep example.com/a v1.0.1 h1:a=\n",
			"go.mod:5:2: the program has example.com/a v1.0.1, and no go.sum of the project has it"},
		{"mod example.com/app (devel)\ndep example.com/other v1.0.0 h1:a=\n",
			"the program has example.com/other v1.0.0, and no go.sum of the project has it"},
		{"mod example.com/app (devel)\ndep example.com/a v1.0.0\n=> ./elsewhere (devel) \n",
			"go.mod:5:2: the program has example.com/a from a directory, and no file of the project says so"},
		{"mod example.com/app (devel)\ndep example.com/a v1.0.0\n=> example.com/evil v1.0.0 h1:a=\n",
			"go.mod:5:2: the program has example.com/evil v1.0.0, and no go.sum of the project has it"},
		{"mod example.com/evil (devel)\n",
			"the program has example.com/evil from a directory, and no file of the project says so"},
	} {
		if got := compared(t, composedProject, c.info); got != c.want {
			t.Errorf("%s: got %s, want %s", c.info, got, c.want)
		}
	}
	vendored := composedProject + "-- vendor/modules.txt --\n# example.com/a v1.0.0\n## explicit\nexample.com/a\n"
	for _, c := range []struct{ info, want string }{
		{"mod example.com/app (devel)\ndep example.com/a v1.0.0\n", ""},
		{"mod example.com/app (devel)\ndep example.com/a v1.0.0 h1:a=\n", ""}, // with -mod=mod
		{"mod example.com/app (devel)\ndep example.com/a v1.0.1\n",
			"go.mod:5:2: the program has example.com/a v1.0.1, and vendor/modules.txt has v1.0.0"},
		{"mod example.com/app (devel)\ndep example.com/b v1.0.0\n",
			"the program has example.com/b v1.0.0, and vendor/modules.txt has none"},
	} {
		if got := compared(t, vendored, c.info); got != c.want {
			t.Errorf("vendored: %s: got %s, want %s", c.info, got, c.want)
		}
	}
}

// TestComposedModfile reads the file that a flag puts in the place of go.mod.
func TestComposedModfile(t *testing.T) {
	project := strings.Replace(composedProject, "language: go\n", "language: go\nbuild: {env: {GOFLAGS: -modfile=alt.mod}}\n", 1) +
		"-- alt.mod --\nmodule example.com/app\n\ngo 1.26\n-- alt.sum --\nexample.com/alt v1.0.0 h1:alt=\n"
	if got := compared(t, project, "mod example.com/app (devel)\ndep example.com/alt v1.0.0 h1:alt=\n"); got != "" {
		t.Errorf("got %s", got)
	}
}

// TestComposedUnsaid reads programs that say nothing.
func TestComposedUnsaid(t *testing.T) {
	for build, want := range map[string]string{
		"{}":                        "error",
		"{flags: [-toolexec=a.sh]}": "warning",
	} {
		p, diags := trial.Project(t, txtar.Parse([]byte(strings.Replace(composedProject, "language: go\n", "language: go\nbuild: "+build+"\n", 1))), spec.Request{})
		if p == nil {
			t.Fatal(diags)
		}
		got := composed(p, trial.AMD64, bytes.NewReader(trial.ELF("")))
		if len(got) != 1 || got.Failed() != (want == "error") || got.Failed() != (got[0].Hint == "is the toolchain Go's own?") {
			t.Errorf("%s: got %v, want an %s", build, got, want)
		}
	}
}

// compared returns what is wrong with a program of a project.
func compared(t *testing.T, project, info string) string {
	t.Helper()
	p, diags := trial.Project(t, txtar.Parse([]byte(project)), spec.Request{})
	if p == nil {
		t.Fatal(diags)
	}
	built, err := debug.ParseBuildInfo(strings.NewReplacer(" ", "\t").Replace("path example.com/app\n" + info))
	if err != nil {
		t.Fatal(err)
	}
	locks := locksOf(p, trial.AMD64)
	if locks == nil || !locks.names() {
		t.Fatal("the project names no modules")
	}
	got, hint, differs := strings.Cut(locks.compare(built).Error(), "; ")
	if differs && hint != "run \"go mod tidy\" and commit what it writes; does build.flags or build.env choose other modules?" {
		t.Errorf("%s: got the hint %q", got, hint)
	}
	return got
}

const composedProject = `
-- stagefront.yaml --
language: go
-- go.work --
go 1.26

use (
	.
	./lib
)
-- go.work.sum --
example.com/w v1.0.0 h1:w=
-- go.mod --
module example.com/app

go 1.26
require (
	example.com/a v1.0.0
	example.com/old v1.0.0
	example.com/local v0.0.0
)

replace example.com/old => example.com/fork v1.1.0

replace example.com/local => ./local
-- go.sum --
example.com/a v1.0.0 h1:a=
example.com/a v1.0.0/go.mod h1:x=
example.com/fork v1.1.0 h1:fork=
-- lib/go.mod --
module example.com/lib
-- local/go.mod --
module example.com/local
-- main.go --
package main
`

// TestLinkedStubs finds what does nothing without cgo in the program, where no package
// of the project imports it.
func TestLinkedStubs(t *testing.T) {
	info := &debug.BuildInfo{Deps: []*debug.Module{{Path: "gorm.io/driver/sqlite"}, {Path: "github.com/mattn/go-sqlite3"}}}
	known := diag.List{{Message: "it is imported"}}
	for _, c := range []struct {
		build string
		known diag.List
		want  int
	}{{"{}", nil, 1}, {"{cgo: true}", nil, 0}, {"{}", known, 0}} {
		got := linkedStubs(trial.Spec(t, "build: "+c.build+"\n", spec.Request{}), c.known, info)
		if len(got) != c.want || c.want == 1 && (got[0].Rule != cgoStub || got.Failed()) {
			t.Errorf("%s: got %v, want %d", c.build, got, c.want)
		}
	}
}
