// Command measure prints the size and the shape of a checkout's product code: the
// packages of its root module without tests, and the whole of them. It reads syntax
// alone, so it measures any commit of the project, built or not:
//
//	cd test && go run ./measure                 # this checkout
//	cd test && go run ./measure /tmp/earlier    # another one
//
// Equal sources give equal text, so two commits are compared by diff.
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "measure: error:", err)
		os.Exit(1)
	}
}

// run prints the measures of a checkout, which is the one around the test module
// where no other is named.
func run(args []string, out io.Writer) error {
	dir := ".."
	switch len(args) {
	case 0:
	case 1:
		dir = args[0]
	default:
		return fmt.Errorf("usage: measure [DIR]")
	}
	packages, err := read(dir)
	if err != nil {
		return err
	}
	return write(out, packages)
}
