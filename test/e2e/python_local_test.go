package e2e

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// vendoredPackages are projects that refer to a wheel and to a source distribution of the
// repository, in every format. WHEEL and SOURCE stand for their sums.
var vendoredPackages = map[string]string{
	"requirements": `-- requirements.txt --
./vendor/acme-1.0-py3-none-any.whl
--find-links ./vendor
bolt==1.0
`,
	"names": `-- requirements.txt --
acme @ file:vendor/acme-1.0-py3-none-any.whl --hash=sha256:WHEEL
bolt @ file:vendor/bolt-1.0.tar.gz --hash=sha256:SOURCE
`,
	"uv": `-- pyproject.toml --
[project]
name = "app"
version = "1"
requires-python = ">=3.13"
dependencies = ["acme", "bolt"]
[tool.uv.sources]
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
name = "app"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "acme" }, { name = "bolt" }]
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
`,
	"pdm": `-- pdm.lock --
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
`,
	"pipenv": `-- Pipfile.lock --
{"default": {
  "acme": {"file": "./vendor/acme-1.0-py3-none-any.whl", "hashes": ["sha256:WHEEL"]},
  "bolt": {"path": "./vendor/bolt-1.0.tar.gz", "hashes": ["sha256:SOURCE"]}
}}
`,
}

// TestPythonVendored installs a wheel and a source distribution of the repository,
// whatever refers to them.
func TestPythonVendored(t *testing.T) {
	lab := start(t)
	acme := wheel(t, "acme", "1.0", "word = 'acme'\n")
	bolt := source(t, "bolt", "1.0", "setup.py", "from setuptools import setup\n\nsetup(name='bolt', version='1.0', py_modules=['bolt'])\n", "bolt.py", "word = 'bolt'\n")
	sums := strings.NewReplacer("WHEEL", fmt.Sprintf("%x", sha256.Sum256(acme)), "SOURCE", fmt.Sprintf("%x", sha256.Sum256(bolt)))
	for name, text := range vendoredPackages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := project(t, "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\nentrypoint: main.py\n-- main.py --\nimport acme\nimport bolt\n\nprint(acme.word, bolt.word)\n"+
				sums.Replace(text))
			for file, data := range map[string][]byte{"acme-1.0-py3-none-any.whl": acme, "bolt-1.0.tar.gz": bolt} {
				if err := os.MkdirAll(filepath.Join(dir, "vendor"), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, "vendor", file), data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			onPlatforms(t, build(t, lab, dir, "python-vendored-"+name), func(t *testing.T, img *image.Image) {
				result, err := img.Run(t.Context(), image.RunOptions{})
				if err != nil || result.Stdout != "acme bolt\n" {
					t.Errorf("got %+v, %v, want both", result, err)
				}
			})
		})
	}
}
