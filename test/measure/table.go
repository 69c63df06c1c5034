package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// longest is how many lines a file may have before it is listed.
const longest = 300

// write prints a line a package, then what holds for all of them:
//
//	package       files   lines    code functions exported
//	.                 1       8       5         1        0
//	cart              1      32      17         3        5
//	cart/price        2     304       3         1        1
//	total             4     344      25         5        6
//
//	functions                5
//	lines of a function      median 1, 90th percentile 8, longest 8 (cart.Cart.Add)
//	comment lines            19.4 % of those that are not blank
//	lines over 100 columns   1 (0.3 %)
//	imports between packages 2
//	files over 300 lines     1
//	    301 cart/price/long.go
func write(out io.Writer, packages []*pkg) error {
	var files []*file
	edges := 0
	for _, p := range packages {
		files = append(files, p.Files...)
		edges += len(p.Imports)
	}
	var text strings.Builder
	writePackages(&text, packages, files)
	fmt.Fprintln(&text)
	writeWhole(&text, files, edges)
	_, err := io.WriteString(out, text.String())
	return err
}

// writePackages prints the table of packages, with all their files as its last row.
func writePackages(out io.Writer, packages []*pkg, files []*file) {
	width := len("package")
	for _, p := range packages {
		width = max(width, len(p.Dir))
	}
	fmt.Fprintf(out, "%-*s%9s%8s%8s%10s%9s\n", width, "package", "files", "lines", "code", "functions", "exported")
	row := func(name string, files []*file) {
		all := sum(files)
		fmt.Fprintf(out, "%-*s%9d%8d%8d%10d%9d\n",
			width, name, len(files), all.Lines, all.Code, len(all.Functions), all.Exported)
	}
	for _, p := range packages {
		row(p.Dir, p.Files)
	}
	row("total", files)
}

// sum returns the measures of several files as those of one.
func sum(files []*file) (all file) {
	for _, f := range files {
		all.Lines += f.Lines
		all.Code += f.Code
		all.Comments += f.Comments
		all.Wide += f.Wide
		all.Exported += f.Exported
		all.Functions = append(all.Functions, f.Functions...)
	}
	return all
}

// writeWhole prints the measures of all packages together.
func writeWhole(out io.Writer, files []*file, edges int) {
	all := sum(files)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(out, "%-25s%s\n", name, fmt.Sprintf(format, args...))
	}
	row("functions", "%d", len(all.Functions))
	row("lines of a function", "%s", lengths(all.Functions))
	row("comment lines", "%s of those that are not blank", percent(all.Comments, all.Code+all.Comments))
	row(fmt.Sprintf("lines over %d columns", widest), "%d (%s)", all.Wide, percent(all.Wide, all.Lines))
	row("imports between packages", "%d", edges)
	over := overlong(files)
	row(fmt.Sprintf("files over %d lines", longest), "%d", len(over))
	for _, f := range over {
		fmt.Fprintf(out, "%7d %s\n", f.Lines, f.Name)
	}
}

// lengths tells how long functions are. Of several that are the longest, the first
// counts.
func lengths(functions []function) string {
	if len(functions) == 0 {
		return "none"
	}
	sorted := slices.Clone(functions)
	slices.SortStableFunc(sorted, func(a, b function) int { return a.Lines - b.Lines })
	last := sorted[len(sorted)-1].Lines
	name := functions[slices.IndexFunc(functions, func(f function) bool { return f.Lines == last })].Name
	return fmt.Sprintf("median %d, 90th percentile %d, longest %d (%s)",
		rank(sorted, 50), rank(sorted, 90), last, name)
}

// rank returns the length that so many percent of the functions, which are sorted,
// do not exceed.
func rank(sorted []function, percent int) int {
	return sorted[(len(sorted)*percent+99)/100-1].Lines
}

// overlong returns the files that are too long, the longest first.
func overlong(files []*file) []*file {
	over := slices.DeleteFunc(slices.Clone(files), func(f *file) bool { return f.Lines <= longest })
	slices.SortStableFunc(over, func(a, b *file) int { return b.Lines - a.Lines })
	return over
}

// percent returns a part of a whole with one digit after the point.
func percent(part, whole int) string {
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(max(whole, 1)))
}
