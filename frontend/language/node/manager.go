package node

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	npm "github.com/aquasecurity/go-npm-version/pkg"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/json"
	"github.com/stagefront/stagefront/frontend/language"
)

// manager is what installs packages: npm, pnpm, yarn, or yarn's later versions,
// which are called berry here.
type manager struct {
	name    string
	version string // "" for the npm that the toolchain has
	hash    string // that its archive must have: "sha512.0a1b…"; "" where nothing says
	why     string
	rng     diag.Range
}

// Releases that are taken where a project names none, by the format of its lock.
// A manager reads the locks of its next major version, never the other way around.
const (
	pnpmFor5 = "7.33.7"
	pnpmFor6 = "8.15.9"
	pnpmFor9 = "10.34.9"
	yarnFor1 = "1.22.22"
	yarnFor6 = "3.8.7"
	yarnFor8 = "4.18.1"
)

// lastNpm10 is of the toolchains before Node 24.
const lastNpm10 = "10.9.2"

// foreignFlags is the first npm that installs for another platform, C library included.
const foreignFlags = "10.4.0"

// registered returns the name by which registries have the manager. The last release of
// yarn 2 is there as yarn 1 is.
func (g manager) registered() string {
	if g.name == "berry" && g.version != "2.4.3" {
		return "@yarnpkg/cli-dist"
	}
	return g.command()
}

// command returns the word by which scripts call it.
func (g manager) command() string {
	if g.name == "berry" {
		return "yarn"
	}
	return g.name
}

// reads reports whether the manager is one that a lock is of.
func (g manager) reads(kind lockKind) bool { return kind == noLock || string(kind) == g.name }

// managerOf decides the manager: what the manifests name, what the repository
// brings, else the one of the lock.
func managerOf(p *language.Project, ws *workspace, m *manifest, lock *lockfile) (manager, diag.List) {
	g, diags := namedManager(ws.manifest)
	if g.name == "" && m != ws.manifest {
		g, diags = namedManager(m)
	}
	if g.name == "" {
		g = broughtManager(p, ws.root)
	}
	if g.name == "yarn" && (g.version != "" && !older(g.version, "2") || lock.kind == berryLock) {
		g.name = "berry"
	}
	own := lockManager(p, ws, lock)
	switch {
	case diags.Failed():
	case g.name == "":
		g = own
	case !g.reads(lock.kind):
		diags.Errorf(g.rng, "%s is named, and the lock is %s", g.command(), lock.file).Hint =
			fmt.Sprintf("commit the lock of %s, or name %s", g.command(), own.command())
	case g.version == "" && lock.kind != noLock:
		g.version = own.version
	case g.version == "":
		g.version = map[string]string{"pnpm": pnpmFor9, "yarn": yarnFor1, "berry": yarnFor8}[g.name]
	}
	return g, diags
}

var managerName = regexp.MustCompile(`^(npm|pnpm|yarn|bun)@([^+]+)(?:\+(sha[0-9]+\.[0-9a-f]+))?$`)

// namedManager returns what a manifest names: packageManager with its hash,
// devEngines, volta. https://nodejs.org/api/packages.html#packagemanager
func namedManager(m *manifest) (manager, diag.List) {
	var diags diag.List
	if m == nil {
		return manager{}, nil
	}
	if v := m.Get("packageManager").Placed(); v.Value != "" {
		word := managerName.FindStringSubmatch(v.Value)
		if word == nil || word[1] == "bun" || !fullVersion.MatchString(word[2]) {
			diags.Errorf(v.Range, "got packageManager %q, want npm, pnpm or yarn with its version", v.Value).Hint = `such as "pnpm@10.34.9"`
			return manager{}, diags
		}
		return manager{word[1], word[2], word[3], v.Range.FileLine(), v.Range}, nil
	}
	engine := m.Get("devEngines", "packageManager")
	if engine != nil && len(engine.Items) > 0 {
		engine = engine.Items[0]
	}
	if name := engine.Get("name"); name != nil && slices.Contains([]string{"npm", "pnpm", "yarn"}, name.Text()) {
		return manager{name.Text(), pick(name.Text(), engine.Get("version")), "", name.Place().FileLine(), name.Place()}, nil
	}
	for _, name := range []string{"pnpm", "yarn", "npm"} {
		if v := m.Get("volta", name).Placed(); fullVersion.MatchString(v.Value) {
			return manager{name, v.Value, "", v.Range.FileLine(), v.Range}, nil
		}
	}
	return manager{}, nil
}

var fullVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

// pick returns the version for a range of devEngines: itself where it is one
// version, the first of those that are known and that it allows, else the one that it
// begins with; "" where it allows none of them, and of npm where any newer one will do.
func pick(name string, want *json.Value) string {
	if fullVersion.MatchString(want.Text()) {
		return want.Text()
	}
	known := map[string][]string{"npm": {lastNpm10}, "pnpm": {pnpmFor9, pnpmFor6, pnpmFor5}, "yarn": {yarnFor8, yarnFor6, yarnFor1}}[name]
	c, err := npm.NewConstraints(want.Text())
	if err != nil || want.Text() == "" {
		return ""
	}
	if future, _ := npm.NewVersion("999.0.0"); name == "npm" && c.Check(future) {
		return "" // the toolchain's will do
	}
	if first := firstVersion.FindString(want.Text()); first != "" {
		known = append(known, padded(first))
	}
	for _, v := range known {
		if parsed, err := npm.NewVersion(v); err == nil && c.Check(parsed) {
			return v
		}
	}
	return ""
}

var firstVersion = regexp.MustCompile(`\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?`)

var yarnPath = regexp.MustCompile(`(?m)^(?:yarnPath:|yarn-path) *"?([^"\n]*yarn-(?:berry-)?v?(\d+\.\d+\.\d+)\.c?js)"?`)

// broughtManager returns the yarn whose program the repository has. It is fetched
// as any other: what is committed is of whoever committed it.
func broughtManager(p *language.Project, root string) manager {
	for _, name := range []string{".yarnrc.yml", ".yarnrc"} {
		file := path.Join(root, name)
		if !files(p.FS, root)[name] {
			continue
		}
		data, err := fs.ReadFile(p.FS, file)
		if err != nil {
			continue
		}
		if at := yarnPath.FindSubmatchIndex(data); at != nil {
			src := &diag.Source{Name: file, Data: data}
			return manager{"yarn", string(data[at[4]:at[5]]), "", src.LineAt(at[0]).FileLine(), src.LineAt(at[0])}
		}
	}
	return manager{}
}

// lockManager returns the manager that a lock is of, npm where there is none.
func lockManager(p *language.Project, ws *workspace, lock *lockfile) manager {
	g := manager{name: string(lock.kind), why: lock.file}
	switch major, _, _ := strings.Cut(lock.version, "."); {
	case lock.kind == noLock && language.IsFile(p.FS, path.Join(ws.root, pnpmWorkspace)):
		return manager{name: "pnpm", version: pnpmFor9, why: path.Join(ws.root, pnpmWorkspace)}
	case lock.kind == noLock:
		return manager{name: "npm", why: "default"}
	case lock.kind == pnpmLock:
		g.version = map[string]string{"5": pnpmFor5, "6": pnpmFor6, "9": pnpmFor9}[major]
	case lock.kind == yarnLock:
		g.version = yarnFor1
	case lock.kind == berryLock && older(lock.version, "8"):
		g.version = yarnFor6
	case lock.kind == berryLock:
		g.version = yarnFor8
	}
	return g
}

// older reports whether a version is less than another. A version that cannot be
// read is not.
func older(v, than string) bool {
	a, errA := npm.NewVersion(padded(v))
	b, errB := npm.NewVersion(padded(than))
	return errA == nil && errB == nil && a.LessThan(b)
}

// padded returns a version with all three numbers.
func padded(v string) string {
	for strings.Count(v, ".") < 2 && v != "" {
		v += ".0"
	}
	return v
}
