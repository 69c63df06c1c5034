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

// cgoInputs returns the flag by which inputs.sh tells Go's cache what C reads.
func cgoInputs(t *testing.T, dir, env string) string {
	t.Helper()
	cmd := exec.Command("sh", "inputs.sh", dir, "printenv", "CGO_CPPFLAGS")
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "CGO_ENABLED=1", env)
	out, err := cmd.CombinedOutput()
	if flag := strings.TrimSpace(string(out)); err == nil && strings.HasPrefix(flag, "-I/inputs/") && !strings.Contains(flag, "\n") {
		return flag
	}
	t.Fatalf("got %s, %v", out, err)
	return ""
}

// TestAssemblyInputs changes a header that assembly of another directory includes, and
// runs the program: Go's own cache would give the one before.
func TestAssemblyInputs(t *testing.T) {
	dir, cache := t.TempDir(), goCache(t)
	for name, data := range map[string]string{
		"sub/go.mod":    "module example.com/app\n\ngo 1.26\n",
		"sub/main.go":   "package main\n\nfunc v() int64\n\nfunc main() { println(v()) }\n",
		"sub/v_amd64.s": "#include \"../include/v.h\"\n\nTEXT ·v(SB), 4, $0-8\n\tMOVQ $V, ret+0(FP)\n\tRET\n",
		"sub/v_arm64.s": "#include \"../include/v.h\"\n\nTEXT ·v(SB), 4, $0-8\n\tMOVD $V, R0\n\tMOVD R0, ret+0(FP)\n\tRET\n",
	} {
		write(t, filepath.Join(dir, name), data)
	}
	script, err := filepath.Abs("inputs.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{"1", "2"} {
		write(t, filepath.Join(dir, "include/v.h"), "#define V "+v+"\n")
		cmd := exec.Command("sh", script, dir, "go", "build", "-o", filepath.Join(dir, "app"), ".")
		cmd.Dir = filepath.Join(dir, "sub")
		cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "CGO_ENABLED=0", "GOCACHE="+cache, "GOWORK=off", "PWD="+cmd.Dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if out, err := exec.Command(filepath.Join(dir, "app")).CombinedOutput(); err != nil || string(out) != v+"\n" {
			t.Errorf("got %s, %v, want %s", out, err, v)
		}
	}
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
