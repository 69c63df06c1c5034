package golang

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goCache returns the cache of whoever runs the tests. With their flags, too, nothing of
// the standard library is compiled again.
func goCache(t *testing.T) string {
	t.Helper()
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(cache))
}

// TestWithoutCgo compiles programs without cgo that use packages with C: which package
// needs it is said, and nothing of it where something else is wrong.
func TestWithoutCgo(t *testing.T) {
	const c = "import \"C\"\n\n"
	cache := goCache(t)
	for _, p := range []struct {
		name  string
		files map[string]string
		want  string // what is told, "" for nothing
	}{
		{"a name that C has", map[string]string{
			"main.go":    "package main\n\nimport \"example.com/app/kafka\"\n\nfunc main() { kafka.New() }\n",
			"kafka/c.go": "package kafka\n\n" + c + "func New() {}\n",
			"kafka/x.go": "package kafka\n",
		}, "./main.go:5:21: undefined: kafka.New: example.com/app/kafka needs cgo"},
		{"nothing without", map[string]string{
			"main.go":    "package main\n\nimport \"example.com/app/kafka\"\n\nfunc main() { kafka.New() }\n",
			"kafka/c.go": "package kafka\n\n" + c + "func New() {}\n",
		}, "imports example.com/app/kafka: build constraints exclude all Go files in DIR/kafka: example.com/app/kafka needs cgo"},
		{"in its own files", map[string]string{
			"main.go":    "package main\n\nimport _ \"example.com/app/kafka\"\n\nfunc main() {}\n",
			"kafka/c.go": "package kafka\n\n" + c + "type handle int\n",
			"kafka/x.go": "package kafka\n\nvar H handle\n",
		}, "kafka/x.go:3:7: undefined: handle: example.com/app/kafka needs cgo"},
		{"a misspelt name beside", map[string]string{
			"main.go":    "package main\n\nimport _ \"example.com/app/kafka\"\n\nfunc main() { x() }\n",
			"kafka/c.go": "package kafka\n\n" + c + "func New() {}\n",
			"kafka/x.go": "package kafka\n",
		}, ""},
		{"no C", map[string]string{"main.go": "package main\n\nfunc main() { x() }\n"}, ""},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "go.mod"), "module example.com/app\n\ngo 1.26\n")
		for name, data := range p.files {
			write(t, filepath.Join(dir, name), data)
		}
		script, err := filepath.Abs("cgo.sh")
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("sh", script, "go", "build", "-o", filepath.Join(dir, "app"), ".")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "CGO_ENABLED=0", "GOCACHE="+cache, "GOWORK=off", "PWD="+dir)
		out, err := cmd.CombinedOutput()
		_, told, _ := strings.Cut(string(out), "stagefront: ")
		want := ""
		if p.want != "" {
			want = strings.ReplaceAll(p.want, "DIR", dir) + "; write \"build: {cgo: true}\"\n"
		}
		if err == nil || told != want {
			t.Errorf("%s: got %v and %q, want %q", p.name, err, told, want)
		}
	}
}
