package python

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// fetched returns the step that fetches dependencies, as far as it counts for the cache.
func fetched(t *testing.T, files map[string]string) string {
	t.Helper()
	fsys := fstest.MapFS{"main.py": {}}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	p := &language.Project{FS: fsys, Spec: trial.Spec(t, "language: python\nentrypoint: main.py\n", spec.Request{Platform: trial.ARM64}), Host: trial.AMD64}
	r, diags := Language.Recipe(p, trial.ARM64)
	if diags.Err() != nil {
		t.Fatal(diags)
	}
	for _, f := range r.Fetches {
		if f.Name == "fetch dependencies" {
			key := struct {
				Args  []string
				Files []language.File
				Dir   string
				Seen  map[string]string
			}{f.Args, f.Files, f.Dir, map[string]string{}}
			for _, name := range f.Manifests {
				key.Seen[name] = string(fsys[name].Data)
			}
			for _, part := range f.Parts {
				key.Seen[part.Path] = part.Data
			}
			text, _ := json.Marshal(key)
			return string(text)
		}
	}
	t.Fatal("nothing is fetched")
	return ""
}

const (
	seenProject = `[project]
name = "shop"
version = "1.0"
requires-python = ">=3.12"
dependencies = ["flask>=3"]
[dependency-groups]
dev = ["pytest"]
[tool.ruff]
line-length = 80
[tool.uv]
index-strategy = "first-index"
`
	seenUVLock = `version = 1
requires-python = ">=3.12"
[[package]]
name = "shop"
version = "1.0"
source = { virtual = "." }
dependencies = [{ name = "flask" }]
[[package]]
name = "flask"
version = "3.1.0"
source = { registry = "https://packages.example/simple" }
wheels = [{ url = "https://files.example.com/flask-3.1.0-py3-none-any.whl", hash = "sha256:aa" }]
`
	seenPoetryLock = `[[package]]
name = "flask"
version = "3.1.0"
groups = ["main"]
files = [{ file = "flask-3.1.0-py3-none-any.whl", hash = "sha256:aa" }]
`
)

// TestSees edits files of projects. What is installed is fetched anew only where the edit is
// of something that says what is installed, or how.
func TestSees(t *testing.T) {
	lists := map[string]string{
		"requirements.txt": "# the program's\nflask==3.1.0\n-c constraints.txt\n", "constraints.txt": "click<9\n",
		"requirements-dev.txt": "-r requirements.txt\npytest==8.4.2\n", "setup.cfg": "[tool:pytest]\n", "Pipfile": "",
		"pyproject.toml": "[tool.ruff]\nline-length = 80\n[tool.uv]\nindex-strategy = \"first-index\"\n",
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		edits string // a file, a tab, what is written in place of what; = before it where nothing is fetched
	}{
		{"requirements", lists, `= requirements-dev.txt: 8.4.2 -> 8.4.1
= requirements.txt: the program's -> its
= pyproject.toml: 80 -> 100
= setup.cfg: pytest -> flake8
requirements.txt: 3.1.0 -> 3.1.1
constraints.txt: 9 -> 8
pyproject.toml: first-index -> unsafe-best-match`},
		{"uv.lock", map[string]string{"pyproject.toml": seenProject, "uv.lock": seenUVLock, "requirements-dev.txt": "pytest==8.4.2\n", "setup.cfg": "[metadata]\n"},
			`= pyproject.toml: 80 -> 100
= pyproject.toml: "1.0" -> "1.1"
= requirements-dev.txt: 8.4.2 -> 8.4.1
= setup.cfg: [metadata] -> [flake8]
pyproject.toml: flask>=3 -> flask>=2
pyproject.toml: >=3.12 -> >=3.11
pyproject.toml: pytest -> pytest>8
pyproject.toml: first-index -> unsafe-best-match
uv.lock: aa -> bb`},
		{"poetry.lock", map[string]string{"pyproject.toml": seenProject, "poetry.lock": seenPoetryLock}, `= pyproject.toml: 80 -> 100
= pyproject.toml: "1.0" -> "1.1"
= pyproject.toml: pytest -> pytest>8
= poetry.lock: ["main"] -> ["main", "dev"]
pyproject.toml: first-index -> unsafe-best-match
poetry.lock: aa -> bb`},
		{"no lock", map[string]string{"pyproject.toml": seenProject, "requirements-dev.txt": "pytest==8.4.2\n"}, `= pyproject.toml: 80 -> 100
= requirements-dev.txt: 8.4.2 -> 8.4.1
pyproject.toml: "1.0" -> "1.1"
pyproject.toml: flask>=3 -> flask>=2
pyproject.toml: pytest -> pytest>8
pyproject.toml: first-index -> unsafe-best-match`},
	} {
		before := fetched(t, c.files)
		for edit := range strings.Lines(c.edits) {
			rest, same := strings.CutPrefix(strings.TrimSpace(edit), "= ")
			file, change, _ := strings.Cut(rest, ": ")
			from, to, _ := strings.Cut(change, " -> ")
			if !strings.Contains(c.files[file], from) {
				t.Fatalf("%s: %s has no %q", c.name, file, from)
			}
			after := map[string]string{}
			for name, text := range c.files {
				after[name] = text
			}
			after[file] = strings.ReplaceAll(after[file], from, to)
			if got := fetched(t, after); (got == before) != same {
				t.Errorf("%s, %s:\nbefore %s\nafter  %s", c.name, edit, before, got)
			}
		}
	}
}

// TestUVPart tells what uv sees of a project file: where it exports a lock, and where it is
// given requirements.
func TestUVPart(t *testing.T) {
	a := txtar.Parse([]byte(uvParts))
	for i := 0; i < len(a.Files); i += 3 {
		file, lock, list := a.Files[i], a.Files[i+1], a.Files[i+2]
		for kind, want := range map[lockKind]string{uvLock: string(lock.Data), listed: string(list.Data)} {
			if got := uvPart(&diag.Source{Name: "pyproject.toml", Data: file.Data}, kind); got != want {
				t.Errorf("%s, %s:\ngot\n%s\nwant\n%s", file.Name, kind, got, want)
			}
		}
	}
}

const uvParts = `-- of several tools --
[build-system]
requires = ["hatchling"]
[project]
name = "shop"
version = "1.0"  
[tool.hatch.version]
path = "shop.py"
[tool.poetry]
version = "2.0"
[[tool.uv.index]]
url = "https://index.example.com/simple"
[[tool.mypy.overrides]]
module = "flask"
-- lock --
[build-system]
requires = ["hatchling"]
[project]
name = "shop"
version = "0"
[tool.poetry]
version = "2.0"
[[tool.uv.index]]
url = "https://index.example.com/simple"
-- list --
[[tool.uv.index]]
url = "https://index.example.com/simple"
-- of dotted keys --
project = {name = "shop", version = "1.0"}
tool.ruff.line-length = 80
tool.uv.package = false
[project.urls]
version = "1.0"
-- lock --
project = {name = "shop", version = "1.0"}
tool.ruff.line-length = 80
tool.uv.package = false
[project.urls]
version = "1.0"
-- list --
project = {name = "shop", version = "1.0"}
tool.ruff.line-length = 80
tool.uv.package = false
-- of no settings --
[project]
version = "1.0" # of the release
[tool.uvicorn]
port = 80
-- lock --
[project]
version = "1.0" # of the release
-- list --
-- broken --
[tool.ruff]
line-length
-- lock --
[tool.ruff]
line-length
-- list --
[tool.ruff]
line-length
`
