package node

import (
	"cmp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// readPnpmLock reads pnpm-lock.yaml from version 5.3 on.
// https://github.com/pnpm/spec/tree/master/lockfile
func readPnpmLock(l *lockfile) (diags diag.List) {
	root := indented(l.src)
	l.kind = pnpmLock
	version := root.get("lockfileVersion")
	if version == nil {
		diags.Errorf(l.src.Line(1), "%s has no lockfileVersion", l.file).Hint = l.remedy()
		return diags
	}
	l.version, l.at = version.text(), l.src.Line(version.line)
	if major, _, _ := strings.Cut(l.version, "."); major != "5" && major != "6" && major != "9" {
		return l.newer("9.0")
	}
	l.wanted, l.overridden = map[string]map[string]string{}, map[string]bool{}
	for _, e := range root.get("overrides").children() {
		name, _ := pnpmName(e.key[strings.LastIndex(e.key, ">")+1:])
		l.overridden[name] = true
	}
	if importers := root.get("importers"); importers != nil {
		for _, e := range importers.below {
			l.wanted[e.key] = specifiers(e)
		}
	} else {
		l.wanted["."] = specifiers(root)
	}
	snapshots := root.get("snapshots")
	for _, e := range root.get("packages").children() {
		l.packages = append(l.packages, pnpmPackage(e))
	}
	l.markDev(root, snapshots)
	return nil
}

// pnpmPackage returns a package of the list.
func pnpmPackage(e *entry) locked {
	k := locked{line: e.line, os: e.get("os").list(), cpu: e.get("cpu").list(), libc: e.get("libc").list()}
	k.name, k.version = pnpmName(e.key)
	if name := e.get("name").text(); name != "" { // the key is an address
		k.name, k.version = name, e.get("version").text()
	}
	k.engine = e.get("engines").field("node")
	k.dev, k.optional = e.get("dev").text() == "true", e.get("optional").text() == "true"
	k.installs, k.needs = e.get("requiresBuild").text() == "true", e.get("dependencies").keys()
	resolution := e.get("resolution")
	if repo := resolution.field("repo"); repo != "" || resolution.field("type") == "git" {
		k.source = "git+" + repo
	}
	return k
}

func (e *entry) children() []*entry {
	if e == nil {
		return nil
	}
	return e.below
}

// specifiers returns what a manifest asked for: formats from 6 on have it with each
// package, older ones in a block of its own.
func specifiers(importer *entry) map[string]string {
	all := map[string]string{}
	for _, e := range importer.get("specifiers").children() {
		all[e.key] = e.value
	}
	for _, kind := range allDeps {
		for _, e := range importer.get(kind).children() {
			if s := e.get("specifier"); s != nil {
				all[e.key] = s.value
			}
		}
	}
	return all
}

// pnpmName returns the name and the version in a key of any format:
// "/express/4.18.2_debug@4.3.0", "/express@4.18.2", "@scope/name@1.0.0(react@18.0.0)",
// "name@https://example.com/name.tgz".
func pnpmName(key string) (name, version string) {
	key, _, _ = strings.Cut(strings.TrimPrefix(key, "/"), "(")
	words := 1 // of the name
	if strings.HasPrefix(key, "@") {
		words = 2
	}
	if parts := strings.SplitN(key, "/", words+1); len(parts) > words {
		if name := strings.Join(parts[:words], "/"); strings.LastIndexByte(name, '@') <= 0 {
			version, _, _ = strings.Cut(parts[words], "_")
			return name, version
		}
	}
	if i := strings.IndexByte(key[min(1, len(key)):], '@'); i >= 0 {
		return key[:i+1], key[i+2:]
	}
	return key, ""
}

// markDev marks the packages that only development needs, where the format leaves
// that to who reads it: what nothing that is needed at run time leads to. What packages
// need is where those formats have it, too.
func (l *lockfile) markDev(root, snapshots *entry) {
	if snapshots == nil {
		return
	}
	reached := map[string]bool{}
	var reach func(e *entry)
	reach = func(e *entry) {
		for _, kind := range runtimeDeps {
			for _, d := range e.get(kind).children() {
				version := cmp.Or(d.get("version").text(), d.value)
				key := d.key + "@" + version
				if s := snapshots.index[version]; s != nil {
					key = version // an alias names the package that it stands for
				}
				if s := snapshots.index[key]; s != nil && !reached[key] {
					reached[key] = true
					reach(s)
				}
			}
		}
	}
	for _, e := range root.get("importers").children() {
		reach(e)
	}
	names := map[string]bool{}
	for key := range reached {
		name, version := pnpmName(key)
		names[name+"@"+version] = true
	}
	found := map[string]*entry{}
	for _, e := range snapshots.below {
		name, version := pnpmName(e.key)
		found[name+"@"+version] = e
	}
	for i := range l.packages {
		k := &l.packages[i]
		id := k.name + "@" + k.version
		k.dev, k.needs = !names[id], found[id].get("dependencies").keys()
		k.optional = found[id].get("optional").text() == "true"
	}
}
