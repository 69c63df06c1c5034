package golang

import (
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// manyModules returns a workspace of n modules, each of which requires and replaces
// others, and a program that is made of all that they require.
func manyModules(n int) (fstest.MapFS, *debug.BuildInfo) {
	info := &debug.BuildInfo{Main: debug.Module{Path: "example.com/m0", Version: "(devel)"}}
	var use, sums strings.Builder
	files := fstest.MapFS{"m0/main.go": {Data: []byte("package main\n")}}
	for i := range n {
		fmt.Fprintf(&use, "use ./m%d\n", i)
		fmt.Fprintf(&sums, "example.com/r%d v1.0.0 h1:a=\nexample.com/r%d v1.0.0/go.mod h1:b=\n", i, i)
		files[fmt.Sprintf("m%d/go.mod", i)] = &fstest.MapFile{Data: fmt.Appendf(nil,
			"module example.com/m%d\n\ngo 1.26\n\nrequire example.com/r%d v1.0.0\n\nreplace example.com/l%d => ../l%d\n", i, i, i, i)}
		files[fmt.Sprintf("m%d/go.sum", i)], files[fmt.Sprintf("l%d/go.sum", i)] = &fstest.MapFile{}, &fstest.MapFile{}
		files[fmt.Sprintf("l%d/go.mod", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "module example.com/l%d\n", i)}
		info.Deps = append(info.Deps, &debug.Module{Path: fmt.Sprintf("example.com/r%d", i), Version: "v1.0.0", Sum: "h1:a="})
	}
	files["go.work"] = &fstest.MapFile{Data: []byte("go 1.26\n" + use.String())}
	files["go.work.sum"] = &fstest.MapFile{Data: []byte(sums.String())}
	return files, info
}

// BenchmarkModules decides the recipe of a workspace, and compares its program.
func BenchmarkModules(b *testing.B) {
	for _, n := range []int{500, 1000, 2000} {
		files, info := manyModules(n)
		s := trial.Spec(b, "language: go\nentrypoint: ./m0\n", spec.Request{})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				p := &language.Project{FS: files, Spec: s, Host: trial.AMD64}
				if r, diags := recipe(p, trial.ARM64); r == nil {
					b.Fatal(diags)
				}
				if diags := locksOf(p, trial.ARM64).compare(info); diags != nil {
					b.Fatal(diags)
				}
			}
		})
	}
}

// BenchmarkRequirements reads a go.mod of many lines.
func BenchmarkRequirements(b *testing.B) {
	for _, n := range []int{2500, 5000, 10000} {
		var mod strings.Builder
		mod.WriteString("module example.com/app\n\ngo 1.26\n\n")
		for i := range n {
			fmt.Fprintf(&mod, "require example.com/r%d v1.0.0\n", i)
		}
		files := fstest.MapFS{"go.mod": {Data: []byte(mod.String())}, "go.sum": {}, "main.go": {Data: []byte("package main\n")}}
		s := trial.Spec(b, "language: go\n", spec.Request{})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if r, diags := recipe(&language.Project{FS: files, Spec: s, Host: trial.AMD64}, trial.ARM64); r == nil {
					b.Fatal(diags)
				}
			}
		})
	}
}
