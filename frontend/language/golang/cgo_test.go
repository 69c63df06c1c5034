package golang

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCgoInputs changes files of a project: what C may read is told apart, and what it
// does not read is not, so that an edit of it compiles no C anew.
func TestCgoInputs(t *testing.T) {
	withC := map[string]string{"p/p.go": "package p\n\nimport \"C\"\n", "include/v.h": "#define V 1\n", "README.md": "1", "table.dat": "1"}
	without := map[string]string{"p/p.go": "package p\n", "include/v.h": "#define V 1\n"}
	embeds := map[string]string{"p/p.go": "package p\n\nimport \"C\"\n", "p/p.c": "char p[] = {\n#embed \"page.html\"\n};", "page.html": "1"}
	for _, c := range []struct {
		name    string
		files   map[string]string
		change  string // a file, and what is in it then
		content string
		env     string
		same    bool
	}{
		{name: "a header elsewhere", files: withC, change: "include/v.h", content: "#define V 2\n"},
		{name: "a file of any name", files: withC, change: "table.dat", content: "2"},
		{name: "a new header", files: withC, change: "include/w.h", content: ""},
		{name: "Go alone", files: withC, change: "p/p.go", content: "package p\n\nimport \"C\"\n\nvar X int\n", same: true},
		{name: "prose", files: withC, change: "README.md", content: "2", same: true},
		{name: "what C embeds", files: embeds, change: "page.html", content: "2"},
		{name: "no C", files: without, change: "include/v.h", content: "#define V 2\n", same: true},
		{name: "flags for the C of packages", files: without, change: "include/v.h", content: "#define V 2\n", env: "CGO_CFLAGS=-I/src/include"},
	} {
		dir := t.TempDir()
		for name, data := range c.files {
			write(t, filepath.Join(dir, name), data)
		}
		before := cgoInputs(t, dir, c.env)
		write(t, filepath.Join(dir, c.change), c.content)
		if after := cgoInputs(t, dir, c.env); (before == after) != c.same {
			t.Errorf("%s: got %s before and %s after", c.name, before, after)
		}
	}
}

// TestCgoLinks leads a link elsewhere.
func TestCgoLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "p.go"), "package p\n\nimport \"C\"\n")
	write(t, filepath.Join(dir, "one/v.h"), "1")
	write(t, filepath.Join(dir, "two/v.h"), "2")
	link := func(to string) string {
		os.Remove(filepath.Join(dir, "include"))
		if err := os.Symlink(to, filepath.Join(dir, "include")); err != nil {
			t.Fatal(err)
		}
		return cgoInputs(t, dir, "")
	}
	if one, two := link("one"), link("two"); one == two {
		t.Errorf("got %s for both", one)
	}
}

// cgoInputs returns the flag by which cgo.sh tells Go's cache what C reads.
func cgoInputs(t *testing.T, dir, env string) string {
	t.Helper()
	cmd := exec.Command("sh", "cgo.sh", dir, "printenv", "CGO_CPPFLAGS")
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), env)
	out, err := cmd.CombinedOutput()
	if flag := strings.TrimSpace(string(out)); err == nil && strings.HasPrefix(flag, "-I/inputs/") && !strings.Contains(flag, "\n") {
		return flag
	}
	t.Fatalf("got %s, %v", out, err)
	return ""
}

func write(t *testing.T, name, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o666); err != nil {
		t.Fatal(err)
	}
}
