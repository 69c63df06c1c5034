package python

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// large is a requirements file of 4,000 lines, as a tool that locks writes them.
func large() fstest.MapFS {
	var b strings.Builder
	for i := range 2_000 {
		fmt.Fprintf(&b, "package-%d==1.%d.0 \\\n    --hash=sha256:%064d\n", i, i%50, i)
	}
	return fstest.MapFS{"requirements.txt": {Data: []byte(b.String())}}
}

func decide(t testing.TB, fsys fstest.MapFS) *lockfile {
	m, diags := readManifest(fsys, ".")
	l, more := lockOf(m, nil)
	if diags.Add(more); diags != nil {
		t.Fatal(diags)
	}
	return l
}

// TestLarge reads a file that took half a second when every place was counted from
// its beginning.
func TestLarge(t *testing.T) {
	start := time.Now()
	l := decide(t, large())
	if !l.hashed || strings.Count(l.text, "\n") != 2_000 {
		t.Errorf("got %d lines, hashed %t", strings.Count(l.text, "\n"), l.hashed)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

func BenchmarkRequirements(b *testing.B) {
	fsys := large()
	for b.Loop() {
		decide(b, fsys)
	}
}
