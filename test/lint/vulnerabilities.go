package main

import (
	"errors"
	"os/exec"
	"strings"
)

// found is how govulncheck ends when the code calls something vulnerable.
const found = 3

// judgeVulnerabilities tells a finding, and a check that could not be made, from
// a database that does not answer: that is no fault of the code, and proves
// nothing of it.
func judgeVulnerabilities(out string, err error) verdict {
	var exited *exec.ExitError
	switch {
	case err == nil:
		return verdict{}
	case errors.As(err, &exited) && exited.ExitCode() == found:
		return verdict{text: out, wrong: true}
	case strings.Contains(out, "fetching vulnerabilities:"):
		return verdict{text: "NOT CHECKED, the database of vulnerabilities does not answer: " + out}
	}
	return verdict{text: out + "\n" + err.Error(), wrong: true}
}
