package python

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// crowded are projects with more to look at than any has: applications, files and
// scripts that name files.
func crowded(n int) map[string]fstest.MapFS {
	many := func(format string) []byte {
		var out strings.Builder
		for i := range n {
			fmt.Fprintf(&out, format, i)
		}
		return []byte(out.String())
	}
	files, names := fstest.MapFS{}, fstest.MapFS{"setup.py": {Data: append([]byte("setup(\n"), many("'name%d.txt',\n")...)}}
	for i := range n / 10 {
		files[fmt.Sprintf("m%d.py", i)] = &fstest.MapFile{Data: []byte("import flask\n")}
		names[fmt.Sprintf("p%d/a.txt", i)] = &fstest.MapFile{}
	}
	files["app.py"] = &fstest.MapFile{Data: []byte("app = Flask(__name__)\n")}
	return map[string]fstest.MapFS{
		"applications": {"app.py": {Data: many("app%d = Flask(__name__)\n")}},
		"files":        files,
		"names":        names,
	}
}

func entered(tb testing.TB, fsys fstest.MapFS) {
	p := &language.Project{FS: fsys, Spec: trial.Spec(tb, "language: python\n", spec.Request{}), Memo: &language.Memo{}}
	m, _ := manifestOf(p, ".")
	setupReads(m)
	findEntrypoint(p, m, nil)
}

// TestCrowded finds the one application among many files, and tells of many in few words.
func TestCrowded(t *testing.T) {
	projects := crowded(2_000)
	p := &language.Project{FS: projects["applications"], Spec: trial.Spec(t, "language: python\n", spec.Request{}), Memo: &language.Memo{}}
	m, _ := manifestOf(p, ".")
	if _, diags := findEntrypoint(p, m, nil); !strings.Contains(diags.Error(), "several applications") || len(diags.Error()) > 500 {
		t.Errorf("got %.600s", diags.Error())
	}
	m, _ = manifestOf(&language.Project{FS: projects["names"], Memo: &language.Memo{}}, ".")
	if got := setupNames(m); got != nil {
		t.Errorf("got %q", got)
	}
}

func BenchmarkCrowded(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		for name, fsys := range crowded(n) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					entered(b, fsys)
				}
			})
		}
	}
}
