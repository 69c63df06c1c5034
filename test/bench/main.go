// Command bench compares builds of examples by their spec with builds by the Dockerfile
// that an expert would write for them: in turns on one buildkitd, with both frontends
// as images, each change built by both. It runs in a shell of the lab, in the module
// test:
//
//	go run ./bench            # every case
//	go run ./bench go-edit
//	go run ./bench go-edit-ko
//
// Cases that are called "fresh", "cold" and "dependency" have the daemon forget all that it
// knows. Those called "emulated" are for linux/arm64 alone.
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
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/stagefront/stagefront/test/labenv"
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
	registry, err := labenv.Registry()
	if err != nil {
		return err
	}
	if err := pushOpponent(ctx, registry); err != nil {
		return err
	}
	on, err := thisMachine(ctx)
	if err != nil {
		return err
	}
	measured := false
	for _, k := range cases() {
		if len(names) > 0 && !slices.Contains(names, k.name) {
			continue
		}
		r, err := measure(ctx, registry, k)
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		r.machine, measured = on, true
		fmt.Println(r)
		if *dry {
			continue
		}
		if err := keep(pages, []row{r}); err != nil {
			return err
		}
	}
	if !measured {
		return fmt.Errorf("no case is called %s", strings.Join(names, ", "))
	}
	return nil
}

// measure has both sides build a change in turns. Who begins changes too.
func measure(ctx context.Context, registry string, k benchCase) (row, error) {
	dir, err := k.project.checkout(k.rival)
	if err != nil {
		return row{}, err
	}
	defer os.RemoveAll(dir)
	if err := k.project.surround(dir); err != nil {
		return row{}, err
	}
	where := *platforms
	if k.rival.host {
		where = "linux/" + runtime.GOARCH
	}
	prepared, err := k.rival.prepare(ctx, registry)
	if err != nil {
		return row{}, err
	}
	if k.change.adds() {
		if err := forget(ctx); err != nil {
			return row{}, err
		}
	}
	sides := []side{{name: "stagefront", command: buildx(specFile)}, {name: "rival", command: prepared}}
	for i := k.change.first(); i < *pairs; i++ {
		if err := k.pair(ctx, dir, registry, where, i, sides); err != nil {
			return row{}, err
		}
	}
	return newRow(k, where, sides[0].builds, sides[1].builds), nil
}

// pair has both sides build the change for the i-th time, the one first that was second
// before. What is below 0 does not count.
func (k benchCase) pair(ctx context.Context, dir, registry, where string, i int, sides []side) error {
	image := registry + "/bench/" + k.project.name
	for j := range sides {
		if j == 0 || k.rival.same {
			if err := k.change.apply(dir, i); err != nil {
				return err
			}
		}
		if i >= 0 && (k.change.fresh || k.change.cold) {
			if err := forget(ctx); err != nil {
				return err
			}
		}
		s := &sides[(i+j+2)%2]
		name := image + ":" + s.name
		before, err := labenv.Sent(ctx, registry)
		if err != nil {
			return err
		}
		took, err := s.build(ctx, dir, name, where, k.change.cache(name, i))
		if err != nil {
			return err
		}
		after, err := labenv.Sent(ctx, registry)
		if err != nil {
			return err
		}
		if i >= 0 {
			s.builds = append(s.builds, built{took, after - before})
		}
	}
	return nil
}

// side is one way to build a project.
type side struct {
	name    string
	command command
	builds  []built
}

// built is what a build took: time, and bytes of a registry.
type built struct {
	took   time.Duration
	pulled int64
}

// build builds and pushes what is in dir, as people type it, and returns how long it took.
func (s *side) build(ctx context.Context, dir, image, platforms string, cache []string) (time.Duration, error) {
	args, env := s.command(image, platforms, cache)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(began)
	if *verbose || err != nil {
		fmt.Printf("$ %s\n%s", strings.Join(args, " "), out)
	}
	return took, err
}
