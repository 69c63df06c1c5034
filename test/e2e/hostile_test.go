package e2e

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// hostile is a project with words in it that a shell, a parser or a tool might take for
// something else.
const hostile = `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
args: [-rf, "$$(touch /tmp/x)", "two\nlines", "'; exit 1 #", "--", "*"]
labels:
  "-label": "a\n\"b\" 'c' $$(id) \\"
env: {HOSTILE: "a\nPATH=/evil"}
files: [names]
build:
  script: [[sh, -c, 'printf %s "$$1" >got.txt', sh, "$$(id); 'x' \"y\"\n-rf"]]
-- go.mod --
module example.com/hostile

go 1.26.0
-- main.go --
package main

import (
	_ "embed"
	"fmt"
	"os"
)

//go:embed got.txt
var got string

func main() { fmt.Printf("%q %q %q", os.Args[1:], got, os.Getenv("HOSTILE")) }
`

// hostileNames are names of files.
var hostileNames = []string{"-rf", "a b", "$(touch x)", "quote\"'", "new\nline", "tab\t", "*", "[x]", `back\slash`, "ünïcödé", "#", "!", "~", "a:b"}

// TestHostile builds a project of hostile words, names and links: all are taken
// literally, and no file gets out of its place or may do what its owner can.
func TestHostile(t *testing.T) {
	lab := start(t)
	dir := project(t, hostile)
	names := filepath.Join(dir, "names")
	if err := os.Mkdir(names, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range hostileNames {
		if err := os.WriteFile(filepath.Join(names, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	links := map[string]string{"loop": "loop", "there": "back", "back": "there", "out": "/etc/shadow", "up": "../../../../etc"}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(names, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{
		os.WriteFile(filepath.Join(names, "suid"), []byte("suid"), 0o755), os.Chmod(filepath.Join(names, "suid"), 0o755|fs.ModeSetuid|fs.ModeSetgid),
		os.Link(filepath.Join(names, "a b"), filepath.Join(names, "hard")), syscall.Mkfifo(filepath.Join(dir, "pipe.pem"), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	img := open(t, build(t, lab, dir, "hostile"), "linux/amd64")
	result, err := img.Run(t.Context(), image.RunOptions{})
	want := fmt.Sprintf("%q %q %q", []string{"-rf", "$(touch /tmp/x)", "two\nlines", "'; exit 1 #", "--", "*"}, "$(id); 'x' \"y\"\n-rf", "a\nPATH=/evil")
	if err != nil || result.Stdout != want {
		t.Errorf("got %+v, %v, want %s", result, err, want)
	}
	if got, want := img.Config.Config.Labels["-label"], "a\n\"b\" 'c' $(id) \\"; got != want {
		t.Errorf("got the label %q, want %q", got, want)
	}
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(slices.Clone(hostileNames), "hard", "suid") {
		data, err := img.ReadFile("/app/names/" + name)
		if want := strings.Replace(name, "hard", "a b", 1); err != nil || string(data) != want {
			t.Errorf("%q: got %q, %v", name, data, err)
		}
	}
	for name, to := range links {
		if f := files["/app/names/"+name]; f.Linkname != to {
			t.Errorf("%s leads to %q, want %q", name, f.Linkname, to)
		}
	}
	checkPlain(t, img)
}

// checkPlain checks that no file of an image's layers of ours may do more than who
// starts it, and that all are files, directories or links.
func checkPlain(t *testing.T, img *image.Image) {
	t.Helper()
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range files {
		if !strings.HasPrefix(name, "/app/") && !strings.HasPrefix(name, "/opt/") && !strings.HasPrefix(name, "/usr/local/") {
			continue
		}
		if f.Mode&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky|fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0 || f.Xattrs != "" {
			t.Errorf("%s is %v with %q", name, f.Mode, f.Xattrs)
		}
	}
}

// climber makes files by which who starts them would get more than they have: in the
// source as a script, and in the environment as the setup.py of a package, which goes on
// with it when it has ended.
const climber = `import os
import sys
import time

SCRIPT = sys.argv[0].endswith("climb.py")
CAPABILITY = bytes.fromhex("0100000280000000000000000000000000000000")


def climb():
    names = ["/src/tool", "/src/pkg/tool"] if SCRIPT else []
    for path, _, files in os.walk("/opt/venv/lib"):
        names += [os.path.join(path, name) for name in files if name.startswith("red")]
    for name in names:
        try:
            os.chmod(name, 0o6755)
            os.setxattr(name, "security.capability", CAPABILITY)
        except OSError as e:
            print("climber:", name, e)


climb()
for name in ("/src/pkg/pipe", "/opt/venv/lib/pipe"):
    try:
        os.mkfifo(name)
        os.mknod(name + "-disk", 0o60644, os.makedev(8, 0))
    except OSError as e:
        print("climber:", name, e)
if not SCRIPT and os.fork() == 0:
    os.setsid()
    os.closerange(0, 100)
    while True:
        climb()
        time.sleep(0.01)
`

// TestClimb builds a project whose own code and whose package make setuid files,
// capabilities, pipes and devices, beside private keys: none is in the image, and what
// is left out of the source is told.
func TestClimb(t *testing.T) {
	lab := start(t)
	setup := climber + "\nfrom setuptools import setup\n\nsetup(name='redclimb', version='1.0', py_modules=['redclimb'])\n"
	packages := map[string][]byte{
		"redclimb-1.0.tar.gz":          source(t, "redclimb", "1.0", "setup.py", setup, "redclimb.py", "word = 'climbed'\n"),
		"redtool-1.0-py3-none-any.whl": wheel(t, "redtool", "1.0", "word = 'tool'\n"),
	}
	requirements := "--extra-index-url http://" + index(t, "", packages) + "/simple\n"
	for file, data := range packages {
		name, _, _ := strings.Cut(file, "-")
		requirements += fmt.Sprintf("%s==1.0 --hash=sha256:%x\n", name, sha256.Sum256(data))
	}
	archive := strings.Replace(pythonPrints(requirements, "redclimb", "word"), "language: python\n", "language: python\nbuild: {script: [[python3, climb.py]]}\n", 1)
	dir := project(t, archive+`-- climb.py --
`+climber+`-- tool --
#!/bin/sh
-- pkg/tool --
#!/bin/sh
-- id_rsa --
-----BEGIN OPENSSH PRIVATE KEY-----
-- pkg/id_ed25519 --
-----BEGIN OPENSSH PRIVATE KEY-----
-- tls.PEM --
-----BEGIN CERTIFICATE-----
-----END CERTIFICATE-----
-----BEGIN EC PRIVATE KEY-----
-- pkg/key.txt --
-----BEGIN RSA PRIVATE KEY-----
-- notes.txt --
A key begins with -----BEGIN PRIVATE KEY-----
`)
	if err := syscall.Mkfifo(filepath.Join(dir, "x.pem"), 0o644); err != nil {
		t.Fatal(err)
	}
	ref, printed, err := tryBuild(t, lab, dir, "climb", anew())
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	for _, want := range []string{"id_rsa, pkg/id_ed25519, pkg/key.txt, tls.PEM: private keys are left out", "x.pem: neither files nor directories"} {
		if !strings.Contains(printed, want) {
			t.Errorf("the build does not say %q\n%s", want, printed)
		}
	}
	img := open(t, ref, "linux/amd64")
	if result, err := img.Run(t.Context(), image.RunOptions{}); err != nil || result.Stdout != "climbed\n" {
		t.Errorf("got %+v, %v", result, err)
	}
	checkPlain(t, img)
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, there := range map[string]bool{"/app/tool": true, "/app/pkg/tool": true, "/app/notes.txt": true, "/app/id_rsa": false, "/app/pkg/id_ed25519": false, "/app/tls.PEM": false, "/app/pkg/key.txt": false} {
		if _, got := files[name]; got != there {
			t.Errorf("%s is in the image: %t, want %t", name, got, there)
		}
	}
}
