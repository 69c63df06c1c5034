package node

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// newestBerry is the newest format of yarn's that is known.
const newestBerry = 10

// readYarnLock reads yarn.lock: that of yarn 1, or a later one's, which says its
// version. https://yarnpkg.com/configuration/manifest
func readYarnLock(l *lockfile) diag.List {
	root := indented(l.src)
	l.kind, l.undecided = yarnLock, true
	if meta := root.get("__metadata"); meta != nil {
		l.kind, l.undecided = berryLock, false
		version := meta.get("version")
		l.version = version.text()
		if version != nil {
			l.at = l.src.Line(version.line)
		}
		if n, err := strconv.Atoi(l.version); err != nil || n > newestBerry {
			return l.newer(strconv.Itoa(newestBerry))
		}
	}
	l.descriptors = map[string]bool{}
	for _, e := range root.below {
		names := map[string]bool{}
		for _, d := range strings.Split(e.key, ",") {
			d = strings.TrimSpace(d)
			l.descriptors[d], names[yarnName(d)] = true, true
		}
		if e.key == "__metadata" || e.get("version") == nil {
			continue
		}
		if k, ok := yarnPackage(e); ok {
			for _, k.name = range slices.Sorted(maps.Keys(names)) {
				l.packages = append(l.packages, k)
			}
		}
	}
	return nil
}

// yarnPackage returns a package of the lock without the names that it is asked for by,
// and whether it is one that is fetched: members of the workspace are not.
func yarnPackage(e *entry) (locked, bool) {
	k := locked{line: e.line, version: e.get("version").text(), source: e.get("resolved").text()}
	k.needs = slices.DeleteFunc(e.get("dependencies").keys(), func(name string) bool {
		return e.get("dependenciesMeta", name, "optional").text() == "true"
	})
	k.conditions(e.get("conditions").text())
	_, from, _ := strings.Cut(strings.TrimPrefix(e.get("resolution").text(), "@"), "@")
	if !strings.HasPrefix(from, "npm:") && isRepository(from) || strings.Contains(from, "#commit=") {
		k.source = "git+" + from
	}
	return k, !strings.HasPrefix(from, "workspace:")
}

// conditions reads what platforms a package is for: os=linux & (cpu=arm64 | cpu=x64).
func (k *locked) conditions(text string) {
	for _, c := range strings.Split(text, "&") {
		for _, one := range strings.Split(strings.Trim(c, " ()"), "|") {
			name, value, _ := strings.Cut(strings.TrimSpace(one), "=")
			switch name {
			case "os":
				k.os = append(k.os, value)
			case "cpu":
				k.cpu = append(k.cpu, value)
			case "libc":
				k.libc = append(k.libc, value)
			}
		}
	}
}

// yarnName returns the name of a package of yarn's: "@scope/name" of
// "@scope/name@^1.0.0".
func yarnName(key string) string {
	if i := strings.IndexByte(key[min(1, len(key)):], '@'); i >= 0 {
		return key[:i+1]
	}
	return key
}
