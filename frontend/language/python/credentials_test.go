package python

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
)

// TestCredentials reports a password wherever a project can have one in the address
// of packages, at its line.
func TestCredentials(t *testing.T) {
	const url, project = "https://joe:pa/ss@example.com/simple", "[project]\nname = \"app\"\nversion = \"1\"\n"
	for _, c := range []struct{ file, text, project string }{
		{"requirements.txt", "--index-url " + url, ""},
		{"requirements.txt", "--index-url=" + url, ""},
		{"requirements.txt", "-i " + url, ""},
		{"requirements.txt", "-i" + url, ""},
		{"requirements.txt", "--extra-index-url \"" + url + "\"", ""},
		{"requirements.txt", "-f " + url, ""},
		{"requirements.txt", "--find-links=" + url, ""},
		{"requirements.txt", "flask @ https://joe:pass@example.com/flask-1-py3-none-any.whl", ""},
		{"requirements.txt", "https://joe:pass@example.com/flask-1-py3-none-any.whl", ""},
		{"requirements-dev.txt", "-i " + url, ""},
		{"pyproject.toml", "[[tool.uv.index]]\nurl = \"" + url + "\"", project},
		{"pyproject.toml", "[tool.uv]\nextra-index-url = [\"" + url + "\"]", project},
		{"pyproject.toml", "[tool.uv]\nfind-links = [\"" + url + "\"]", project},
		{"pyproject.toml", "[[tool.poetry.source]]\nname = \"x\"\nurl = \"" + url + "\"", project},
		{"pyproject.toml", "[[tool.pdm.source]]\nname = \"x\"\nurl = \"" + url + "\"", project},
		{"pyproject.toml", "[project]\nname = \"app\"\nversion = \"1\"\ndependencies = [\"x @ https://joe@example.com/x.whl\"]", ""},
		{"uv.toml", "index-url = \"" + url + "\"", project},
		{"pip.conf", "[global]\nindex-url = " + url, project},
		{"Pipfile", "[[source]]\nurl = \"" + url + "\"", ""},
		{"Pipfile.lock", "{\"_meta\": {\"sources\": [{\n\"url\": \"" + url + "\"}]}, \"default\": {}}", project},
		{"poetry.lock", "[[package]]\nname = \"x\"\nversion = \"1\"\n[package.source]\nurl = \"" + url + "\"", project},
		{"uv.lock", "[[package]]\nname = \"x\"\nversion = \"1\"\nsource = { registry = \"" + url + "\" }", project},
	} {
		fsys := fstest.MapFS{"pyproject.toml": {Data: []byte(c.project)}}
		fsys[c.file] = &fstest.MapFile{Data: []byte(strings.TrimPrefix(c.project+c.text, map[bool]string{true: c.project}[c.file != "pyproject.toml"]))}
		m, _ := manifestOf(&language.Project{FS: fsys}, ".")
		l, _ := lockOf(m, nil)
		found := m.credentials(l).Errors()
		if len(found) != 1 || found[0].Range.Source.Name != c.file || !strings.Contains(found[0].Range.Source.Text(found[0].Range.Start.Line), "joe") {
			t.Errorf("%s %q: got %v", c.file, c.text, found)
		}
	}
}

// TestNoCredentials takes variables and other addresses for what they are.
func TestNoCredentials(t *testing.T) {
	const project = "[project]\nname = \"app\"\nversion = \"1\"\ndescription = \"mail me@example.com\"\n" +
		"[tool.pytest]\nenv = [\"DATABASE_URL=postgres://me:me@localhost/test\"]\n[[tool.uv.index]]\nurl = \"https://example.com/@team/simple\"\n"
	fsys := fstest.MapFS{
		"pyproject.toml": {Data: []byte(project)},
		"Pipfile":        {Data: []byte("[[source]]\nurl = \"https://${NAME}:${PASSWORD}@example.com/simple\"\n")},
	}
	m, diags := manifestOf(&language.Project{FS: fsys}, ".")
	l, more := lockOf(m, nil)
	if diags.Add(more, m.credentials(l)); diags.Err() != nil {
		t.Error(diags)
	}
}
