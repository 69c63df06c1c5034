package python

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stagefront/stagefront/frontend/language"
)

// writers write a lock of so many packages, each of which needs the next ones, in
// every format.
var writers = []struct {
	file  string
	write func(b *strings.Builder, i int)
}{
	{"uv.lock", func(b *strings.Builder, i int) {
		fmt.Fprintf(b, "[[package]]\nname = \"p%d\"\nversion = \"1.%d\"\nsource = { registry = \"https://example.com/simple\" }\n"+
			"dependencies = [{ name = \"p%d\" }, { name = \"p%d\", marker = \"sys_platform == 'linux'\" }]\n"+
			"sdist = { url = \"https://example.com/p%d-1.%d.tar.gz\", hash = \"sha256:%064d\", size = 1 }\n"+
			"wheels = [\n    { url = \"https://example.com/p%d-1.%d-py3-none-any.whl\", hash = \"sha256:%064d\", size = 1 },\n]\n\n", i, i, i+1, i+2, i, i, i, i, i, i)
	}},
	{"poetry.lock", func(b *strings.Builder, i int) {
		fmt.Fprintf(b, "[[package]]\nname = \"p%d\"\nversion = \"1.%d\"\noptional = false\npython-versions = \">=3.9\"\n"+
			"files = [\n    {file = \"p%d-1.%d-py3-none-any.whl\", hash = \"sha256:%064d\"},\n    {file = \"p%d-1.%d.tar.gz\", hash = \"sha256:%064d\"},\n]\n\n"+
			"[package.dependencies]\np%d = \"*\"\np%d = {version = \"*\", markers = \"sys_platform == 'linux'\"}\n\n", i, i, i, i, i, i, i, i, i+1, i+2)
	}},
	{"pdm.lock", func(b *strings.Builder, i int) {
		fmt.Fprintf(b, "[[package]]\nname = \"p%d\"\nversion = \"1.%d\"\ngroups = [\"default\"]\n"+
			"files = [\n    {file = \"p%d-1.%d-py3-none-any.whl\", hash = \"sha256:%064d\"},\n]\n\n", i, i, i, i, i)
	}},
	{"pylock.toml", func(b *strings.Builder, i int) {
		fmt.Fprintf(b, "[[packages]]\nname = \"p%d\"\nversion = \"1.%d\"\n"+
			"wheels = [{ name = \"p%d-1.%d-py3-none-any.whl\", url = \"https://example.com/p%d-1.%d-py3-none-any.whl\", hashes = { sha256 = \"%064d\" } }]\n\n", i, i, i, i, i, i, i)
	}},
	{"Pipfile.lock", func(b *strings.Builder, i int) {
		fmt.Fprintf(b, ",\n\"p%d\": {\"hashes\": [\"sha256:%064d\"], \"version\": \"==1.%d\"}", i, i, i)
	}},
}

// written returns a project with a lock of so many packages.
func written(file string, write func(*strings.Builder, int), packages int) fstest.MapFS {
	var b strings.Builder
	if file == "uv.lock" {
		b.WriteString("version = 1\n[[package]]\nname = \"app\"\nversion = \"1\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"p0\" }]\n\n")
	}
	if file == "Pipfile.lock" {
		b.WriteString("{\"default\": {\"p\": {\"version\": \"==1\"}")
	}
	for i := range packages {
		write(&b, i)
	}
	if file == "Pipfile.lock" {
		b.WriteString("}}")
	}
	return fstest.MapFS{
		file:             {Data: []byte(b.String())},
		"pyproject.toml": {Data: []byte("[project]\nname = \"app\"\nversion = \"1\"\ndependencies = [\"p0\"]\n")},
	}
}

// TestLargeLock reads locks of some megabytes, as ordinary projects of a workspace
// have: none takes long.
func TestLargeLock(t *testing.T) {
	for _, w := range writers {
		fsys := written(w.file, w.write, 5_000)
		start := time.Now()
		m, diags := manifestOf(&language.Project{FS: fsys}, ".")
		l, more := lockOf(m, nil)
		diags.Add(more, m.credentials(l))
		if diags.Err() != nil {
			t.Errorf("%s: %v", w.file, diags)
		}
		if lines := strings.Count(l.text, "\n"); w.file != "uv.lock" && lines < 5_000 || len(l.versions) < 5_000 {
			t.Errorf("%s: got %d packages of %d versions", w.file, lines, len(l.versions))
		}
		took := time.Since(start)
		t.Logf("%s: %d bytes in %v", w.file, len(fsys[w.file].Data), took)
		if took > time.Minute {
			t.Errorf("%s: it took %v", w.file, took)
		}
	}
}

func BenchmarkLock(b *testing.B) {
	for _, w := range writers {
		for _, packages := range []int{500, 5_000} {
			fsys := written(w.file, w.write, packages)
			b.Run(fmt.Sprintf("%s/%d", w.file, packages), func(b *testing.B) {
				b.SetBytes(int64(len(fsys[w.file].Data)))
				for b.Loop() {
					decide(b, fsys)
				}
			})
		}
	}
}
