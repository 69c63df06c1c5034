package language

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Complaint is how a tool tells in its log why it failed.
type Complaint struct {
	// Line is a line of the log. What its first group matches is told, of one
	// without groups the whole line.
	Line *regexp.Regexp
	// Reason is told in place of a line that does not say it, "" for one that does.
	Reason string
	// Hint says what to do, "" where the line does.
	Hint string
}

// Common are complaints that are told whatever the language. What steps of ours say
// comes first: it was written to be told.
var Common = []Complaint{
	{Line: regexp.MustCompile(`^stagefront: (.+)`)},
	{
		Line: regexp.MustCompile(`(?i)^.*(?:x509: |certificate verify failed|unable to find valid certification path|` +
			`self[- ]signed certificate|invalid peer certificate|unable to get local issuer certificate).*`),
		Hint: "behind a proxy that has its own CA, add --secret id=ca-certificates,src=<bundle>",
	},
	{
		Line: regexp.MustCompile(`^.*[Nn]o space left on device.*`),
		Hint: "the builder's disk is full: docker buildx prune",
	},
	{Line: regexp.MustCompile(`^Killed$`), Hint: "has the builder enough memory?"},
	{
		Line: regexp.MustCompile(`^E: (Unable to locate package .+|Package '.+' has no installation candidate)`),
		Hint: "build.packages has names of the toolchain image's distribution; is it spelt as there?",
	},
}

// NotFound matches what a shell tells of a program that is not there, ours too, which keeps
// the log.
var NotFound = regexp.MustCompile(`^(?:/\S*/)?(?:log\.)?sh: (?:line )?(?:\d+: )?(\S+: (?:command )?not found)$`)

// Why returns what a failed step's log tells of the reason, and what to do about it.
// Complaints that come first are told before others, whatever the order of the log. What
// a tool says again in its summary counts once, and colours are left out:
//
//	main.go:3:15: undefined: x (and 2 more, in the log above)
func Why(log string, complaints []Complaint) (reason, hint string) {
	lines := strings.Split(colour.ReplaceAllString(log, ""), "\n")
	for _, c := range slices.Concat(Common, complaints) {
		var all []string
		for _, line := range lines {
			if told, ok := c.told(strings.TrimRight(line, "\r ")); ok && !slices.Contains(all, told) {
				all = append(all, told)
			}
		}
		switch len(all) {
		case 0:
		case 1:
			return all[0], c.Hint
		default:
			return fmt.Sprintf("%s (and %d more, in the log above)", all[0], len(all)-1), c.Hint
		}
	}
	return "", ""
}

// colour is what tools put around words where they believe that a terminal shows them.
var colour = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// told returns what is told of a line of a log, false for another complaint's.
func (c Complaint) told(line string) (string, bool) {
	match := c.Line.FindStringSubmatch(line)
	switch {
	case match == nil:
		return "", false
	case c.Reason != "":
		return c.Reason, true
	}
	return match[min(1, len(match)-1)], true
}
