package python

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
)

func TestDefaultGroups(t *testing.T) {
	const groups = "[dependency-groups]\nweb = [\"flask\"]\ndev = [\"pytest\"]\njobs = [\"celery\"]\nlint = [\"ruff\"]\n"
	for text, want := range map[string][]string{
		"":                                 {"jobs"},
		"[tool.uv]\ndefault-groups = []\n": {"jobs"},
		"[tool.uv]\ndefault-groups = [\"dev\", \"web\"]\n": {"jobs", "web"},
		"[tool.uv]\ndefault-groups = \"all\"\n":            {"jobs", "web"},
	} {
		fsys := fstest.MapFS{"pyproject.toml": {Data: []byte("[project]\nname = \"app\"\n" + groups + text)}}
		m, diags := manifestOf(&language.Project{FS: fsys}, ".")
		if got := m.defaultGroups([]string{"jobs"}); diags.Err() != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q, %v, want %q", text, got, diags, want)
		}
	}
}

// TestPylockDefaultGroups installs what the lock installs by default, but for development.
func TestPylockDefaultGroups(t *testing.T) {
	const lock = "default-groups = [\"web\", \"dev\"]\n[[packages]]\nname = \"flask\"\nversion = \"1\"\nmarker = \"'web' in dependency_groups\"\n" +
		"[[packages]]\nname = \"pytest\"\nversion = \"1\"\nmarker = \"'dev' in dependency_groups\"\n"
	fsys := fstest.MapFS{"pylock.toml": {Data: []byte(lock)}, "pyproject.toml": {Data: []byte("[project]\nname = \"app\"\n")}}
	m, diags := manifestOf(&language.Project{FS: fsys}, ".")
	l, more := lockOf(m, nil)
	if diags.Add(more); diags.Err() != nil || l.text != "flask==1\n" {
		t.Errorf("got %q, %v", l.text, diags)
	}
}
