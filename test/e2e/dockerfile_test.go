package e2e

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

// rustHello is the least that is a program in Rust.
const rustHello = `A package without dependencies.
-- stagefront.yaml --
# syntax=org/stagefront
language: rust
-- Cargo.toml --
[package]
name = "hello"
version = "0.1.0"
edition = "2021"
-- Cargo.lock --
version = 4

[[package]]
name = "hello"
version = "0.1.0"
-- src/main.rs --
fn main() {
    println!("hello");
}
`

// goWords says what others do not.
const goWords = `Words that are quoted, modes, owners, and a source that is made first.
-- stagefront.yaml --
# syntax=org/stagefront
language: go
runtime: scratch
user: 1000:1001
workdir: /srv/app
volumes: [/var/lib/words]
ports: [8080, 53/udp]
stop_signal: SIGINT
healthcheck:
  http: :8080/healthz
labels:
  org.example.words: 'say "$5", it''s \\ ${TARGETARCH}'
env:
  WORDS: 'a "$HOME" and $$ \\n #'
files:
  - {from: static, to: /srv/www/, mode: 0640, owner: "12:34"}
  - {from: "odd $name.txt", to: "/srv/odd $name.txt"}
  - {from: tool.sh, to: /srv/bin/tool, mode: 0750}
  - to: /var/cache/words/
build:
  files:
    - {from: front, to: web/front}
  script:
    - [sh, -c, "echo made >web/made.txt\nchmod 600 web/made.txt"]
-- .dockerignore --
static/left-out
-- go.mod --
module example.com/words

go 1.26
-- main.go --
package main

import "embed"

//go:embed web
var web embed.FS

func main() {
	data, err := web.ReadFile("web/made.txt")
	println(string(data), err)
}
-- web/page.html --
<h1>words</h1>
-- front/more.html --
<h1>more</h1>
-- static/a/b.txt --
b
-- static/left-out/c.txt --
c
-- odd $name.txt --
odd
-- tool.sh --
#!/bin/sh
`

// written are projects that are no examples.
var written = map[string]string{"rust-hello": rustHello, "go-words": goWords}

// printedOf are small projects of every language.
var printedOf = []string{"go-calculator", "go-words", "python-flask", "java-hello", "node-express-ts", "static-vite", "rust-hello"}

// TestDockerfile builds a project of every language and, by BuildKit's own frontend, the
// Dockerfile that is printed for it. Both images have the same files, owners, modes and
// configs.
func TestDockerfile(t *testing.T) {
	lab := start(t)
	for _, name := range printedOf {
		t.Run(name, func(t *testing.T) {
			var dir string
			if archive, ok := written[name]; ok {
				dir = project(t, archive)
			} else {
				dir = example(t, lab, name)
			}
			ours := build(t, lab, dir, "printed-"+name)
			theirs := buildPrinted(t, lab, dir, "dockerfile-"+name)
			for _, platform := range platforms {
				sameImage(t, open(t, theirs, platform), open(t, ours, platform))
			}
		})
	}
}

// buildPrinted builds the Dockerfile that is printed for a project, without the line
// by which it would be another frontend's than that of the builder.
func buildPrinted(t *testing.T, lab *labenv.Lab, dir, name string) (ref string) {
	t.Helper()
	flags := "--platform=" + strings.Join(platforms, ",") + " " + strings.Join(lab.Network, " ")
	text, status := asked(t, lab, dir, "dockerfile", flags, "2>/dev/null")
	_, rest, found := strings.Cut(text, "# syntax=docker/dockerfile:1\n")
	if status != "0" || !found {
		again, _ := asked(t, lab, dir, "dockerfile", flags, "2>&1")
		t.Fatalf("status %s: %s", status, again)
	}
	file := filepath.Join(t.TempDir(), "Dockerfile")
	if err := os.WriteFile(file, []byte(rest), 0o600); err != nil {
		t.Fatal(err)
	}
	return build(t, lab, dir, name, "-f", file)
}

// sameImage compares all that a container sees but for times.
func sameImage(t *testing.T, got, want *image.Image) {
	t.Helper()
	if g, w := configText(t, got), configText(t, want); g != w {
		t.Errorf("%s: got config %s, want %s", got.Platform, g, w)
	}
	have, err := got.Files()
	if err != nil {
		t.Fatal(err)
	}
	files, err := want.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		if _, there := files[name]; !there {
			t.Errorf("%s: %s is in the Dockerfile's image alone", got.Platform, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if g, w := fileText(t, have[name]), fileText(t, files[name]); g != w {
			t.Errorf("%s: %s: got %s, want %s", got.Platform, name, g, w)
		}
	}
}

// fileText returns what is compared of a file.
func fileText(t *testing.T, f image.File) string {
	t.Helper()
	return textOf(t, []any{f.Mode.String(), f.UID, f.GID, f.Size, f.Linkname, f.Xattrs})
}

// configText returns what a container is started by. The order of variables means
// nothing, and neither does a field that is empty instead of missing.
func configText(t *testing.T, img *image.Image) string {
	t.Helper()
	c := img.Config
	slices.Sort(c.Config.Env)
	if c.Config.WorkingDir == "" {
		c.Config.WorkingDir = "/"
	}
	return textOf(t, []any{c.OS, c.Architecture, c.Variant, c.Config})
}

func textOf(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
