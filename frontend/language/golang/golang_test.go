package golang

import (
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestLdflags quotes flags as the go command reads them: at their beginning alone.
func TestLdflags(t *testing.T) {
	for _, c := range []struct{ spec, want string }{
		{"[-X, main.a=b]", "-X main.a=b"},
		{"[-X, main.a=b c]", "-X 'main.a=b c'"},
		{`[-X, "main.a=it's b"]`, `-X "main.a=it's b"`},
		{`[-X, 'main.a="b" c']`, `-X 'main.a="b" c'`},
		{`[-X, "main.a=it's\"b\""]`, `-X main.a=it's"b"`},
		{`[-X, "main.a=\n"]`, "-X 'main.a=\n'"},
		{`["'a'", ""]`, `"'a'" ''`},
		{`-X 'main.a=b c'`, `-X 'main.a=b c'`},
	} {
		s := trial.Spec(t, "build:\n  ldflags: "+c.spec+"\n", spec.Request{})
		if got, want := ldflags(s.Build.Ldflags), "-s -w -buildid= "+c.want; got != want {
			t.Errorf("%s: got %s, want %s", c.spec, got, want)
		}
	}
}

// TestDiagnoseOrder tells of several patterns in one order, whatever that of a map is.
func TestDiagnoseOrder(t *testing.T) {
	p, diags := trial.Project(t, txtar.Parse([]byte(`
-- stagefront.yaml --
language: go
-- go.mod --
module example.com/app
-- main.go --
package main

import _ "embed"

//go:embed g.txt b.txt e.txt a.txt d.txt c.txt f.txt
var files string
`)), spec.Request{})
	if p == nil {
		t.Fatal(diags)
	}
	want := diagnose(p, trial.ARM64).Error()
	for range 20 {
		if got := diagnose(p, trial.ARM64).Error(); got != want {
			t.Fatalf("got %s\nand %s", want, got)
		}
	}
}
