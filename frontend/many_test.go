package frontend

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// manyTargets returns a gateway for a file of so many targets, each with a file that is
// told of, on two platforms.
func manyTargets(tb testing.TB, n int, request string) *gateway.Gateway {
	var spec strings.Builder
	spec.WriteString("language: go\nentrypoint: .\ntargets:\n")
	for i := range n {
		fmt.Fprintf(&spec, "  t%d:\n    user: root\n    env: {NAME: t%d}\n    files: [main.go:/srv/t%d]\n", i, i, i)
		if i > 0 {
			fmt.Fprintf(&spec, "    build: {files: [{source: t%d, from: /usr/local/bin/app, to: app%d}]}\n", i-1, i)
		}
	}
	g := gateway.New(tb, spec.String())
	g.Opts["requestid"] = request
	return g
}

// TestManyTargets asks a file of many targets, each of which takes a file of the one
// before it, what it decides and what is to be raised: each answers for all of them.
func TestManyTargets(t *testing.T) {
	for request, want := range map[string]int{"frontend.explain": 601, "frontend.lint": 601} {
		result, err := Build(t.Context(), manyTargets(t, 600, request))
		if err != nil {
			t.Fatalf("%s: %v", request, err)
		}
		word := map[string]string{"frontend.explain": `"platform"`, "frontend.lint": `"ruleName": "RootUser"`}[request]
		if got := strings.Count(string(result.Metadata["result.json"]), word); got != want-strings.Count(request, "lint") {
			t.Errorf("%s: got %d answers, want %d", request, got, want)
		}
	}
}

// BenchmarkManyTargets asks files of ever more targets.
func BenchmarkManyTargets(b *testing.B) {
	for _, request := range []string{"frontend.explain", "frontend.lint", "frontend.outline", "frontend.targets"} {
		for _, n := range []int{100, 300, 600} {
			b.Run(fmt.Sprintf("%s/%d", strings.TrimPrefix(request, "frontend."), n), func(b *testing.B) {
				for b.Loop() {
					if _, err := Build(b.Context(), manyTargets(b, n, request)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
