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
// before it, what it decides, on two platforms, and what is to be raised: each answers for all of them.
func TestManyTargets(t *testing.T) {
	for request, want := range map[string]int{"frontend.explain": 2 * 601, "frontend.lint": 601} {
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

// TestManyTargetsLinear asks files of ever more targets: twice as many are no more than
// twice the work, by what is allocated, and no more calls of the gateway.
func TestManyTargetsLinear(t *testing.T) {
	for _, request := range []string{"frontend.explain", "frontend.lint"} {
		cost := func(targets int) (allocated float64, calls int) {
			allocated = testing.AllocsPerRun(1, func() {
				g := manyTargets(t, targets, request)
				if _, err := Build(t.Context(), g); err != nil {
					t.Fatal(err)
				}
				calls = 0
				for _, n := range g.Calls {
					calls += n
				}
			})
			return allocated, calls
		}
		half, callsOfHalf := cost(250)
		whole, calls := cost(500)
		t.Logf("%s: 250 targets allocate %.0f times, 500 %.0f times", request, half, whole)
		if whole > 2.2*half {
			t.Errorf("%s: 500 targets allocate %.1f times what 250 do, want 2", request, whole/half)
		}
		if calls != callsOfHalf {
			t.Errorf("%s: 500 targets cost %d calls, and 250 cost %d", request, calls, callsOfHalf)
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
