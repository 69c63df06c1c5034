package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// row is a case: how long builds took, in milliseconds, by the spec and by what it is
// compared with.
type row struct {
	Case      string `json:"case"`
	Against   string `json:"against"`
	Platforms string `json:"platforms"`
	Command   string `json:"command"`
	Pairs     int    `json:"pairs"`
	machine
	Spec  spread `json:"spec"`
	Other spread `json:"other"`
	// Ratio is the median of the ratios of pairs, which what else the machine does spoils
	// less than the ratio of medians.
	Ratio float64 `json:"ratio"`
}

// spread is where times lie.
type spread struct {
	Median int64 `json:"median"`
	Min    int64 `json:"min"`
	Max    int64 `json:"max"`
	// Pulled is how many bytes came of the registry, images and caches; the median.
	Pulled int64 `json:"pulled,omitempty"`
}

// newRow returns the row of a case; times of one pair have one index.
func newRow(k benchCase, platforms string, spec, other []built) row {
	var ratios []float64
	for i := range spec {
		ratios = append(ratios, float64(spec[i].took)/float64(other[i].took))
	}
	return row{
		Case: k.name, Against: k.rival.title, Platforms: platforms, Pairs: len(spec),
		Command: fmt.Sprintf("make bench CASE=%s PAIRS=%d PLATFORMS=%s", k.name, len(spec), platforms),
		Spec:    spreadOf(spec), Other: spreadOf(other), Ratio: median(ratios),
	}
}

func spreadOf(all []built) spread {
	var took []time.Duration
	var pulled []int64
	for _, b := range all {
		took, pulled = append(took, b.took), append(pulled, b.pulled)
	}
	return spread{median(took).Milliseconds(), slices.Min(took).Milliseconds(), slices.Max(took).Milliseconds(), median(pulled)}
}

// median returns the value in the middle; of two, the first. There is at least one.
func median[T cmp.Ordered](all []T) T {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[(len(sorted)-1)/2]
}

// String returns the row as a line of the table:
//
//	| go-fresh | the expert's Dockerfile | 2 | 3 | 9.77 s (9.33–10.55) | 45.08 s (44.46–45.17) | 0.22× | 120 MB, 95 MB |
func (r row) String() string {
	return fmt.Sprintf("| %s | %s | %d | %d | %s | %s | %.2f× | %s |", r.Case, r.Against,
		len(strings.Split(r.Platforms, ",")), r.Pairs, r.Spec, r.Other, r.Ratio, r.pulled())
}

// pulled returns what both sides pulled, where that is more than manifests.
func (r row) pulled() string {
	const mega = 1_000_000
	if max(r.Spec.Pulled, r.Other.Pulled) < mega {
		return ""
	}
	return fmt.Sprintf("%.1f MB, %.1f MB", float64(r.Spec.Pulled)/mega, float64(r.Other.Pulled)/mega)
}

func (s spread) String() string {
	seconds := func(ms int64) float64 { return float64(ms) / 1000 }
	return fmt.Sprintf("%.2f s (%.2f–%.2f)", seconds(s.Median), seconds(s.Min), seconds(s.Max))
}

// keep writes rows, and those of other cases that are there, to results.json in dir, and
// beside it what is drawn from them.
func keep(dir string, rows []row) error {
	file := filepath.Join(dir, "results.json")
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var all []row
	if len(old) > 0 {
		if err := json.Unmarshal(old, &all); err != nil {
			return fmt.Errorf("reading %s: %w", file, err)
		}
	}
	all = merge(all, rows)
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
		return err
	}
	for name, text := range pages(all) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pages returns what is drawn from rows, by the names of files.
func pages(all []row) map[string]string {
	return map[string]string{"README.md": table(all), "chart.svg": chart(all)}
}

// merge returns old rows with those that were measured anew in their places.
func merge(old, measured []row) []row {
	all := slices.Clone(old)
	for _, r := range measured {
		i := slices.IndexFunc(all, func(o row) bool { return o.Case == r.Case && o.Platforms == r.Platforms })
		if i < 0 {
			all = append(all, r)
			continue
		}
		all[i] = r
	}
	slices.SortStableFunc(all, func(a, b row) int { return cmp.Or(cmp.Compare(a.Case, b.Case), cmp.Compare(a.Platforms, b.Platforms)) })
	return all
}

// table returns the page of all rows.
func table(all []row) string {
	var b strings.Builder
	b.WriteString(head)
	for _, r := range all {
		fmt.Fprintln(&b, r)
	}
	return b.String()
}

const head = `# Benchmarks

Builds of [examples](../../examples) by their spec, against the [Dockerfile](../../test/bench/dockerfiles) that an
expert would write and others: on one buildkitd with a registry on the same machine, in turns, pushed, and with both
frontends as images (docker/dockerfile is that of the BuildKit that [test/go.mod](../../test/go.mod) pins). Times are
medians, with the least and the most; the ratio is the median of the pairs' ratios, and below 1 the spec is faster.
"pulled" is what each side got from the registry, of images and of a cache there, where that is more than manifests.

Only ratios mean anything. Rows were measured at different hours, in which a machine is not equally fast: compare the
two sides of a row, and never the times of one row with those of another.

## What a row is called

The first word is what is built, the second what is different from the build before; a third is another opponent than
the expert.

| first | what is built |
|---|---|
| go | [examples/go-http](../../examples/go-http) |
| files | the same among 100,000 files that nothing reads |
| modules | [a program](../../test/bench/modules) of one file, 115 modules and 825 packages |
| python | [examples/python-flask](../../examples/python-flask) |
| django | [examples/python-django](../../examples/python-django) |
| java | [examples/java-spring](../../examples/java-spring) |
| node | [examples/node-express-ts](../../examples/node-express-ts) |
| rust | [examples/rust-axum](../../examples/rust-axum) |
| rust-emulated | [a small program](../../test/bench/emulated) for arm64 alone, whose Dockerfile compiles it under emulation |

| second | what is different |
|---|---|
| noop | nothing |
| edit | a line at the end of a file of source |
| dependency | one library more, in the manifest and the lock |
| fresh | the daemon has nothing; a registry has the cache of what was built before an edit |
| cold | the daemon has nothing, and there is no cache |

| third | the opponent |
|---|---|
| none | the Dockerfile of an expert |
| tutorial | a Dockerfile as guides begin with, for one platform: for another it would compile under emulation |
| ko | ko, which builds Go without a daemon |
| tool | the language's own tool (go build, mvn package, npm run build, cargo build), without an image |
| one | the same spec for one platform, where the spec's side builds for two: what a second platform costs |

The expert's files are others than the Dockerfile that the [README](../../README.md) shows, which has modules in a layer
as the spec has. [go-http.Dockerfile](../../test/bench/dockerfiles/go-http.Dockerfile) and
[java-spring.Dockerfile](../../test/bench/dockerfiles/java-spring.Dockerfile) have them in a cache mount, which is quick
on a builder that lives on, and empty on a fresh one, since no registry's cache carries it: much of those "fresh" rows
is that. [modules.Dockerfile](../../test/bench/dockerfiles/modules.Dockerfile) has modules in a layer, and the
compiler's cache in a mount. Those of Python and Node install into a layer, with downloads in a mount, and
[rust-axum.Dockerfile](../../test/bench/dockerfiles/rust-axum.Dockerfile) has what cargo-chef compiles in one.

![Ratios](chart.svg)

"make bench CASE=go-edit" measures a row anew, "make bench" all; [results.json](results.json) has the numbers and the
number of processors, and of what is measured from now on the machine and the versions, too. [misses.md](misses.md) says
where the time goes of rows that are not as fast as they should be.

| case | against | platforms | pairs | spec | the other | ratio | pulled |
|---|---|---|---|---|---|---|---|
`
