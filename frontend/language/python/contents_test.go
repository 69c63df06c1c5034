package python

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// TestContents reads an environment with metadata of every kind, of what fetch and
// compile left.
func TestContents(t *testing.T) {
	const site = "lib/python3.13/site-packages/"
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	fetched := fstest.MapFS{
		site + "Flask-3.0.dist-info/METADATA":     file("Metadata-Version: 2.4\nName: Flask\nVersion: 3.0\nLicense-Expression: BSD-3-Clause\nLicense: Text\n\nName: no\n"),
		site + "old_name-1.0.dist-info/METADATA":  file("Name: old_name\nVersion: 1.0\nLicense: MIT License\n        Copyright: someone\n"),
		site + "none.egg-info/PKG-INFO":           file("Name: none\nVersion: 2\nLicense: UNKNOWN\n"),
		site + "oldest.egg-info":                  file("Name: oldest\nVersion: 0.9\n"),
		site + "flask/METADATA":                   file("Name: wrong\nVersion: 1\n"),
		"venv/" + site + "app.dist-info/METADATA": file("Name: app\nVersion: 0.1\n"),
	}
	deps := language.Origin{Kind: language.OfFetch, Fetch: &language.Fetch{}}
	b := &language.Built{
		Recipe: &language.Recipe{Image: language.Image{Layers: []language.Layer{{Copies: []language.Copy{
			{From: deps, Path: "/", To: venv}, {Path: "app", To: language.AppDir}, {Path: "venv", To: venv}, {Path: "nothing", To: venv},
		}}}}},
		Open: func(language.Origin) (fs.FS, error) { return fetched, nil },
	}
	got, err := contents(b)
	want := []bom.Package{
		{Name: "Flask", Version: "3.0", URL: "pkg:pypi/flask@3.0", License: "BSD-3-Clause"},
		{Name: "none", Version: "2", URL: "pkg:pypi/none@2"},
		{Name: "old_name", Version: "1.0", URL: "pkg:pypi/old-name@1.0", License: "MIT License"},
		{Name: "oldest", Version: "0.9", URL: "pkg:pypi/oldest@0.9"},
		{Name: "app", Version: "0.1", URL: "pkg:pypi/app@0.1"},
	}
	if err != nil || len(got) != len(want) {
		t.Fatalf("got %v and %+v, want %+v", err, got, want)
	}
	for i, w := range want {
		g := got[i]
		if g.Name != w.Name || g.Version != w.Version || g.URL != w.URL || g.License != w.License {
			t.Errorf("got %+v, want %+v", g, w)
		}
	}
}

// TestInterpreters has an image that Python was compiled for.
func TestInterpreters(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	got, err := interpreters(fstest.MapFS{
		"usr/include/python3.11/patchlevel.h":       file("#define PY_VERSION      \"3.11.2\"\n"), // of a package
		"usr/local/include/python3.13/patchlevel.h": file("/* Version as a string */\n#define PY_VERSION      \"3.13.5\"\n"),
	})
	if err != nil || len(got) != 1 || got[0].URL != "pkg:generic/python@3.13.5" {
		t.Errorf("got %v, %v, want that of no package", got, err)
	}
}
