// Command bench compares builds of examples by their spec with builds by the Dockerfile
// that an expert would write for them: in turns on one buildkitd, with both frontends
// as images, each change built by both. It runs in a shell of the lab, in the module
// test:
//
//	go run ./bench            # every case
//	go run ./bench go-edit
//
// Cases that are called "fresh" and "cold" have the daemon forget all that it knows. Those
// called "emulated" are for linux/arm64 alone.
//
// Only ratios mean anything, and those of one run alone: machines differ, and so do
// the hours of one. They are kept in docs/benchmarks, as JSON and as a table.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

var (
	pairs     = flag.Int("pairs", 7, "how often each side builds a change")
	platforms = flag.String("platforms", "linux/amd64,linux/arm64", "what to build for")
	verbose   = flag.Bool("v", false, "print what builds print")
	dry       = flag.Bool("dry", false, "keep no results")
	draw      = flag.Bool("draw", false, "measure nothing, and draw the pages from the numbers that are kept")
)

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, names []string) error {
	pages := filepath.Join("..", "docs", "benchmarks")
	if *draw {
		return keep(pages, nil)
	}
	registry := os.Getenv("LAB_REGISTRY")
	if registry == "" {
		return fmt.Errorf("there is no lab: run make lab, then . .lab/env")
	}
	if err := pushOpponent(ctx, registry); err != nil {
		return err
	}
	var rows []row
	for _, p := range projects {
		for _, c := range p.changes {
			if len(names) > 0 && !slices.Contains(names, p.name+"-"+c.name) {
				continue
			}
			r, err := measure(ctx, registry, p, c)
			if err != nil {
				return fmt.Errorf("%s-%s: %w", p.name, c.name, err)
			}
			fmt.Println(r)
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return fmt.Errorf("no case is called %s", strings.Join(names, ", "))
	}
	if *dry {
		return nil
	}
	return keep(pages, rows)
}

// measure has both sides build a change in turns. Who begins changes too.
func measure(ctx context.Context, registry string, p project, c change) (row, error) {
	dir, err := p.checkout()
	if err != nil {
		return row{}, err
	}
	defer os.RemoveAll(dir)
	sides := []side{{"stagefront.yaml", nil}, {dockerfile, nil}}
	for i := c.first(); i < *pairs; i++ {
		if err := c.apply(dir, i); err != nil {
			return row{}, err
		}
		for j := range sides {
			s := &sides[(i+j+2)%2]
			name := registry + "/bench/" + p.name + ":" + s.tag()
			if err := c.begin(ctx, i); err != nil {
				return row{}, err
			}
			took, err := s.build(ctx, dir, name, c.cache(name, i)...)
			if err != nil {
				return row{}, err
			}
			if i >= 0 {
				s.took = append(s.took, took)
			}
		}
	}
	return newRow(p.name+"-"+c.name, sides[0].took, sides[1].took), nil
}

// side is one way to build a project.
type side struct {
	file string
	took []time.Duration
}

// tag returns what images of the side are called.
func (s *side) tag() string { return strings.ToLower(strings.TrimSuffix(s.file, ".yaml")) }

// build builds and pushes what is in dir, as people type it, and returns how long it took.
func (s *side) build(ctx context.Context, dir, name string, flags ...string) (time.Duration, error) {
	args := append([]string{"build", "--progress=plain", "-f", s.file, "--platform", *platforms}, network()...)
	args = append(append(args, flags...), "-t", name, "--push", ".")
	cmd := exec.CommandContext(ctx, "buildx", args...)
	cmd.Dir = dir
	began := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(began)
	if *verbose || err != nil {
		fmt.Printf("$ buildx %s\n%s", strings.Join(args, " "), out)
	}
	return took, err
}
