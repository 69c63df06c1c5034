// Command scale measures how long large projects take in a lab and how much memory the
// frontend has at most for them. It runs in a shell of the lab, in the module test:
//
//	go run ./scale            # every case
//	go run ./scale targets
//
// What it prints is kept in docs/scaling.md.
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

	"github.com/stagefront/stagefront/test/labenv"
)

var times = flag.Int("times", 3, "how often each is asked")

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "scale: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, names []string) error {
	if _, err := labenv.Registry(); err != nil {
		return err
	}
	for _, name := range names {
		if !slices.ContainsFunc(projects, func(p project) bool { return p.name == name }) {
			return fmt.Errorf("no case is called %s", name)
		}
	}
	fmt.Print("| project | asked | seconds | memory of the frontend |\n|---|---|---|---|\n")
	for _, p := range projects {
		if len(names) > 0 && !slices.Contains(names, p.name) {
			continue
		}
		if err := p.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// measure prints a line for each question about a project.
func (p project) measure(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "scale-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for name, text := range p.files() {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	for _, question := range p.asked {
		var took []time.Duration
		var most int
		for range *times + 1 { // what is asked first has the context sent, and more
			seconds, memory, err := ask(ctx, dir, strings.Fields(question))
			if err != nil {
				return err
			}
			took, most = append(took, seconds), max(most, memory)
		}
		first, rest := took[0].Seconds(), took[1:]
		slices.Sort(rest)
		fmt.Printf("| %s | `%s` | %.2f, at first %.2f | %d MB |\n", p.doc, question, rest[*times/2].Seconds(), first, most>>10)
	}
	return nil
}

// ask has a build answered, and returns how long it took and how many kilobytes the
// frontend had at most.
func ask(ctx context.Context, dir string, flags []string) (time.Duration, int, error) {
	args := slices.Concat([]string{"build", "-f", "stagefront.yaml", "--progress=plain"}, labenv.Network(), flags, []string{"."})
	cmd := exec.CommandContext(ctx, "buildx", args...)
	cmd.Dir = dir
	watched, stop := context.WithCancel(ctx)
	memory := make(chan int)
	go func() { memory <- watch(watched) }()
	began := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(began)
	stop()
	most := <-memory
	if err != nil {
		return 0, 0, fmt.Errorf("%w\n%s", err, out)
	}
	if most == 0 {
		return 0, 0, fmt.Errorf("no frontend was seen")
	}
	return took, most, nil
}
