package node

import (
	"cmp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/json"
)

// readNpmLock reads package-lock.json of any version. The first has a tree of
// dependencies, later ones a list of what is where in node_modules.
// https://docs.npmjs.com/cli/configuring-npm/package-lock-json
func readNpmLock(l *lockfile) diag.List {
	root, diags := json.Parse(l.src)
	if root == nil {
		return diags
	}
	l.kind = npmLock
	version := root.Get("lockfileVersion")
	l.version, l.at = version.Scalar(), version.Place()
	switch l.version {
	case "", "1":
		l.undecided = true
		l.readTree(root.Get("dependencies"))
	case "2", "3":
		l.readPackages(root.Get("packages"))
	default:
		return l.newer("3")
	}
	return diags
}

// readTree reads the dependencies of a lock of the first version.
func (l *lockfile) readTree(deps *json.Value) {
	for _, name := range deps.Keys() {
		d := deps.Get(name)
		l.packages = append(l.packages, locked{
			name: name, version: d.Get("version").Text(), line: d.Place().Start.Line,
			dev: d.Get("dev").True(), optional: d.Get("optional").True(), source: d.Get("version").Text(),
		})
		l.readTree(d.Get("dependencies"))
	}
}

// readPackages reads what is where. What is not below node_modules are the root and
// its members, with what their manifests asked for.
func (l *lockfile) readPackages(packages *json.Value) {
	l.wanted = map[string]map[string]string{}
	for _, where := range packages.Keys() {
		p := packages.Get(where)
		i := strings.LastIndex(where, "node_modules/")
		if i < 0 {
			l.wanted[cmp.Or(where, ".")] = ranges(p)
			continue
		}
		if p.Get("link").True() {
			continue
		}
		// What is devOptional is of development and of an optional package of production,
		// so it is installed for both.
		l.packages = append(l.packages, locked{
			name: where[i+len("node_modules/"):], version: p.Get("version").Text(), line: p.Place().Start.Line,
			os: values(p.Get("os")), cpu: values(p.Get("cpu")), libc: values(p.Get("libc")),
			engine: p.Get("engines", "node").Text(),
			dev:    p.Get("dev").True(), optional: p.Get("optional").True(),
			source: p.Get("resolved").Text(), installs: p.Get("hasInstallScript").True(),
			optionals: p.Get("optionalDependencies").Keys(), needs: p.Get("dependencies").Keys(),
		})
	}
}

// ranges returns what a manifest in a lock asks for.
func ranges(p *json.Value) map[string]string {
	all := map[string]string{}
	for _, kind := range allDeps {
		for _, name := range p.Get(kind).Keys() {
			all[name] = p.Get(kind, name).Text()
		}
	}
	return all
}

func values(list *json.Value) []string {
	var all []string
	for _, t := range list.Texts() {
		all = append(all, t.Value)
	}
	return all
}
