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

// Why returns what a failed step's log tells of the reason, and what to do about it.
// Complaints that come first are told before others, whatever the order of the log:
//
//	main.go:3:15: undefined: x (and 2 more, in the log above)
func Why(log string, complaints []Complaint) (reason, hint string) {
	lines := strings.Split(log, "\n")
	for _, c := range slices.Concat(Common, complaints) {
		var all [][]int
		var in []string
		for _, line := range lines {
			line = strings.TrimRight(line, "\r ")
			if m := c.Line.FindStringSubmatchIndex(line); m != nil {
				all, in = append(all, m), append(in, line)
			}
		}
		if len(all) == 0 {
			continue
		}
		reason = string(c.Line.ExpandString(nil, map[bool]string{true: "${1}", false: "${0}"}[c.Line.NumSubexp() > 0], in[0], all[0]))
		if len(all) > 1 {
			reason += fmt.Sprintf(" (and %d more, in the log above)", len(all)-1)
		}
		return reason, c.Hint
	}
	return "", ""
}
