package rust

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// manyCrates returns a workspace of n members, each of which needs the one before and a
// package of a registry that needs another.
func manyCrates(n int) fstest.MapFS {
	var members, lock strings.Builder
	files := fstest.MapFS{}
	for i := range n {
		fmt.Fprintf(&members, "%q,", fmt.Sprintf("m%d", i))
		before := max(i-1, 0)
		manifest := fmt.Sprintf("[package]\nname = \"m%d\"\nversion = \"0.1.0\"\n[dependencies]\nr%[1]d = \"1\"\n", i)
		fmt.Fprintf(&lock, "[[package]]\nname = \"m%d\"\nversion = \"0.1.0\"\ndependencies = [\"r%[1]d\", \"m%d\"]\n", i, before)
		fmt.Fprintf(&lock, "[[package]]\nname = \"r%d\"\nversion = \"1.0.0\"\nsource = \"registry\"\ndependencies = [\"r%d\"]\n", i, before)
		if i > 0 {
			manifest += fmt.Sprintf("m%d = { path = \"../m%[1]d\" }\n", before)
		}
		files[fmt.Sprintf("m%d/Cargo.toml", i)] = &fstest.MapFile{Data: []byte(manifest)}
		files[fmt.Sprintf("m%d/src/lib.rs", i)] = &fstest.MapFile{}
	}
	files["m0/src/main.rs"] = &fstest.MapFile{}
	files["Cargo.toml"] = &fstest.MapFile{Data: []byte("[workspace]\nmembers = [" + members.String() + "]\n")}
	files["Cargo.lock"] = &fstest.MapFile{Data: []byte(lock.String())}
	return files
}

// BenchmarkCrates decides the recipe of a workspace.
func BenchmarkCrates(b *testing.B) {
	for _, n := range []int{250, 500, 1000} {
		dir := b.TempDir() // a map of files looks through all of them for each directory
		if err := os.CopyFS(dir, manyCrates(n)); err != nil {
			b.Fatal(err)
		}
		s := trial.Spec(b, "language: rust\n", spec.Request{})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				p := &language.Project{FS: os.DirFS(dir), Spec: s, Host: trial.AMD64}
				if r, diags := recipe(p, trial.ARM64); r == nil {
					b.Fatal(diags)
				}
			}
		})
	}
}
