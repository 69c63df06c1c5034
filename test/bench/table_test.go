package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTable keeps the rows of other cases, and one of each.
func TestTable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "benchmarks")
	seconds := func(all ...int64) (out []built) {
		for _, s := range all {
			out = append(out, built{time.Duration(s) * time.Second, s * 500_000})
		}
		return out
	}
	for _, r := range []row{
		newRow(benchCase{name: "go-noop", rival: expert}, "linux/amd64,linux/arm64", seconds(1), seconds(4)),
		newRow(benchCase{name: "go-edit", rival: expert}, "linux/amd64,linux/arm64", seconds(1), seconds(2)),
		newRow(benchCase{name: "go-noop", rival: expert}, "linux/amd64,linux/arm64", seconds(3, 1, 2), seconds(3, 2, 8)),
	} {
		if err := keep(dir, []row{r}); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(string(data), "|---|---|---|---|---|---|---|---|\n")
	want := "| go-edit | the expert's Dockerfile | 2 | 1 | 1.00 s (1.00–1.00) | 2.00 s (2.00–2.00) | 0.50× | 0.5 MB, 1.0 MB |\n" +
		"| go-noop | the expert's Dockerfile | 2 | 3 | 2.00 s (1.00–3.00) | 3.00 s (2.00–8.00) | 0.50× | 1.0 MB, 1.5 MB |\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestPages draws the pages anew from the numbers that are kept.
func TestPages(t *testing.T) {
	dir := filepath.Join("..", "..", "docs", "benchmarks")
	data, err := os.ReadFile(filepath.Join(dir, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []row
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	for name, want := range pages(all) {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s is not what results.json says: run go run ./bench -draw", name)
		}
	}
}
