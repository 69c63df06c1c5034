package golang

import (
	"fmt"
	"slices"
	"strings"
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

// TestUnreadIgnored keeps what a file may embed that is not of the package as we see it, by
// a tag that flags name or an experiment, and goes by the tags that the go command has.
func TestUnreadIgnored(t *testing.T) {
	const docs = "-- docs.go --\n//go:build %s\n\npackage main\n\nimport \"embed\"\n\n//go:embed *.md\nvar docs embed.FS\n"
	for build, constraint := range map[string]string{
		"{}":                            "docs",
		"{flags: [-tags=docs]}":         "docs",
		"{env: {GOFLAGS: -tags=docs}}":  "docs",
		"{tags: [docs]}":                "docs",
		"{env: {GOEXPERIMENT: jsonv2}}": "goexperiment.jsonv2",
	} {
		p, e, g := programIn(t, "-- stagefront.yaml --\nlanguage: go\nbuild: "+build+"\n-- README.md --\n-- LICENSE --\n"+
			fmt.Sprintf(docs, constraint)+"-- go.mod --\nmodule example.com/app\n\ngo 1.26\n-- main.go --\npackage main\n")
		p.Apart = true
		if got := unread(p, e, g); slices.Contains(got, "README.md") {
			t.Errorf("%s: README.md, which is embedded, is left out", build)
		}
	}
}

// TestEffectiveTags goes by the tags that the go command is told last.
func TestEffectiveTags(t *testing.T) {
	for build, want := range map[string]string{
		"{}":                           "",
		"{env: {GOFLAGS: -v -tags=a}}": "a",
		"{env: {GOFLAGS: -tags=a}, tags: [b, 'c,d']}": "b c d",
		"{tags: [b], flags: [-tags, 'c d']}":          "c d",
		"{flags: [-tags=c, --tags=d]}":                "d",
	} {
		p, _, _ := programOf(t, build)
		if got := strings.Join(effectiveTags(p.Spec), " "); got != want {
			t.Errorf("%s: got %q, want %q", build, got, want)
		}
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
