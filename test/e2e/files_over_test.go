package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// overPython is a project with files of the spec in the place of its own and of a
// package's: what they are, and how, is what the image has and what runs.
const overPython = `
-- stagefront.yaml --
# syntax=org/stagefront
language: python
entrypoint: main.py
files:
  - prod/settings.py:/app/settings.py
  - prod/config:/app/config/
  - "patches/*.py:/opt/venv/lib/python3.13/site-packages/"
  - {from: run.sh, to: /app/run.sh, mode: 755}
  - {from: db.sqlite3, to: /app/db.sqlite3, owner: 65532, mode: 664}
  - {from: root, to: /}
  - to: /app/var
-- requirements.txt --
six==1.16.0
-- main.py --
import os
import settings, six, config.site

print(settings.NAME, six.__version__, config.site.NAME, os.path.exists(settings.__cached__))
open("/app/var/x", "w").close()
-- settings.py --
NAME = "dev"
-- config/__init__.py --
-- config/site.py --
NAME = "dev"
-- prod/settings.py --
NAME = "prod"
-- prod/config/site.py --
NAME = "prod"
-- patches/six.py --
__version__ = "patched"
-- run.sh --
-- db.sqlite3 --
-- root/app/var/kept.txt --
-- root/tmp/seed.txt --
`

// TestFilesOverPython puts files over a project of Python: what was compiled of the old
// ones does not run.
func TestFilesOverPython(t *testing.T) {
	lab := start(t)
	img := open(t, build(t, lab, project(t, overPython), "files-over-python"), "linux/amd64")
	result, err := img.Run(t.Context(), image.RunOptions{})
	if err != nil || result.Stdout != "prod patched prod True\n" {
		t.Errorf("got %+v, %v, want that what the spec names runs, and that the rest is compiled", result, err)
	}
	checkPlaces(t, img, map[string]string{
		"/app":                  "drwxrwxr-x 65532:0",
		"/app/var":              "drwxrwxr-x 65532:0",
		"/app/var/kept.txt":     "-rw-r--r-- 0:0",
		"/app/config":           "drwxr-xr-x 0:0",
		"/app/settings.py":      "-rw-r--r-- 0:0",
		"/app/run.sh":           "-rwxr-xr-x 0:0",
		"/app/db.sqlite3":       "-rw-rw-r-- 65532:0",
		"/opt/venv":             "drwxr-xr-x 0:0",
		"/tmp":                  "dtrwxrwxrwx 0:0",
		"/tmp/seed.txt":         "-rw-r--r-- 0:0",
		"/app/config/site.py":   "-rw-r--r-- 0:0",
		"/app/main.py":          "-rw-r--r-- 0:0",
		"/opt/venv/pyvenv.cfg":  "-rw-r--r-- 0:0",
		"/opt/venv/bin/python3": "Lrwxrwxrwx 0:0",
	})
}

// TestFilesOverNode puts files over a project of Node.
func TestFilesOverNode(t *testing.T) {
	lab := start(t)
	img := open(t, build(t, lab, project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
language: node
entrypoint: main.js
files:
  - prod/config.json:/app/config.json
  - {from: run.sh, to: /app/, mode: 755}
-- package.json --
{"name": "over", "private": true}
-- main.js --
console.log(require("./config.json").name);
-- config.json --
{"name": "dev"}
-- prod/config.json --
{"name": "prod"}
-- run.sh --
`), "files-over-node"), "linux/amd64")
	result, err := img.Run(t.Context(), image.RunOptions{})
	if err != nil || result.Stdout != "prod\n" {
		t.Errorf("got %+v, %v, want the file that the spec names", result, err)
	}
	checkPlaces(t, img, map[string]string{"/app": "drwxrwxr-x 65532:0", "/app/run.sh": "-rwxr-xr-x 0:0"})
}

// TestFilesOverSite puts files over a site: variants and validators of what was there
// are not served for them.
func TestFilesOverSite(t *testing.T) {
	lab := start(t)
	img := open(t, build(t, lab, project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
language: static
files:
  - prod/config.json:/srv/config.json
-- index.html --
<p>Hello</p>
-- kept.json --
"`+strings.Repeat("kept ", 200)+`"
-- config.json --
"`+strings.Repeat("dev ", 200)+`"
-- prod/config.json --
"`+strings.Repeat("prod ", 200)+`"
`), "files-over-site"), "linux/amd64")
	c, url := served(t, img, image.RunOptions{ReadOnly: true})
	if got, body := answered(t, c, url+"/config.json", "Accept-Encoding", "gzip"); got.StatusCode != 200 || !strings.Contains(body, "prod") {
		t.Errorf("got %s with %v and %.20q, want the file that the spec names", got.Status, got.Header, body)
	}
	if got, _ := answered(t, c, url+"/kept.json", "Accept-Encoding", "gzip"); got.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("got %v, want the variant that is smaller of what was not replaced", got.Header)
	}
}

// checkPlaces compares modes and owners of files of an image.
func checkPlaces(t *testing.T, img *image.Image, want map[string]string) {
	t.Helper()
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range want {
		f := files[name]
		if got := fmt.Sprintf("%v %d:%d", f.Mode, f.UID, f.GID); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
