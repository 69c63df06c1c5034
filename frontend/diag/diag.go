// Package diag is how Stagefront tells what is wrong: problems with a place in
// a file, collected, sorted and reported together.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity tells a problem that stops the build from one that does not.
type Severity int

const (
	Error Severity = iota
	Warning
)

// Diagnostic is one problem.
type Diagnostic struct {
	Severity Severity
	Range    Range  // the narrowest stretch that shows it; zero when it has no place
	Message  string // what is wrong, lower case, without a full stop: `unknown key "entrypiont"`
	Hint     string // what to do: `did you mean "entrypoint"?`

	Rule string // id of the lint rule that it is a finding of; empty for most
	URL  string // where more is said about it; empty for most

	// Missing is the path in the context whose absence is the problem, so that
	// an ignore file that hides it can be named instead.
	Missing string

	// Instead are paths any of which would have done in the place of Missing.
	Instead []string
}

// String returns the problem in one line:
//
//	stagefront.yaml:3:1: unknown key "entrypiont"; did you mean "entrypoint"?
func (d Diagnostic) String() string {
	var b strings.Builder
	if !d.Range.IsZero() {
		b.WriteString(d.Range.String() + ": ")
	}
	b.WriteString(d.Text())
	return b.String()
}

// Text returns the problem without its place.
func (d Diagnostic) Text() string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + "; " + d.Hint
}

// List is the problems found so far. Its zero value is none.
type List []Diagnostic

// Errorf adds an error at r. The caller may set more of it:
//
//	l.Errorf(r, "unknown key %q", k).Hint = "…"
func (l *List) Errorf(r Range, format string, args ...any) *Diagnostic {
	return l.add(Diagnostic{Severity: Error, Range: r, Message: fmt.Sprintf(format, args...)})
}

// Warnf adds a warning at r, as Errorf adds an error.
func (l *List) Warnf(r Range, format string, args ...any) *Diagnostic {
	return l.add(Diagnostic{Severity: Warning, Range: r, Message: fmt.Sprintf(format, args...)})
}

func (l *List) add(d Diagnostic) *Diagnostic {
	*l = append(*l, d)
	return &(*l)[len(*l)-1]
}

// Add appends the problems of other lists.
func (l *List) Add(others ...List) {
	for _, o := range others {
		*l = append(*l, o...)
	}
}

// Errors returns the problems that stop the build, sorted, each once.
func (l List) Errors() List { return l.only(Error) }

// Warnings returns the problems that do not, sorted, each once.
func (l List) Warnings() List { return l.only(Warning) }

func (l List) only(s Severity) List {
	var out List
	for _, d := range l {
		if d.Severity == s {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.file(), b.file()),
			cmp.Compare(a.Range.Start.Line, b.Range.Start.Line),
			cmp.Compare(a.Range.Start.Column, b.Range.Start.Column),
		)
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(d Diagnostic) bool {
		key := d.String()
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

func (d Diagnostic) file() string {
	if d.Range.IsZero() {
		return ""
	}
	return d.Range.Source.Name
}

// Failed reports whether there is an error in l. It is Err() != nil without the
// sorting, for lists that are collected further.
func (l List) Failed() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Err returns the errors of l as one error that is a List, or nil when there is none.
func (l List) Err() error {
	if errs := l.Errors(); len(errs) > 0 {
		return errs
	}
	return nil
}

// Error returns all problems, one a line.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}
