// Command lab runs the real stack on one machine: buildkitd, a registry, base
// images under their usual names, buildx, and this checkout's frontend image
// pushed as org/stagefront. It needs root, Go, git and apt, and no Docker.
//
// Everything it starts listens on loopback or on unix sockets, has its process
// id in .lab/run, and is stopped by that id. State is in .lab; tools and layers
// that any checkout may use are in the user's cache directory, keyed by what
// made them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/stagefront/stagefront/test/image"
)

// A command is one word after "lab".
type command struct {
	name string
	args string // as the usage shows them
	doc  string
	run  func(ctx context.Context, l *Lab, args []string) error
}

// commands is everything the program does, in the order the usage shows.
var commands = []command{
	{name: "up", doc: "bring the stack up, with this tree's frontend image as org/stagefront", run: runUp},
	{name: "down", doc: "stop what up started", run: runDown},
	{name: "clean", doc: "down, then remove the state and the cached tools and layers", run: runClean},
	{name: "image", args: "REF...", doc: "make stand-ins for base images, such as golang:1.24-trixie, before a build asks", run: runImage},
	{name: "daemon", args: "NAME up|down", doc: "bring up a buildkitd that has nothing cached and print its address, or remove it: second, rootless", run: runDaemon},
	{name: "install", args: "PROGRAM...", doc: "install programs that tests run, such as mvn", run: runInstall},
	{name: "engine", args: "NAME up|down", doc: "bring a Docker Engine up or down: oldest, newest, classic", run: runEngine},
	{name: "demo", doc: "build the calculator for two platforms and run both images", run: runDemo},
	{name: "registry", args: "ADDR", doc: "serve the lab's registry in the foreground (what up starts)", run: runRegistry},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "lab: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New(usage())
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		if err := checkArgs(c, args[1:]); err != nil {
			return err
		}
		l, err := Open()
		if err != nil {
			return err
		}
		return errors.Join(c.run(ctx, l, args[1:]), image.Clear())
	}
	return fmt.Errorf("unknown command %q\n%s", args[0], usage())
}

// checkArgs refuses arguments that c does not take, or too few of them.
func checkArgs(c command, args []string) error {
	want := len(strings.Fields(c.args))
	if strings.HasSuffix(c.args, "...") && len(args) >= want {
		return nil
	}
	if len(args) != want {
		return fmt.Errorf("usage: lab %s %s", c.name, c.args)
	}
	return nil
}

// usage returns the list of commands:
//
//	usage: lab COMMAND
//	  up         bring the stack up, …
func usage() string {
	var b strings.Builder
	b.WriteString("usage: lab COMMAND\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "  %-18s %s\n", c.name+" "+c.args, c.doc)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
