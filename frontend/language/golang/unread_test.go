package golang

import (
	"slices"
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
		if got := unread(p, e, g); len(got) > 0 {
			t.Errorf("%s: got %q where the compiler has a cache, want none", build, got)
		}
		p.Apart = true
		got := unread(p, e, g)
		if whole := len(got) == 0; whole == want || want && len(got) != len(language.Unread(p)) {
			t.Errorf("%s: got %q, want some: %v", build, got, want)
		}
	}
}

// TestUnreadEmbedded leaves out what is for people and other tools, but not what packages
// beside it embed.
func TestUnreadEmbedded(t *testing.T) {
	p, e, g := programIn(t, `
-- stagefront.yaml --
language: go
project: services/api
-- README.md --
-- LICENSE --
-- Dockerfile --
-- .github/workflows/ci.yml --
-- docs.go --
package api

import _ "embed"

//go:embed README.md
var readme string
-- services/api/README.md --
-- services/api/SECURITY.md --
-- services/api/go.mod --
module example.com/api

go 1.26
-- services/api/main.go --
package main

import "embed"

//go:embed all:S*
var files embed.FS
`)
	p.Apart = true
	want := []string{".github", "Dockerfile", "LICENSE", "stagefront.yaml", "services/api/README.md"}
	if got := unread(p, e, g); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// programOf returns a project of one program with a build block.
func programOf(t *testing.T, build string) (*language.Project, *entrypoint, platform) {
	t.Helper()
	return programIn(t, "-- stagefront.yaml --\nlanguage: go\nbuild: "+build+
		"\n-- README.md --\n-- go.mod --\nmodule example.com/app\n\ngo 1.26\n-- main.go --\npackage main\n")
}

// programIn returns the project of an archive, which has one program.
func programIn(t *testing.T, archive string) (*language.Project, *entrypoint, platform) {
	t.Helper()
	p, diags := trial.Project(t, txtar.Parse([]byte(archive)), spec.Request{})
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
