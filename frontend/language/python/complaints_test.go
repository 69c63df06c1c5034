package python

import (
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// TestCause finds the line of a package in reasons that are about one: where the project
// asks for it, else where its lock has it.
func TestCause(t *testing.T) {
	requirements := fstest.MapFS{"requirements.txt": {Data: []byte("flask==3.0\nPsycopg2[c]==2.9.10\n")}}
	locked := fstest.MapFS{
		"pyproject.toml": {Data: []byte("[project]\nname = \"a\"\ndependencies = [\n  \"flask\",\n]\n")},
		"uv.lock":        {Data: []byte("[[package]]\nname = \"flask\"\nversion = \"3.0\"\n\n[[package]]\nname = \"jinja2\"\nversion = \"3.1\"\n")},
	}
	for _, c := range []struct {
		files        fstest.MapFS
		reason, want string
	}{
		{requirements, "psycopg2 2.9.10 has no wheel for linux/amd64 and Python 3.13.", "requirements.txt:2"},
		{requirements, "flask==3.0 is not the file that the lock was made with.", "requirements.txt:1"},
		{requirements, "the index has no flask. Is the name right?", "requirements.txt:1"},
		{requirements, "jinja2 3.1 has no wheel for linux/amd64.", ""},
		{requirements, "https://example.com asks for a password", ""},
		{locked, "flask 3.0 has no wheel", "pyproject.toml:4"},
		{locked, "jinja2 3.1 has no wheel", "uv.lock:7"},
	} {
		if got := cause(&language.Project{FS: c.files, Spec: &spec.Spec{}}, c.reason).FileLine(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.reason, got, c.want)
		}
	}
}
