package python

import (
	"fmt"
	"path"
	"slices"
	"strings"

	version "github.com/aquasecurity/go-pep440-version"

	"github.com/stagefront/stagefront/frontend/diag"
)

// stale reports dependencies that the lock does not have, or in another version
// than the file that it is made from asks for.
func (l *lockfile) stale(m *manifest, groups []string) (diags diag.List) {
	if len(l.versions) == 0 && l.kind != listed {
		return nil
	}
	for _, r := range m.requirements {
		locked := path.Base(r.rng.Source.Name) == lockedFile(l.source)
		if !locked || r.group != "" && !slices.Contains(groups, r.group) || impliedServer(r) || strings.Contains(r.text, ";") {
			continue
		}
		have, ok := l.versions[r.name]
		switch {
		case !ok:
			diags.Errorf(r.rng, "%s is asked for, and %s does not have it", r.name, l.source).Hint = l.refresh()
		case !satisfies(have.Value, r.text):
			diags.Errorf(r.rng, "%s is asked for, and %s has %s (%s)", r.text, path.Base(l.source), have.Value, have.Range.FileLine()).Hint = l.refresh()
		}
	}
	return diags
}

// lockedFile returns the name of the file that a lock is made from.
func lockedFile(lock string) string {
	if path.Base(lock) == "Pipfile.lock" {
		return "Pipfile"
	}
	return "pyproject.toml"
}

func (l *lockfile) refresh() string {
	if l.tool == "" {
		return "write the lock anew and commit it"
	}
	return fmt.Sprintf("run %q and commit %s", l.tool, path.Base(l.source))
}

// satisfies reports whether a version is one of those that a requirement allows,
// as far as it is written the standard way.
// https://peps.python.org/pep-0440/#version-specifiers
func satisfies(have, requirement string) bool {
	rest := requirement[len(requirementName.FindString(requirement)):]
	if i := strings.Index(rest, "]"); i >= 0 {
		rest = rest[i+1:]
	}
	v, err := version.Parse(have)
	set, setErr := version.NewSpecifiers(strings.Trim(strings.TrimSpace(rest), "()"), version.WithPreRelease(true))
	return err != nil || setErr != nil || strings.TrimSpace(rest) == "" || strings.ContainsAny(rest, "^@") || set.Check(v)
}
