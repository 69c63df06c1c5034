package python

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stagefront/stagefront/frontend/language"
)

// large is a requirements file of so many packages, two lines each, as a tool that
// locks writes them.
func large(packages int) fstest.MapFS {
	var b strings.Builder
	for i := range packages {
		fmt.Fprintf(&b, "package-%d==1.%d.0 \\\n    --hash=sha256:%064d\n", i, i%50, i)
	}
	return fstest.MapFS{"requirements.txt": {Data: []byte(b.String())}}
}

func decide(t testing.TB, fsys fstest.MapFS) *lockfile {
	m, diags := manifestOf(&language.Project{FS: fsys}, ".")
	l, more := lockOf(m, nil)
	if diags.Add(more); diags != nil {
		t.Fatal(diags)
	}
	return l
}

// TestLarge reads a file that took a minute when every place was counted from its
// beginning, and takes a fifth of a second.
func TestLarge(t *testing.T) {
	start := time.Now()
	l := decide(t, large(20_000))
	if !l.hashed || strings.Count(l.text, "\n") != 20_000 {
		t.Errorf("got %d lines, hashed %t", strings.Count(l.text, "\n"), l.hashed)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

// TestLongLine refuses a line that goes on and on, in linear time.
func TestLongLine(t *testing.T) {
	fsys := fstest.MapFS{"requirements.txt": {Data: []byte(strings.Repeat("a\\\n", 300_000))}}
	start := time.Now()
	_, diags := manifestOf(&language.Project{FS: fsys}, ".")
	if want := "requirements.txt:1:1: a line with what it goes on with has 600000 bytes"; !strings.HasPrefix(diags.Error(), want) {
		t.Errorf("got %v, want %s…", diags, want)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

func BenchmarkRequirements(b *testing.B) {
	fsys := large(2_000)
	for b.Loop() {
		decide(b, fsys)
	}
}
