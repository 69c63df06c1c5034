package node

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// expected is what a lock says of a tree of packages for production, in which managers
// pass over what is optional and cannot be had, and which they do not compare with it.
type expected struct {
	// Locked are all packages: "a@1.0.0", or "a@" of one whose version its source says.
	Locked []string `json:"locked"`
	// Wanted are the names of those that the tree has where something depends on them.
	Wanted []string `json:"wanted"`
	// Undecided says that optional ones may be missing: the lock does not tell what
	// platforms they are for, or the project leaves them out.
	Undecided bool `json:"undecided"`
}

// expects returns what the lock says of the tree for Linux on an architecture and a C
// library, which a release of node installs; nil without a lock.
func (l *lockfile) expects(cpu, libc string, by release) *expected {
	if l.kind == noLock {
		return nil
	}
	e := &expected{Undecided: l.undecided}
	fits := l.fitting(cpu, libc, by)
	for _, k := range l.packages {
		e.Locked = append(e.Locked, k.name+"@"+k.released())
		if !k.dev && fits(k.name) {
			e.Wanted = append(e.Wanted, k.name)
		}
	}
	for _, list := range []*[]string{&e.Locked, &e.Wanted} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return e
}

// omitting are settings by which a project has its manager leave optional packages out.
var omitting = map[string]*regexp.Regexp{
	".npmrc":      regexp.MustCompile(`(?mi)^\s*(omit(\[\])?\s*=.*optional|optional\s*=\s*"?false|no-optional)`),
	pnpmWorkspace: regexp.MustCompile(`(?m)^optional:\s*false`),
	".yarnrc":     regexp.MustCompile(`ignore-optional`),
}

// sets reports whether the managers' settings have what patterns look for, or cannot be
// read.
func (n *project) sets(patterns map[string]*regexp.Regexp) bool {
	for _, name := range settings {
		if pattern := patterns[name]; pattern != nil && len(n.there(name)) > 0 {
			data, err := fs.ReadFile(n.FS, n.inRoot(name))
			if err != nil || pattern.Match(data) {
				return true
			}
		}
	}
	return false
}

// passedOver reports optional packages that the lock has for the target by their names,
// and that are not installed all the same: the settings leave them out, or they are for
// another release of node. What wants one is built without it, and fails when it runs.
func (n *project) passedOver() (diags diag.List) {
	omits := n.sets(omitting)
	for _, k := range n.lock.packages {
		optional := k.optional || n.lock.kind == yarnLock // which does not say
		switch {
		case k.dev || !optional || !isFor(k.name, n.cpu, n.runtime.libc):
		case omits:
			diags.Errorf(n.lock.place(k), "%s is for %s, and settings of the project leave optional packages out:"+
				" what wants it does not work", k.name, n.target).Hint = "let them install optional packages (" + strings.Join(slices.Sorted(maps.Keys(omitting)), ", ") + ")"
		case !allows(k.engine, n.version.major()):
			diags.Errorf(n.lock.place(k), "%s is for node %s, so that node %s goes without it:"+
				" what wants it does not work", k.name, k.engine, n.version.version).Hint = "set \"version\" to one that it is for"
		}
	}
	return diags
}

// isRelease matches versions of packages as registries have them. https://semver.org
var isRelease = regexp.MustCompile(`^\d+\.\d+\.\d+`)

// released returns a package's version as its own manifest has it, "" where the lock
// has an address in its place.
func (k *locked) released() string {
	if !isRelease.MatchString(k.version) {
		return ""
	}
	version, _, _ := strings.Cut(k.version, "+")
	return version
}

// fitting returns a function that reports whether a package of a name is for a
// platform and a release of node, in each of its versions, with all that it needs
// itself: which version something asks for, its manifest may leave open. Managers pass
// over an optional package that is for another release, and install others all the same.
func (l *lockfile) fitting(cpu, libc string, by release) func(name string) bool {
	named := map[string][]locked{}
	for _, k := range l.packages {
		named[k.name] = append(named[k.name], k)
	}
	known := map[string]bool{}
	var fits func(name string) bool
	fits = func(name string) bool {
		if answer, ok := known[name]; ok {
			return answer
		}
		known[name] = true // of those that need each other, until one does not fit
		known[name] = !slices.ContainsFunc(named[name], func(k locked) bool {
			return !admits(k.os, "linux") || !admits(k.cpu, cpu) || !admits(k.libc, libc) ||
				k.optional && !allows(k.engine, by.major()) ||
				slices.ContainsFunc(k.needs, func(need string) bool { return !fits(need) })
		})
		return known[name]
	}
	return fits
}

// admits reports whether a list of a manifest has a word, or does not exclude it:
// "!win32" stands for all others. https://docs.npmjs.com/cli/configuring-npm/package-json#os
func admits(list []string, word string) bool {
	if slices.Contains(list, "!"+word) {
		return false
	}
	only := slices.ContainsFunc(list, func(s string) bool { return !strings.HasPrefix(s, "!") && s != "any" })
	return !only || slices.Contains(list, word)
}
