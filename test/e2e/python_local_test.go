package e2e

import (
	"crypto/sha256"
	"fmt"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// namedSources are projects that refer to a wheel and to a source distribution of the
// repository, to a package of an index with a password and to one of another repository, in
// every format. WHEEL, SOURCE and HUSH stand for their sums.
var namedSources = map[string]string{
	"requirements": `-- requirements.txt --
./vendor/acme-1.0-py3-none-any.whl
--find-links ./vendor
bolt==1.0
--extra-index-url INDEX/simple
hush==1.0
gadget @ git+REPO@FIXED
`,
	"names": `-- requirements.txt --
--extra-index-url INDEX/simple
acme @ file:vendor/acme-1.0-py3-none-any.whl --hash=sha256:WHEEL
bolt @ file:vendor/bolt-1.0.tar.gz --hash=sha256:SOURCE
hush==1.0 --hash=sha256:HUSH
-e git+REPO@FIXED#egg=gadget
`,
	"uv": `-- pyproject.toml --
[project]
name = "app"
version = "1"
requires-python = ">=3.13"
dependencies = ["acme", "bolt", "hush", "gadget"]
[[tool.uv.index]]
name = "mine"
url = "INDEX/simple"
explicit = true
[tool.uv.sources]
hush = { index = "mine" }
gadget = { git = "REPO", rev = "ASKED" }
acme = { path = "vendor/acme-1.0-py3-none-any.whl" }
bolt = { path = "vendor/bolt-1.0.tar.gz" }
-- uv.lock --
version = 1
revision = 3
requires-python = ">=3.13"

[[package]]
name = "acme"
version = "1.0"
source = { path = "vendor/acme-1.0-py3-none-any.whl" }
wheels = [{ filename = "acme-1.0-py3-none-any.whl", hash = "sha256:WHEEL" }]

[[package]]
name = "bolt"
version = "1.0"
source = { path = "vendor/bolt-1.0.tar.gz" }
sdist = { hash = "sha256:SOURCE" }

[[package]]
name = "hush"
version = "1.0"
source = { registry = "INDEX/simple" }
wheels = [{ url = "INDEX/files/hush-1.0-py3-none-any.whl", hash = "sha256:HUSH" }]

[[package]]
name = "gadget"
version = "3.2.1"
source = { git = "REPO?rev=ASKED#ASKED" }

[[package]]
name = "app"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "acme" }, { name = "bolt" }, { name = "hush" }, { name = "gadget" }]
`,
	"pylock": `-- pylock.toml --
lock-version = "1.0"
created-by = "hand"
[[packages]]
name = "acme"
version = "1.0"
archive = { path = "vendor/acme-1.0-py3-none-any.whl", hashes = { sha256 = "WHEEL" } }
[[packages]]
name = "bolt"
version = "1.0"
archive = { path = "vendor/bolt-1.0.tar.gz", hashes = { sha256 = "SOURCE" } }
[[packages]]
name = "hush"
version = "1.0"
index = "INDEX/simple"
wheels = [{ url = "INDEX/files/hush-1.0-py3-none-any.whl", hashes = { sha256 = "HUSH" } }]
[[packages]]
name = "gadget"
version = "3.2.1"
vcs = { type = "git", url = "REPO", commit-id = "ASKED" }
`,
	"poetry": `-- poetry.lock --
[[package]]
name = "acme"
version = "1.0"
groups = ["main"]
files = [{file = "acme-1.0-py3-none-any.whl", hash = "sha256:WHEEL"}]
[package.source]
type = "file"
url = "vendor/acme-1.0-py3-none-any.whl"
[[package]]
name = "bolt"
version = "1.0"
groups = ["main"]
files = [{file = "bolt-1.0.tar.gz", hash = "sha256:SOURCE"}]
[package.source]
type = "file"
url = "vendor/bolt-1.0.tar.gz"
[[package]]
name = "hush"
version = "1.0"
groups = ["main"]
files = [{file = "hush-1.0-py3-none-any.whl", hash = "sha256:HUSH"}]
[package.source]
type = "legacy"
url = "INDEX/simple"
reference = "mine"
[[package]]
name = "gadget"
version = "3.2.1"
groups = ["main"]
files = []
[package.source]
type = "git"
url = "REPO"
reference = "ASKED"
resolved_reference = "ASKED"
`,
	"pdm": `-- pyproject.toml --
[project]
name = "app"
version = "1"
[[tool.pdm.source]]
name = "mine"
url = "INDEX/simple"
-- pdm.lock --
[[package]]
name = "acme"
version = "1.0"
groups = ["default"]
path = "./vendor/acme-1.0-py3-none-any.whl"
files = [{file = "acme-1.0-py3-none-any.whl", hash = "sha256:WHEEL"}]
[[package]]
name = "bolt"
version = "1.0"
groups = ["default"]
path = "./vendor/bolt-1.0.tar.gz"
files = [{file = "bolt-1.0.tar.gz", hash = "sha256:SOURCE"}]
[[package]]
name = "hush"
version = "1.0"
groups = ["default"]
files = [{file = "hush-1.0-py3-none-any.whl", hash = "sha256:HUSH"}]
[[package]]
name = "gadget"
version = "3.2.1"
groups = ["default"]
git = "REPO"
ref = "ASKED"
revision = "ASKED"
`,
	"pipenv": `-- Pipfile --
[[source]]
name = "mine"
url = "INDEX/simple"
-- Pipfile.lock --
{"default": {
  "acme": {"file": "./vendor/acme-1.0-py3-none-any.whl", "hashes": ["sha256:WHEEL"]},
  "bolt": {"path": "./vendor/bolt-1.0.tar.gz", "hashes": ["sha256:SOURCE"]},
  "hush": {"version": "==1.0", "index": "mine", "hashes": ["sha256:HUSH"]},
  "gadget": {"git": "REPO", "ref": "FIXED"}
}}
`,
}

// likeVersion is the beginning of a commit's name in which somebody could read a version.
var likeVersion = regexp.MustCompile(`^[0-9]+([ab][0-9]+)?$`)

// gadgets serves a repository, for who knows the password, and returns its address and two
// commits: one with the version of its package in a file, and one that asks git for it.
func gadgets(t *testing.T) (address, fixed, asked string) {
	t.Helper()
	dir := t.TempDir()
	git := func(args ...string) string {
		c := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "init.defaultBranch=main"}, args...)...)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	commit := func(project string) string {
		for name, text := range map[string]string{"pyproject.toml": project, "gadget.py": "word = 'gadget'\n"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		git("add", ".")
		git("commit", "--quiet", "-m", "a gadget")
		for i := 0; !likeVersion.MatchString(git("rev-parse", "--short=12", "HEAD")); i++ {
			git("commit", "--quiet", "--amend", "-m", fmt.Sprintf("a gadget, again %d", i))
		}
		return git("rev-parse", "HEAD")
	}
	git("init", "--quiet")
	fixed = commit("[project]\nname = \"gadget\"\nversion = \"3.2.1\"\n[build-system]\nrequires = [\"setuptools>=61\"]\n[tool.setuptools]\npy-modules = [\"gadget\"]\n")
	asked = commit("[project]\nname = \"gadget\"\ndynamic = [\"version\"]\n[build-system]\nrequires = [\"setuptools>=61\", \"setuptools-scm>=8\"]\n" +
		"[tool.setuptools]\npy-modules = [\"gadget\"]\n[tool.setuptools_scm]\n")
	backend := &cgi.Handler{Path: filepath.Join(git("--exec-path"), "git-http-backend"), Env: []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1"}}
	server := httptest.NewServer(forMe(backend))
	t.Cleanup(server.Close)
	return server.URL + "/.git", fixed, asked
}

// TestPythonSources installs what is named by a path, by an index and by a commit,
// whatever names it. The password is that of netrc.
func TestPythonSources(t *testing.T) {
	lab := start(t)
	acme, hush := wheel(t, "acme", "1.0", "word = 'acme'\n"), wheel(t, "hush", "1.0", "secret = 42\n")
	bolt := source(t, "bolt", "1.0", "setup.py", "from setuptools import setup\n\nsetup(name='bolt', version='1.0', py_modules=['bolt'])\n", "bolt.py", "word = 'bolt'\n")
	index := privateIndex(t)
	repository, fixed, asked := gadgets(t)
	netrc := filepath.Join(t.TempDir(), "netrc")
	if err := os.WriteFile(netrc, []byte("machine 127.0.0.1 login me password open-sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := strings.NewReplacer("INDEX", "http://"+index, "REPO", repository, "FIXED", fixed, "ASKED", asked, "HUSH", fmt.Sprintf("%x", sha256.Sum256(hush)),
		"WHEEL", fmt.Sprintf("%x", sha256.Sum256(acme)), "SOURCE", fmt.Sprintf("%x", sha256.Sum256(bolt)))
	for name, text := range namedSources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := project(t, "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\nentrypoint: main.py\n-- main.py --\n"+
				"import importlib.metadata\n\nimport acme\nimport bolt\nimport gadget\nimport hush\n\n"+
				"print(acme.word, bolt.word, hush.secret, gadget.word, importlib.metadata.version('gadget'))\n"+said.Replace(text))
			for file, data := range map[string][]byte{"acme-1.0-py3-none-any.whl": acme, "bolt-1.0.tar.gz": bolt} {
				if err := os.MkdirAll(filepath.Join(dir, "vendor"), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, "vendor", file), data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			ref := build(t, lab, dir, "python-sources-"+name, "--secret=id=netrc,src="+netrc)
			onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
				checkSecret(t, img, "open-sesame")
				if !mustStart(t, ref, img) {
					return
				}
				result, err := img.Run(t.Context(), image.RunOptions{})
				if err != nil || result.Stdout != "acme bolt 42 gadget 3.2.1\n" {
					t.Errorf("got %+v, %v, want all four", result, err)
				}
			})
		})
	}
}
