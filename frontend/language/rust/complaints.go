package rust

import (
	"regexp"

	"github.com/stagefront/stagefront/frontend/language"
)

// complaints are how cargo, and what it runs, tell what is wrong. What has a remedy is
// told by our own steps.
var complaints = []language.Complaint{
	{Line: regexp.MustCompile(`^(.*\(signal: 9, SIGKILL: kill\))`), Hint: "has the builder enough memory?"},
	{Line: regexp.MustCompile(`^(error\[E[0-9]+\]: .+)`)},
	{Line: regexp.MustCompile(`^(test \S+ \.\.\. FAILED)$`)},
	{Line: regexp.MustCompile(`^\s*(this version of Cargo is older than .+)`), Hint: "name a newer one by \"version\""},
	// Last comes which package it was that could not be compiled.
	{Line: regexp.MustCompile(`^error: ((?:[^c]|c[^o]|co[^u]).*)`)},
	{Line: regexp.MustCompile(`^error: (could not .*)`)},
}
