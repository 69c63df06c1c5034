package frontend

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/stagefront/stagefront/"

// order is the way in which packages may import each other: only those before them.
var order = []string{
	"frontend/golden", "frontend/diag", "frontend/arch", "frontend/spec", "frontend/toml", "frontend/xml", "frontend/artifact",
	"frontend/language", "frontend/trial", "frontend/language/golang", "frontend/language/python", "frontend/language/java",
	"frontend/languages", "frontend/plan", "frontend/lint", "llb", "frontend/daemon", "frontend/build", "frontend", "cmd/frontend",
}

// pure are the packages that decide and know nothing of BuildKit.
var pure = order[:slices.Index(order, "llb")]

func TestImports(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing packages: %v", err)
	}
	seen := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath    string
			Imports, Deps []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module)
		at := slices.Index(order, name)
		if at < 0 {
			t.Errorf("package %s has no place in the order", name)
			continue
		}
		seen++
		for _, i := range p.Imports {
			if own, ok := strings.CutPrefix(i, module); ok && slices.Index(order, own) >= at {
				t.Errorf("%s imports %s", name, own)
			}
		}
		for _, dep := range p.Deps {
			if dep == "github.com/moby/buildkit/client/llb" && name != "llb" && slices.Contains(p.Imports, dep) {
				t.Errorf("%s imports %s: only llb builds LLB", name, dep)
			}
			if slices.Contains(pure, name) && strings.HasPrefix(dep, "github.com/moby/buildkit") {
				t.Errorf("%s depends on %s", name, dep)
			}
		}
	}
	if seen != len(order) {
		t.Errorf("saw %d packages, want %d", seen, len(order))
	}
}
