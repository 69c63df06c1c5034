package node

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
)

// TestContents reads trees of npm and of pnpm, with packages in packages, what is no
// package, and what stays behind.
func TestContents(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	files := fstest.MapFS{
		"app/node_modules/express/package.json":                              file(`{"name": "express", "version": "5.0.0", "license": "MIT"}`),
		"app/node_modules/express/node_modules/ms/package.json":              file(`{"name": "ms", "version": "1.0.0", "license": {"type": "ISC"}}`),
		"app/node_modules/express/dist/package.json":                         file(`{"name": "part", "version": "1.0.0"}`),
		"app/node_modules/@types/node/package.json":                          file(`{"name": "@types/node", "version": "24.0.0"}`),
		"app/node_modules/bare/package.json":                                 file(`{"type": "module"}`),
		"app/node_modules/.bin/express":                                      file("#!"),
		"app/node_modules/.pnpm/ms@2.0.0/node_modules/ms/package.json":       file(`{"name": "ms", "version": "2.0.0"}`),
		"app/packages/api/node_modules/left/package.json":                    file("\xef\xbb\xbf" + `{"name": "left", "version": "3.0.0", "license": ["MIT"]}`),
		"app/packages/api/node_modules/@next/swc-linux-x64-gnu/package.json": file(`{"name": "@next/swc-linux-x64-gnu", "version": "1.0.0"}`),
		"app/package.json": file(`{"name": "shop", "version": "1.0.0"}`),
	}
	b := &language.Built{
		Recipe: &language.Recipe{Image: language.Image{Layers: []language.Layer{{Copies: []language.Copy{
			{Path: "app", To: language.AppDir, Exclude: []string{"**/@next/swc-*"}}, {Path: "native/x64", To: language.AppDir},
		}}}}},
		Open: func(language.Origin) (fs.FS, error) { return files, nil },
	}
	got, err := contents(b)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range got {
		lines = append(lines, p.URL+" "+p.License)
	}
	slices.Sort(lines)
	want := []string{"pkg:npm/%40types/node@24.0.0 ", "pkg:npm/express@5.0.0 MIT", "pkg:npm/left@3.0.0 ", "pkg:npm/ms@1.0.0 ISC", "pkg:npm/ms@2.0.0 "}
	if !slices.Equal(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
}

// TestInterpreters has an image that has a node of its distribution and one of its own.
func TestInterpreters(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	got, err := interpreters(fstest.MapFS{
		"usr/bin/node":    file("node.js/v22.1.0"),                                        // of a package
		"nodejs/bin/node": file(strings.Repeat("\x00", 4<<20-8) + "node.js/v26.12.1\x00"), // over the border of two parts
	})
	if err != nil || len(got) != 1 || got[0].URL != "pkg:generic/node@26.12.1" {
		t.Errorf("got %v, %v, want that of no package", got, err)
	}
	if got, err := interpreters(fstest.MapFS{"usr/local/bin/node": file("#!/bin/sh")}); err != nil || len(got) > 0 {
		t.Errorf("got %v, %v of a wrapper, want none", got, err)
	}
}
