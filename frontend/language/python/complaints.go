package python

import (
	"regexp"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// complaints are how installers and the interpreter tell what is wrong.
var complaints = []language.Complaint{
	{Line: regexp.MustCompile(`^(?:error|ERROR): (.+)`)},
	{Line: regexp.MustCompile(`^((?:\w+\.)*\w+(?:Error|Exception): .+)`)},
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
