package python

import (
	"regexp"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

const (
	notThere = `declare it in a group "dev" or "test" of the project, or in requirements-dev.txt, for tests; ` +
		"build.packages installs the distribution's programs"
	noTests = `have some in files "test_*.py" (for pytest, declare it in a group "dev" or "test"), ` +
		`or say what runs them: "test: [program, argument]"`
)

// complaints are how installers, the interpreter and what runs tests tell what is wrong.
var complaints = []language.Complaint{
	// Of pytest: its summary, and for files that it cannot import, which have no message
	// there, the lines that it marks.
	{Line: regexp.MustCompile(`^(?:FAILED|ERROR) (\S+(?:\.py|::.+?) - .+)`)},
	{Line: regexp.MustCompile(`^E\s+(assert .+|(?:\w+\.)*\w*(?:Error|Exception|Failed): .+)`)},
	{Line: regexp.MustCompile(`^(?:FAILED|ERROR) (\S+(?:\.py$|::.+))`)},
	{Line: regexp.MustCompile(`^\S.*: error: ((?:unrecognized|argument|ambiguous) .+)`)},

	// Of unittest, and of all: "ERROR: test_a (tests.test_a.Test)" has no reason, nor has
	// that a module of tests could not be imported.
	{Line: regexp.MustCompile(`^((?:ModuleNotFound|Syntax)Error: .+)`)},
	{Line: regexp.MustCompile(`^(?:error|ERROR): (\S+(?: [^(].*)?)$`)},
	{Line: regexp.MustCompile(`^((?:\w+\.)*\w+(?:Error|Exception): .+)`)},
	{Line: regexp.MustCompile(`^((?:ERROR|FAIL): \S+ \(.+)`)},

	{Line: language.NotFound, Hint: notThere},
	{Line: regexp.MustCompile(`^\S*python[\d.]*: (No module named \S+)`), Hint: notThere},
	{Line: regexp.MustCompile(`^(?:=+ )?(?:NO TESTS RAN|no tests ran in .*)`), Reason: "there are no tests", Hint: noTests},
}

// aboutPackage matches the reasons of our own programs that are about a package.
var aboutPackage = regexp.MustCompile(`^(?:the index has no )?([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:==| |\. )`)

// cause returns where the project asks for the package that a reason is about, else
// where its lock has it.
func cause(p *language.Project, reason string) diag.Range {
	match := aboutPackage.FindStringSubmatch(reason)
	if match == nil {
		return diag.Range{}
	}
	m, _ := manifestOf(p, p.Dir())
	groups, _ := groupsOf(m, p.Spec.Build.Extras)
	groups = m.defaultGroups(groups)
	if r, ok := m.declares(groups, normal(match[1])); ok {
		return r.rng
	}
	lock, _ := lockOf(m, groups)
	return lock.versions[normal(match[1])].Range
}
