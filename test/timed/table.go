package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// An event is a line of "go test -json"; go doc test2json says what they mean.
type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64 // in seconds, without the time that a parallel test waits
	Output  string
}

// A result is how one test, or one package, ended.
type result struct {
	name    string
	action  string
	seconds float64
}

// results are all tests of a run and all packages, in the order they ended.
type results struct {
	tests, packages []result
	begun           int // tests that began, and may not have ended
}

// follow copies what the tests print to out until events end. A line that is no
// event is what the go command itself says.
func follow(events io.Reader, out io.Writer) (results, error) {
	var all results
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			if err := all.add(line, out); err != nil {
				return all, err
			}
		}
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func (r *results) add(line []byte, out io.Writer) error {
	var e event
	if !bytes.HasPrefix(line, []byte("{")) || json.Unmarshal(line, &e) != nil {
		_, err := out.Write(line)
		return err
	}
	switch e.Action {
	case "run":
		r.begun++
	case "output", "build-output":
		_, err := io.WriteString(out, e.Output)
		return err
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.packages = append(r.packages, result{e.Package, e.Action, e.Elapsed})
		} else {
			r.tests = append(r.tests, result{path.Base(e.Package) + "." + e.Test, e.Action, e.Elapsed})
		}
	}
	return nil
}

// print prints the n slowest tests, of those that have subtests only these unless
// it is the test itself that failed, and what each package took:
//
//	the slowest tests:
//	    83.1s  e2e.TestJavaSpring/linux/arm64
//	    40.2s  e2e.TestErrors/java-unreachable  (fail)
//	packages:
//	   912.0s  github.com/stagefront/stagefront/test/e2e
//	95 tests passed, 1 failed, 0 skipped, 0 did not end
func (r *results) print(out io.Writer, n int) {
	leaves := slices.DeleteFunc(slices.Clone(r.tests), r.isToldBySubtests)
	counts := map[string]int{}
	for _, t := range leaves {
		counts[t.action]++
	}
	slices.SortStableFunc(leaves, func(a, b result) int { return cmp.Compare(b.seconds, a.seconds) })
	fmt.Fprintln(out, "\nthe slowest tests:")
	printRows(out, leaves[:min(n, len(leaves))])
	fmt.Fprintln(out, "packages:")
	printRows(out, r.packages)
	fmt.Fprintf(out, "%d tests passed, %d failed, %d skipped, %d did not end\n",
		counts["pass"], counts["fail"], counts["skip"], r.begun-len(r.tests))
}

// isToldBySubtests tells whether the subtests of t say all that t does.
func (r *results) isToldBySubtests(t result) bool {
	return slices.ContainsFunc(r.tests, func(other result) bool {
		return strings.HasPrefix(other.name, t.name+"/") && (t.action != "fail" || other.action == "fail")
	})
}

func printRows(out io.Writer, rows []result) {
	for _, row := range rows {
		note := ""
		if row.action != "pass" {
			note = "  (" + row.action + ")"
		}
		fmt.Fprintf(out, "%8.1fs  %s%s\n", row.seconds, row.name, note)
	}
}
