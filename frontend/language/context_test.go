package language

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/diag"
)

func TestParents(t *testing.T) {
	for dir, want := range map[string]string{".": ".", "a": "a .", "a/b/c": "a/b/c a/b a .", "/a": "/a /"} {
		if got := strings.Join(slices.Collect(Parents(dir)), " "); got != want {
			t.Errorf("%q: got %q, want %q", dir, got, want)
		}
	}
	for dir := range Parents("a/b") {
		if dir == "." {
			t.Error("it goes on after it was left")
		}
		if dir == "a" {
			break
		}
	}
}

func TestUpwards(t *testing.T) {
	fsys := fstest.MapFS{"go.mod": {}, "a/go.mod": {}, "a/b/c/x": {}, "a/b/go.mod/y": {}}
	for dir, want := range map[string]string{"a/b/c": "a", ".": ".", "none/at/all": "."} {
		if got, ok := Upwards(fsys, dir, "go.mod"); got != want || !ok {
			t.Errorf("%q: got %q %t, want %q", dir, got, ok, want)
		}
	}
	if got, ok := Upwards(fsys, "a/b/c", "go.work"); ok {
		t.Errorf("got %q for what is nowhere", got)
	}
}

// TestGlob looks into directories whose names are patterns to fs.Glob.
func TestGlob(t *testing.T) {
	fsys := fstest.MapFS{"[x]/a.py": {}, "[x]/b/c.py": {}, "x/a.py": {}, "*/a.py": {}, "a?/a.py": {}, "a\\b/a.py": {}, "ab/a.py": {}, "a.py": {}}
	for _, c := range []struct{ dir, pattern, want string }{
		{".", "*.py", "a.py"},
		{"[x]", "*.py", "[x]/a.py"},
		{"[x]", "*/*.py", "[x]/b/c.py"},
		{"[x]/b", "*.py", "[x]/b/c.py"},
		{"*", "*.py", "*/a.py"},
		{"a?", "*.py", "a?/a.py"},
		{"a\\b", "*.py", "a\\b/a.py"},
		{"[x]", "a.py", "[x]/a.py"},
		{"[x]", "[", ""},
		{"none", "*", ""},
	} {
		if got := strings.Join(Glob(fsys, c.dir, c.pattern), " "); got != c.want {
			t.Errorf("%q in %q: got %q, want %q", c.pattern, c.dir, got, c.want)
		}
	}
}

func TestPinned(t *testing.T) {
	pins := []Pin{{File: ".x-version"}, {File: ".tool-versions", Before: "x "}}
	fsys := fstest.MapFS{
		"a/.x-version":     {Data: []byte("# ours\n\n  1.2 # the newest\n1.1\n")},
		"a/.tool-versions": {Data: []byte("x 9\n")},
		"b/.x-version":     {Data: []byte("# none\n")},
		"b/.tool-versions": {Data: []byte("xy 7\ny 8\r\nx 9 8\r\n")},
	}
	for dirs, want := range map[string]string{
		"a":      "1.2 a/.x-version:3",
		"b":      "9 b/.tool-versions:3",
		"c b a":  "9 b/.tool-versions:3",
		"c none": " ",
	} {
		got := Pinned(fsys, pins, strings.Fields(dirs)...)
		if text := got.Value + " " + got.Range.FileLine(); text != want {
			t.Errorf("%s: got %q, want %q", dirs, text, want)
		}
	}
}

func TestAmbiguous(t *testing.T) {
	want := `several modules make a program: api, worker; say which: "project: api"`
	if got := Ambiguous(diag.Range{}, "several modules make a program", "project", []string{"api", "worker"}); got.String() != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestReadSource refuses what no lock file is, with its size.
func TestReadSource(t *testing.T) {
	files := fstest.MapFS{"go.sum": {Data: make([]byte, maxSource)}, "large.lock": {Data: make([]byte, maxSource+2<<20)}}
	if src, diags := ReadSource(files, "go.sum"); src == nil {
		t.Error(diags)
	}
	for name, want := range map[string]string{
		"large.lock": `"large.lock" has 17 MiB, and at most 15 are read`,
		"none":       `cannot read "none": open none: file does not exist`,
	} {
		if src, diags := ReadSource(files, name); src != nil || diags.Error() != want {
			t.Errorf("got %v, want %s", diags, want)
		}
	}
}
