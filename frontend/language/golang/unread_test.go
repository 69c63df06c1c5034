package golang

import (
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestUnreadAsked leaves the source whole where a spec has the go command read more.
func TestUnreadAsked(t *testing.T) {
	for build, want := range map[string]bool{
		"{}":                                   true,
		"{flags: [-buildvcs=false, -v]}":       true,
		"{flags: [-buildvcs=true]}":            false,
		"{flags: [-buildvcs]}":                 false,
		"{flags: [-overlay=a.json]}":           false,
		"{flags: [-toolexec=a.sh]}":            false,
		"{env: {GOFLAGS: -buildvcs=auto}}":     false,
		"{env: {GOFLAGS: -trimpath -mod=mod}}": true,
		"{cgo: true}":                          false,
	} {
		p, e, g := programOf(t, build)
		got := unread(p, e, g)
		if whole := len(got) == 0; whole == want || want && len(got) != len(language.Unread(p)) {
			t.Errorf("%s: got %q, want some: %v", build, got, want)
		}
	}
}

// programOf returns a project of one program with a build block.
func programOf(t *testing.T, build string) (*language.Project, *entrypoint, platform) {
	t.Helper()
	archive := txtar.Parse([]byte("-- stagefront.yaml --\nlanguage: go\nbuild: " + build +
		"\n-- README.md --\n-- go.mod --\nmodule example.com/app\n\ngo 1.26\n-- main.go --\npackage main\n"))
	p, diags := trial.Project(t, archive, spec.Request{})
	if p == nil {
		t.Fatal(diags)
	}
	g, err := platformOf(trial.AMD64)
	if err != nil {
		t.Fatal(err)
	}
	e, ws, diags := entryOf(p, g)
	if e == nil || ws == nil {
		t.Fatal(diags)
	}
	return p, e, g
}
