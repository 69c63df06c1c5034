// Command timed runs "go test" with the arguments it is given, shows what that
// prints, and ends with a table of the tests that took longest.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// shown is how many tests the table has.
const shown = 10

func main() {
	failed, err := run(os.Args[1:])
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "timed: error:", err)
		os.Exit(2)
	case failed:
		os.Exit(1)
	}
}

// run tells whether the tests failed.
func run(args []string) (failed bool, err error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, fmt.Errorf("starting the tests: %w", err)
	}
	seen, err := follow(events, os.Stdout)
	ended := cmd.Wait()
	if err != nil {
		return false, errors.Join(fmt.Errorf("reading what the tests print: %w", err), ended)
	}
	seen.print(os.Stdout, shown)
	var exited *exec.ExitError
	if ended != nil && !errors.As(ended, &exited) {
		return false, fmt.Errorf("running the tests: %w", ended)
	}
	return ended != nil, nil
}
