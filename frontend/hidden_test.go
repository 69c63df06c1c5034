package frontend

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
)

// TestHiding tells all that a line hides at once, where the first of it was told.
func TestHiding(t *testing.T) {
	r := &request{Daemon: &daemon.Daemon{File: &diag.Source{Name: "stagefront.yaml"}}}
	src := &diag.Source{Name: ".dockerignore", Data: []byte("docs\n*.lock\nsrc\n")}
	h := hiding{src: src, rules: rulesOf(src.Data), at: map[int]int{}, names: map[int][]string{}}
	for _, name := range []string{"a.lock", "none", "src", "b.lock", "a.lock"} {
		d := diag.Diagnostic{Severity: diag.Warning, Message: "no " + name, Missing: name}
		if name == "b.lock" {
			d.Severity = diag.Error
		}
		h.add(d, hidingLine(h.rules, name))
	}
	there := func(name string) bool { return name != "none" }
	if name, line := h.hidden(there, []string{"free", "none", "src"}); name != "src" || line != 3 {
		t.Errorf("got %s of line %d, want src of line 3", name, line)
	}
	if name, line := h.hidden(there, []string{"free", "none"}); name != "free" || line != 0 {
		t.Errorf("got %s of line %d, want free, which nothing hides", name, line)
	}
	const want = `.dockerignore:2:1: "*.lock" hides "a.lock" and "b.lock" from the build; ` +
		`add the lines "!a.lock", "!b.lock", or write stagefront.yaml.dockerignore, which is read instead unless it is empty
no none
.dockerignore:3:1: "src" hides "src" from the build; add a line "!src", or write stagefront.yaml.dockerignore, which is read instead unless it is empty`
	got := h.told(r)
	if got.Error() != want || got[0].Severity != diag.Error || got[2].Severity != diag.Warning {
		t.Errorf("got\n%s\nwant\n%s", got.Error(), want)
	}
}
