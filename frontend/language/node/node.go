// Package node knows Node.js: what manifests declare and locks have, which manager
// installs it, what starts a project, and what of it is for which platform.
package node

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Language installs two trees of one lock by the project's own manager: all
// packages for the builder, where something is built or tested, and those of
// production for each platform, without running anything of them. The source is
// built once, and what it becomes is the same on every platform.
var Language = language.Language{
	Name:         "node",
	Aliases:      []string{"nodejs", "node.js", "javascript", "js", "typescript", "ts", "npm", "pnpm", "yarn", "next", "nextjs", "nuxt", "express", "nest", "nestjs"},
	Markers:      []string{marker},
	Mirrors:      mirrors,
	Interpreter:  "node",
	EndOfLife:    endOfLife,
	Complaints:   Complaints,
	Contents:     contents,
	Interpreters: interpreters,
	Recipe:       recipe,
}

const marker = "package.json"

// mirrors are the variables of the managers about where packages come from.
// https://docs.npmjs.com/cli/using-npm/config
// https://yarnpkg.com/configuration/yarnrc
var mirrors = []string{"NPM_CONFIG_REGISTRY", "YARN_NPM_REGISTRY_SERVER"}

// project is what is known of a Node project when its steps are written.
type project struct {
	*language.Project
	m       *manifest
	ws      *workspace
	lock    *lockfile
	manager manager
	version release
	runtime interpreter
	target  spec.Platform
	cpu     string // of the target, as process.arch has it
	frame   *framework
	own     bool // whether a server of the project's own has that in it
	// undecided is where a configuration decides whether the framework makes a server.
	undecided diag.Range
	starts    []start
	members   []*manifest // that the program needs, itself last
	// scripts are those by which the project itself may be built, the first that it
	// has; nil: "build".
	scripts []string
	// command builds the project where no script does, for a reason; nil: nothing does.
	command    []string
	commandWhy string
}

func recipe(p *language.Project, target spec.Platform) (*language.Recipe, diag.List) {
	n := &project{Project: p, target: target}
	var diags diag.List
	if n.m, diags = manifestOf(p, p.Dir()); n.m == nil {
		if !diags.Failed() {
			diags = append(diags, language.NoProject(p, []string{marker}))
		}
		return nil, diags
	}
	for _, decide := range []func() diag.List{n.workspace, n.dependencies, n.platform, n.interpreter, n.entrypoint} {
		more := decide()
		diags.Add(more)
		if more.Failed() {
			return nil, diags
		}
	}
	return n.recipe(), diags
}

// workspace decides which packages the program is made of.
func (n *project) workspace() (diags diag.List) {
	if n.ws, diags = workspaceOf(n.Project, n.m); diags.Failed() {
		return diags
	}
	n.members = n.ws.needed(n.m, allDeps)
	n.frame = frameworkOf(n.m)
	n.own = n.servesItself()
	return diags
}

// dependencies decides what is installed, and by which manager.
func (n *project) dependencies() diag.List {
	var diags, more diag.List
	if n.lock, diags = lockOf(n.Project, n.ws.root); diags.Failed() {
		return diags
	}
	n.manager, more = managerOf(n.Project, n.ws, n.m, n.lock)
	diags.Add(more, n.lock.refused(n.manifests()), n.lock.stale(n.ws, n.manifests()), n.credentials(), n.beside())
	if n.lock.kind == noLock && n.installs() {
		diags.Add(n.unlocked())
	}
	return diags
}

// manifests are those that are installed for: the workspace's root, and what the
// program needs.
func (n *project) manifests() []*manifest {
	if slices.Contains(n.members, n.ws.manifest) {
		return n.members
	}
	return append([]*manifest{n.ws.manifest}, n.members...)
}

// installs reports whether there are any dependencies.
func (n *project) installs() bool {
	return slices.ContainsFunc(n.manifests(), func(m *manifest) bool { return m.declares(allDeps) })
}

// unlocked warns of dependencies that nothing locks.
func (n *project) unlocked() (diags diag.List) {
	at := n.m.Get("dependencies").Place()
	if at.IsZero() {
		at = n.m.Get("devDependencies").Place()
	}
	d := diags.Warnf(at, "the dependencies of %s are not locked, so the next build may install others", n.m.file)
	d.Rule, d.Missing = "MissingLock", n.inRoot("package-lock.json")
	d.Hint = fmt.Sprintf("run \"%s install\" and commit the lock that it writes", n.manager.command())
	return diags
}

// platform decides whether packages can be had for the target.
func (n *project) platform() (diags diag.List) {
	a, _ := arch.Variant(n.target.Architecture, n.target.Variant)
	b, _ := arch.Of(n.Host.Architecture)
	if n.cpu = a.Node; n.cpu == "" || b.Node == "" {
		diags.Errorf(n.Spec.Platforms.Range(), "there is no node for %s", n.target).Hint = "build for linux/amd64 or linux/arm64"
	}
	return diags
}

// interpreter decides the version, and what runs the program.
func (n *project) interpreter() (diags diag.List) {
	runtime := ""
	if n.Runtime != nil {
		n.runtime, runtime, diags = interpreterOf(n.Project)
	}
	var more diag.List
	n.version, more = versionOf(n.Project, n.m, n.ws, runtime)
	diags.Add(more)
	if n.Runtime == nil {
		n.runtime = interpreter{path: "/usr/local/bin/node", libc: "glibc"}
		if n.onDistroless() {
			n.runtime.path = "/nodejs/bin/node"
		}
	}
	diags.Add(n.lock.lacking(n.target, n.cpu, n.runtime.libc, false), n.passedOver())
	if n.builds() && !diags.Failed() {
		diags.Add(n.lock.lacking(n.Host, n.hostCPU(), "glibc", true))
	}
	return diags
}

// onDistroless reports whether distroless has the version for the target.
// https://github.com/GoogleContainerTools/distroless#what-images-are-available
func (n *project) onDistroless() bool {
	with := []string{"amd64", "arm64", "ppc64le", "s390x"}
	if n.version.major() == 22 {
		with = append(with, "arm")
	}
	return n.version.distroless() && slices.Contains(with, n.target.Architecture)
}

// entrypoint decides what the container starts, as far as it is known before the
// build.
func (n *project) entrypoint() diag.List {
	var diags, more diag.List
	if n.replaced() && n.frame.name == "Next.js" {
		n.undecided, more = standaloneNext(n.Project, n.m)
		diags.Add(more)
	}
	starts, more := n.findStarts()
	diags.Add(more)
	if !n.builds() && !diags.Failed() {
		f := &finder{project: n, starts: starts}
		f.settle()
		starts = f.starts
		diags.Add(f.diags)
	}
	n.starts = starts
	diags.Add(n.untyped())
	if !diags.Failed() {
		diags.Add(n.otherwise())
	}
	return diags
}

// untyped reports a program of TypeScript for a Node that does not run that.
func (n *project) untyped() (diags diag.List) {
	if n.version.stripsTypes() || len(n.starts) != 1 || !isTypeScript(n.starts[0].File) || slices.Contains(n.starts[0].Flags, "tsx") {
		return nil
	}
	diags.Errorf(n.starts[0].rng, "node %s does not run %s, which is TypeScript", n.version.version, n.starts[0].File).Hint =
		"write \"version: 24\", or compile it by a script \"build\""
	return diags
}

func isTypeScript(file string) bool {
	return strings.HasSuffix(file, ".ts") || strings.HasSuffix(file, ".mts") || strings.HasSuffix(file, ".cts")
}

// inRoot returns the path in the context of a file of the workspace's root.
func (n *project) inRoot(name string) string {
	if n.ws.root == "." {
		return name
	}
	return n.ws.root + "/" + name
}

func (n *project) decisions() []language.Decision {
	list := []language.Decision{{Name: "node", Value: n.version.version, Why: n.version.why}}
	if !n.version.distroless() {
		list = append(list, language.Decision{Name: "runtime", Value: imageOf(n.version.version), Why: "distroless has no node " + n.version.version})
	}
	list = append(list, n.managerDecision())
	if n.hooked() {
		list = append(list, language.Decision{Name: "fetch", Value: "without secrets and the shared cache", Why: n.hook()})
	}
	if idle := n.idle(); len(idle) > 0 {
		list = append(list, language.Decision{Name: "install scripts", Value: "not run of " + strings.Join(idle, ", "), Why: "build.scripts does not name them"})
	}
	if n.ws.file != "" {
		list = append(list, language.Decision{Name: "workspace", Value: strings.Join(names(n.members), ", "), Why: n.ws.file})
	}
	if n.frame != nil {
		at, _ := n.m.requires(n.frame.packages[slices.IndexFunc(n.frame.packages, n.m.has)], allDeps)
		list = append(list, language.Decision{Name: "framework", Value: n.frame.name, Why: at.FileLine()})
	}
	for _, r := range n.runs() {
		list = append(list, language.Decision{Name: "build", Value: r.called(), Why: r.why})
	}
	return append(list, n.startDecision())
}

// idle returns the packages of production whose install scripts are not run.
func (n *project) idle() (list []string) {
	for _, k := range n.lock.packages {
		if k.installs && !k.dev && !slices.Contains(list, k.name) && !slices.Contains(n.Spec.Build.Scripts.Values(), k.name) {
			list = append(list, k.name)
		}
	}
	return list
}

// managerDecision tells what installs packages.
func (n *project) managerDecision() language.Decision {
	g := n.manager
	value := g.command() + " " + cmp.Or(g.version, "of the toolchain")
	if g.name == "npm" && n.ownNpm() && g.version != "" {
		value = "npm of the toolchain"
		g.why += fmt.Sprintf(" names %s, which cannot install for other platforms", g.version)
	}
	return language.Decision{Name: "manager", Value: value, Why: g.why}
}

// startDecision tells what is started: of several candidates the first that is
// there when the project is built.
func (n *project) startDecision() language.Decision {
	if len(n.starts) == 1 {
		return language.Decision{Name: "entrypoint", Value: n.starts[0].called(), Why: n.starts[0].Why}
	}
	var words []string
	for _, s := range n.starts {
		word := fmt.Sprintf("%s (%s)", s.called(), s.Why)
		if s.Group != byHabit && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	habit := "the only file that is a program by its name"
	if len(words) > 0 {
		habit = "else " + habit
	}
	words = append(words, habit)
	return language.Decision{Name: "entrypoint", Value: strings.Join(words, ", "), Why: "decided after compile, by what is there"}
}

func names(members []*manifest) []string {
	var all []string
	for _, m := range members {
		all = append(all, m.name())
	}
	return all
}
