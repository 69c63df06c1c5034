package spec

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"
)

// manyTargets returns a spec of so many targets as a monorepo might have: some
// keys of their own each, files of the target before them, and a top level that
// they share.
func manyTargets(n int) string {
	var b strings.Builder
	b.WriteString("language: go\nenv: {LOG: info}\nlabels: {team: shop}\nfiles: [config/]\n")
	b.WriteString("build:\n  args: {VERSION: dev}\n  ldflags: [-X, \"main.version=${VERSION}\"]\ntargets:\n")
	for i := range n {
		fmt.Fprintf(&b, "  # t%d does the work\n  t%d:\n    entrypoint: ./cmd/t%d\n    ports: [%d]\n", i, i, i, i+1)
		fmt.Fprintf(&b, "    env: {NAME: t%d, ARCH: \"${TARGETARCH}\"}\n    files:\n      - assets/t%d:/srv/\n", i, i)
		if i > 0 {
			fmt.Fprintf(&b, "      - {source: t%d, from: /usr/local/bin/t%d, to: /srv/}\n", i-1, i-1)
		}
	}
	return b.String()
}

// BenchmarkTargets reads a file and decodes every target of it, for two platforms.
func BenchmarkTargets(b *testing.B) {
	for _, n := range []int{100, 200, 400} {
		text := manyTargets(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				doc := parsed(b, text)
				for _, p := range []string{"amd64", "arm64"} {
					for _, t := range doc.Targets() {
						if s, diags := doc.Spec(Request{Platform: Platform{OS: "linux", Architecture: p}, Target: t.Name.Value}); s == nil {
							b.Fatal(diags)
						}
					}
				}
			}
		})
	}
}

// TestManyTargets holds that what is wrong in one of many targets is told
// whichever is asked for, and once.
func TestManyTargets(t *testing.T) {
	text := manyTargets(500) + "  bad:\n    entrypiont: ./cmd/bad\n"
	start := time.Now()
	doc := parsed(t, text)
	for _, target := range doc.Targets() {
		s, diags := doc.Spec(Request{Platform: arm64, Target: target.Name.Value})
		if errs := diags.Errors(); s != nil || len(errs) != 1 || !strings.Contains(errs.Error(), `did you mean "entrypoint"?`) {
			t.Fatalf("target %s: got %v", target.Name.Value, errs)
		}
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

// TestTogether asks a document for its targets by several goroutines at once;
// equal requests are answered with the same spec.
func TestTogether(t *testing.T) {
	doc := parsed(t, manyTargets(20))
	ask := func(asked map[string]*Spec) {
		for _, target := range doc.Targets() {
			for _, version := range []string{"1", "2"} {
				args := map[string]string{"VERSION": version}
				s, _ := doc.Spec(Request{Platform: arm64, Target: target.Name.Value, BuildArgs: args})
				asked[target.Name.Value+version] = s
			}
		}
	}
	all := make([]map[string]*Spec, 4)
	var wait sync.WaitGroup
	for i := range all {
		all[i] = map[string]*Spec{}
		wait.Go(func() { ask(all[i]) })
	}
	wait.Wait()
	for _, one := range all {
		if !maps.Equal(one, all[0]) {
			t.Error("goroutines got different specs")
		}
	}
	for version, want := range map[string]string{"1": "main.version=1", "2": "main.version=2"} {
		if s := all[0]["t7"+version]; s == nil || s.Build.Ldflags.Items[1].Value != want {
			t.Errorf("version %s: got the spec %v", version, s)
		}
	}
}
