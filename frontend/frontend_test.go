package frontend

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

func TestHidingLine(t *testing.T) {
	for _, c := range []struct {
		ignore, name string
		line         int
	}{
		{"*\n!app\n", "go.mod", 1},
		{"# all\n\n*\n!go.*\n", "go.mod", 0},
		{"*\n!go.*\ngo.mod\n", "go.mod", 3},
		{"cmd\n", "cmd/server/main.go", 1},
		{"**/*.html\n", "web/index.html", 1},
		{"docs\n", "go.mod", 0},
		{"[\n", "go.mod", 0},
		{"*\n!go.*\n*.sum\n*.mod\n", "go.mod", 4},
		{"vendor\n!vendor/a\n", "vendor/a/a.go", 0},
		{"vendor\n!vendor/a\n", "vendor/b/b.go", 1},
		{"!go.mod\n*\n", "go.mod", 2},
	} {
		if got := hidingLine(rulesOf([]byte(c.ignore)), c.name); got != c.line {
			t.Errorf("%q hides %s in line %d, want %d", c.ignore, c.name, got, c.line)
		}
	}
}

// BenchmarkHidingLine looks for a file in ignore files of ever more lines.
func BenchmarkHidingLine(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		var ignore strings.Builder
		for i := range n {
			fmt.Fprintf(&ignore, "dir%d/**/*.go\n!dir%d/a.go\n", i, i)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if line := hidingLine(rulesOf([]byte(ignore.String()+"*\n")), "go.mod"); line != 2*n+1 {
					b.Fatal(line)
				}
			}
		})
	}
}

func TestCheckCaps(t *testing.T) {
	if err := checkCaps("moby.buildkit.frontend.contexts+forward,moby.buildkit.frontend.inputs"); err != nil {
		t.Error(err)
	}
	if err := checkCaps("moby.buildkit.frontend.future"); err == nil || !strings.Contains(err.Error(), "future") {
		t.Errorf("got %v, want an error that names the capability", err)
	}
}

// TestAllMistakes tells of a key and of a language at once.
func TestAllMistakes(t *testing.T) {
	_, err := Build(t.Context(), gateway.New(t, "language: nodejs\nport: 3\n"))
	for _, want := range []string{`unknown language "nodejs"; did you mean "node"?`, `unknown key "port"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestLabels holds the image's labels against what the frontend understands.
func TestLabels(t *testing.T) {
	data, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`LABEL moby.buildkit.frontend.caps="` + strings.Join(Caps, ",") + `"`,
		`LABEL moby.buildkit.frontend.network.none="true"`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the Dockerfile has no line %s", want)
		}
	}
}

// TestHiddenHint names the file, but where all are hidden: the next one would be too.
func TestHiddenHint(t *testing.T) {
	r := &request{Daemon: &daemon.Daemon{File: &diag.Source{Name: "deploy/app.yaml"}}}
	for line, want := range map[string]string{
		"go.*": "add a line \"!go.mod\", or write app.yaml.dockerignore,",
		"/*/a": "add a line \"!go.mod\",",
		"*":    "it hides all that lines after it do not name; write app.yaml.dockerignore,",
		"**":   "it hides all",
		" /* ": "it hides all",
	} {
		if got := r.hiddenHint(line, "go.mod"); !strings.HasPrefix(got, want) {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}
