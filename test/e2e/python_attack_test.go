package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// source returns a package as the source distribution that indexes have; files are
// names and texts in turn.
func source(t *testing.T, name, version string, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	top := name + "-" + version + "/"
	files = append(files, "PKG-INFO", fmt.Sprintf("Metadata-Version: 1.0\nName: %s\nVersion: %s\n", name, version))
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: top + files[i], Mode: 0o644, Size: int64(len(files[i+1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// index serves packages by their files' names, for who knows the password; "" is for
// everyone. It returns the index's address.
func index(t *testing.T, password string, packages map[string][]byte) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, given, _ := r.BasicAuth(); given != password {
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		name := path.Base(r.URL.Path)
		if strings.HasPrefix(r.URL.Path, "/files/") {
			_, _ = w.Write(packages[name]) // whoever went away does not want it
			return
		}
		for file, data := range packages {
			if strings.HasPrefix(file, name+"-") {
				fmt.Fprintf(w, "<a href=\"/files/%s#sha256=%x\">%s</a>\n", file, sha256.Sum256(data), file)
				return
			}
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// pythonPrints is a project that prints something of a package.
func pythonPrints(requirements, module, value string) string {
	return "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\n-- requirements.txt --\n" + requirements +
		"\n-- main.py --\nimport " + module + "\n\nprint(" + module + "." + value + ")\n"
}

// rewriter is a setup.py that changes what it finds of another package, wherever it
// can write.
const rewriter = `import os
from setuptools import setup

for top in ("/var", "/opt", "/root", "/tmp", "/src", "/usr/local/lib", "/run"):
    for directory, _, files in os.walk(top):
        for name in files:
            path = os.path.join(directory, name)
            try:
                data = open(path, "rb").read()
                if b"GOOD" in data:
                    open(path, "wb").write(data.replace(b"GOOD", b"EVIL"))
            except OSError:
                pass
setup(name="redevil", version="1.0", py_modules=["redevil"])
`

// TestPythonPoison has a package change the files of another while it is built. A
// project that pins the other by its hash gets what it pins.
func TestPythonPoison(t *testing.T) {
	lab := start(t)
	good := wheel(t, "redgood", "1.0", "word = 'GOOD'\n")
	at := index(t, "", map[string][]byte{
		"redgood-1.0-py3-none-any.whl": good,
		"redevil-1.0.tar.gz":           source(t, "redevil", "1.0", "setup.py", rewriter, "redevil.py", "word = 'evil'\n"),
	})
	options := "--extra-index-url http://" + at + "/simple\n"
	attacker := project(t, pythonPrints(options+"redgood==1.0\nredevil==1.0", "redevil", "word"))
	img := open(t, build(t, lab, attacker, "python-poison-attacker", anew()), "linux/amd64")
	if result, err := img.Run(t.Context(), image.RunOptions{}); err != nil || result.Stdout != "evil\n" {
		t.Errorf("got %+v, %v of the attacker, want evil", result, err)
	}
	victim := project(t, pythonPrints(fmt.Sprintf("%sredgood==1.0 --hash=sha256:%x", options, sha256.Sum256(good)), "redgood", "word"))
	ref := build(t, lab, victim, "python-poison-victim", anew())
	for _, platform := range platforms {
		result, err := open(t, ref, platform).Run(t.Context(), image.RunOptions{})
		if err != nil || result.Stdout != "GOOD\n" {
			t.Errorf("%s: got %+v, %v, want GOOD", platform, result, err)
		}
	}
}

// spySetup is a setup.py that writes what it finds of passwords and of the network into
// its package.
const spySetup = `import os
import socket
from setuptools import setup

found = [name for name, value in os.environ.items() if "sesame" in value]
for top in ("/root", "/etc", "/run", "/var", "/opt", "/tmp", "/src"):
    for directory, _, files in os.walk(top):
        for name in files:
            path = os.path.join(directory, name)
            try:
                if b"open-" b"sesame" in open(path, "rb").read():
                    found.append(path)
            except OSError:
                pass
try:
    socket.create_connection(("127.0.0.1", PORT), 3)
    found.append("the network")
except OSError:
    pass
open("redspy.py", "w").write("found = %r\n" % found)
setup(name="redspy", version="1.0", py_modules=["redspy"])
`

// TestPythonSpy has a package look for passwords and the network while it is built:
// there are none, although its download needed both.
func TestPythonSpy(t *testing.T) {
	lab := start(t)
	packages := map[string][]byte{}
	at := index(t, "open-sesame", packages)
	packages["redspy-1.0.tar.gz"] = source(t, "redspy", "1.0", "setup.py", strings.Replace(spySetup, "PORT", at[strings.LastIndex(at, ":")+1:], 1))
	secret := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return "--secret=id=" + name + ",src=" + file
	}
	flags := []string{
		secret("netrc", "machine example.com login me password open-sesame\n"),
		secret("pip.conf", "[global]\nextra-index-url = http://me:open-sesame@"+at+"/simple\n"),
	}
	hash := fmt.Sprintf(" --hash=sha256:%x", sha256.Sum256(packages["redspy-1.0.tar.gz"]))
	for name, requirement := range map[string]string{"open": "redspy==1.0", "closed": "redspy==1.0" + hash} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, pythonPrints(requirement, "redspy", "found"))
			img := open(t, build(t, lab, dir, "python-spy-"+name, append(afresh(t), flags...)...), "linux/amd64")
			result, err := img.Run(t.Context(), image.RunOptions{})
			if err != nil || result.Stdout != "[]\n" {
				t.Errorf("got %+v, %v, want nothing found", result, err)
			}
			checkSecret(t, img, "open-sesame")
		})
	}
}

// TestPythonRunsToTell refuses packages that would have to be run to be resolved.
func TestPythonRunsToTell(t *testing.T) {
	lab := start(t)
	sdist := source(t, "redlazy", "1.0", "setup.py", "raise SystemExit('it ran')  # install_requires\n")
	at := index(t, "", map[string][]byte{"redlazy-1.0.tar.gz": sdist})
	dir := project(t, pythonPrints("--extra-index-url http://"+at+"/simple\nredlazy", "redlazy", "word"))
	printed, err := try(t, lab, dir)
	if err == nil || !strings.Contains(printed, "redlazy 1.0 says what it needs only when its setup.py is run") || strings.Contains(printed, "it ran") {
		t.Errorf("got %v, want it to be refused\n%s", err, printed)
	}
}

// TestPythonSmuggled refuses a package that is installed with another, and that the
// lock does not have.
func TestPythonSmuggled(t *testing.T) {
	lab := start(t)
	data := wheel(t, "redmule", "1.0", "", "redmule-1.0.data/purelib/redload-9.9.dist-info/METADATA", "Metadata-Version: 2.1\nName: redload\nVersion: 9.9\n")
	at := index(t, "", map[string][]byte{"redmule-1.0-py3-none-any.whl": data})
	requirement := fmt.Sprintf("--extra-index-url http://%s/simple\nredmule==1.0 --hash=sha256:%x", at, sha256.Sum256(data))
	printed, err := try(t, lab, project(t, pythonPrints(requirement, "redmule", "__name__")))
	if want := "redload 9.9 was installed, and requirements.txt does not have it"; err == nil || !strings.Contains(printed, want) {
		t.Errorf("got %v, want %s\n%s", err, want, printed)
	}
}

// TestPythonCacheApart has a build download a package with a password, and another
// through a proxy that answers in the place of the index. What either has got is not
// given to one that has neither.
func TestPythonCacheApart(t *testing.T) {
	lab := start(t)
	packages := map[string][]byte{"redhush-1.0-py3-none-any.whl": wheel(t, "redhush", "1.0", "word = 'hush'\n")}
	private := index(t, password, packages)
	known := secret(t, "netrc", "machine 127.0.0.1 login me password "+password+"\n")
	// Each build has a requirement of its own, so that BuildKit does not join it with one before.
	of := func(at, name, unused string) string {
		requirements := fmt.Sprintf("--extra-index-url http://%s/simple\n%s\n%s; python_version < '3'", at, name, unused)
		return project(t, pythonPrints(requirements, name, "word"))
	}
	build(t, lab, of(private, "redhush", "unused1"), "python-apart-known", known, anew())
	printed, err := try(t, lab, of(private, "redhush", "unused2"), anew())
	if err == nil || !strings.Contains(printed, "asks for a password") {
		t.Errorf("without the password got %v\n%s", err, printed)
	}

	good := index(t, "", map[string][]byte{"redgood-1.0-py3-none-any.whl": wheel(t, "redgood", "1.0", "word = 'GOOD'\n")})
	evil := index(t, "", map[string][]byte{"redgood-1.0-py3-none-any.whl": wheel(t, "redgood", "1.0", "word = 'EVIL'\n")})
	for _, c := range []struct{ unused, proxy, want string }{
		{"unused1", "--build-arg=HTTP_PROXY=http://" + evil, "EVIL\n"},
		{"unused2", "--build-arg=NO_PROXY=", "GOOD\n"},
	} {
		ref := build(t, lab, of(good, "redgood", c.unused), "python-apart-proxy", anew(), c.proxy)
		result, err := open(t, ref, "linux/amd64").Run(t.Context(), image.RunOptions{})
		if err != nil || result.Stdout != c.want {
			t.Errorf("%s: got %+v, %v, want %q", c.proxy, result, err, c.want)
		}
	}
}

// lingerer is what a build backend has Python run whenever it starts in its environment:
// it goes on by itself, and changes what the image is to have.
const lingerer = `import os
import time

CAPABILITY = bytes.fromhex("0100000280000000000000000000000000000000")


def change():
    for path, _, files in os.walk("/out"):
        for name in files:
            try:
                if name == "main.py":
                    os.truncate(os.path.join(path, name), 0)
                os.setxattr(os.path.join(path, name), "security.capability", CAPABILITY)
            except OSError:
                pass


if os.fork() == 0:
    os.setsid()
    os.closerange(0, 100)
    while True:
        change()
        time.sleep(0.001)
`

// lingeringBackend is a build backend that installs nothing of a project but its name.
const lingeringBackend = `import os
import zipfile


def build_wheel(directory, settings=None, metadata=None):
    name = "shop-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as z:
        z.writestr("shop-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
        z.writestr("shop-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: red\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        z.writestr("shop-1.0.dist-info/RECORD", "")
    return name
`

// TestPythonBackendLingers has a build backend that Python runs when it starts, and that
// goes on when it has built: our own program does not start it, and ends it.
func TestPythonBackendLingers(t *testing.T) {
	lab := start(t)
	at := index(t, "", map[string][]byte{
		"redback-1.0-py3-none-any.whl": wheel(t, "redback", "1.0", lingeringBackend, "redlinger.py", lingerer, "redback.pth", "import redlinger\n"),
	})
	dir := project(t, `-- stagefront.yaml --
# syntax=org/stagefront
language: python
entrypoint: main.py
-- pyproject.toml --
[project]
name = "shop"
version = "1.0"
[build-system]
requires = ["redback"]
build-backend = "redback"
-- main.py --
print("as it was written")
`)
	img := open(t, build(t, lab, dir, "python-backend-lingers", anew(), "--build-arg=PIP_EXTRA_INDEX_URL=http://"+at+"/simple"), "linux/amd64")
	if result, err := img.Run(t.Context(), image.RunOptions{}); err != nil || result.Stdout != "as it was written\n" {
		t.Errorf("got %+v, %v", result, err)
	}
	checkPlain(t, img)
}

// TestPythonBuildEnv has variables of build.env say how Python runs: build backends and
// scripts run so, and our own program does not, which compiles as ever.
func TestPythonBuildEnv(t *testing.T) {
	lab := start(t)
	spec := func(more string) string {
		return "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\nentrypoint: main.py\n" +
			"build:\n  env: {PYTHONPATH: src/shop, PYTHONOPTIMIZE: 2, PYTHONHASHSEED: random}\n" + more
	}
	const files = `-- main.py --
"""That is there."""
print(__doc__)
-- src/shop/sitecustomize.py --
import os
if os.path.isdir("/out"):
    raise SystemExit("sitecustomize ran")
-- src/shop/words.py --
WORDS = len([w for w in "abc" if w in {"a", "b", "c", "d", "e", "f"}])
`
	plain := project(t, spec("")+"-- requirements.txt --\n-- src/shop/types.py --\nraise SystemExit('types ran')\n"+files)
	ref := build(t, lab, plain, "python-build-env", anew())
	img := open(t, ref, "linux/amd64")
	if result, err := img.Run(t.Context(), image.RunOptions{}); err != nil || result.Stdout != "That is there.\n" {
		t.Errorf("got %+v, %v", result, err)
	}
	found, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	if _, there := found["/app/src/shop/__pycache__/words.cpython-313.pyc"]; !there {
		t.Error("the image has no bytecode that is not optimized")
	}
	if again := build(t, lab, plain, "python-build-env-again", anew()); open(t, again, "linux/amd64").Digest != img.Digest {
		t.Error("another build made another image")
	}

	at := index(t, "", map[string][]byte{"redsay-1.0-py3-none-any.whl": wheel(t, "redsay", "1.0", sayingBackend)})
	packaged := project(t, spec("  script: [[python, say.py]]\n")+`-- pyproject.toml --
[project]
name = "shop"
version = "1.0"
[build-system]
requires = ["redsay"]
build-backend = "redsay"
-- say.py --
import os
print("the script has", os.environ["PYTHONPATH"], os.environ["PYTHONOPTIMIZE"])
`+strings.Replace(files, "/out", "/no", 1))
	printed, err := try(t, lab, packaged, anew(), "--build-arg=PIP_EXTRA_INDEX_URL=http://"+at+"/simple")
	for _, want := range []string{"the script has src/shop 2", "the backend has src/shop 2 random"} {
		if err == nil || !strings.Contains(printed, want) {
			t.Errorf("got %v, want %s\n%s", err, want, printed)
		}
	}
}

// sayingBackend is a build backend that fails with what it has of variables.
const sayingBackend = `import os


def build_wheel(directory, settings=None, metadata=None):
    raise ValueError("the backend has %s %s %s" % tuple(os.environ["PYTHON" + n] for n in ("PATH", "OPTIMIZE", "HASHSEED")))
`
