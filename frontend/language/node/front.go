package node

import (
	"cmp"
	"slices"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// Front is a front end: a project whose build makes a site, and no server.
type Front struct {
	n     *project
	trees []*language.Fetch // what the build has beside its source
}

// EndOfLife returns the oldest Node that still gets security fixes, and whether a
// version is older.
func EndOfLife(version string) (string, bool) { return endOfLife(version) }

// Mirrors are the variables about where packages come from.
func Mirrors() []string { return slices.Clone(mirrors) }

// FrontOf returns the front end of a project. It is built by the first of some
// scripts that its manifest has. A directory without a manifest is one too, which
// builds nothing.
func FrontOf(p *language.Project, scripts []string) (*Front, diag.List) {
	n := &project{Project: p, target: p.Host, runtime: interpreter{libc: "glibc"}, scripts: scripts}
	f := &Front{n: n}
	m, diags := manifestOf(p, p.Dir())
	if m == nil {
		n.m = &manifest{dir: p.Dir(), file: marker}
		n.ws, n.lock, n.members = &workspace{root: p.Dir(), manifest: n.m}, &lockfile{}, []*manifest{n.m}
		n.manager = manager{name: "npm", why: "default"}
	}
	decisions := []func() diag.List{n.toolchain}
	if m != nil {
		n.m = m
		decisions = []func() diag.List{n.workspace, n.dependencies, n.platform, n.toolchain}
	}
	for _, decide := range decisions {
		more := decide()
		if diags.Add(more); diags.Failed() {
			return nil, diags
		}
	}
	return f, diags
}

// toolchain decides the version of what builds and runs nothing afterwards.
func (n *project) toolchain() (diags diag.List) {
	n.version, diags = versionOf(n.Project, n.m, n.ws, "")
	diags.Add(n.lock.lacking(n.Host, n.hostCPU(), "glibc", true))
	return diags
}

// hostCPU is the architecture of the builder, as process.arch has it.
func (n *project) hostCPU() string {
	a, _ := arch.Of(n.Host.Architecture)
	return a.Node
}

// Requires returns where the project asks for a package, and whether it does.
func (f *Front) Requires(name string) (diag.Range, bool) { return f.n.m.requires(name, allDeps) }

// Manifest returns where the project's package.json says which scripts there are, else
// where it begins; false where there is none.
func (f *Front) Manifest() (diag.Range, bool) {
	if f.n.m.Value == nil {
		return diag.Range{}, false
	}
	if scripts := f.n.m.Get("scripts"); scripts != nil {
		return scripts.Place(), true
	}
	return f.n.m.Place(), true
}

// Script returns the script that builds the project, the zero text where none does.
func (f *Front) Script() diag.Text { return f.n.m.script(f.n.buildScript(f.n.m)) }

// Builds reports whether anything of the project is built.
func (f *Front) Builds() bool { return len(f.n.runs()) > 0 }

// Prefer has the project built by a script before others, where it has that.
func (f *Front) Prefer(script string) { f.n.scripts = append([]string{script}, f.n.scripts...) }

// BuildBy has the project built by a program of its dependencies, where no script of
// its own does.
func (f *Front) BuildBy(args []string, why string) { f.n.command, f.n.commandWhy = args, why }

// Recipe returns how the project is built by a program of ours, which finds the
// scripts that it runs, and where they are, in what it is told.
func (f *Front) Recipe(name, program string, told map[string]any, more ...language.File) *language.Recipe {
	n := f.n
	r := &language.Recipe{Toolchain: toolchainOf(n.Project, n.version), Packages: n.distribution(), Decisions: f.decisions()}
	if n.installs() && (f.Builds() || len(n.Spec.Build.Script) > 0) {
		tool := n.fetchManager()
		f.trees = []*language.Fetch{tool, n.fetchBuilder(tool)}
		f.trees = slices.DeleteFunc(f.trees, func(t *language.Fetch) bool { return t == nil })
		r.Fetches = slices.Clone(f.trees)
		if len(n.Spec.Build.Scripts) > 0 {
			own := n.runScripts("run install scripts for the builder", builtDir, f.trees[len(f.trees)-1], tool, n.Host, n.hostCPU())
			r.Fetches, f.trees = append(r.Fetches, own), append(f.trees, own)
		}
	}
	r.Compile, r.Native, r.Test = n.native(f.trees...), n.native(f.trees...), n.test(f.trees...)
	c := &r.Compile
	c.Name, c.Reports, c.Writes = "compile "+n.m.name(), true, true
	if f.Builds() {
		c.Runs = language.Own
	}
	told["root"], told["project"], told["runs"], told["leave"] = n.ws.root, n.inWorkspace(n.m), n.runs(), n.buildFiles()
	c.Args, c.Files = n.script(name, program, told, append(more, shared...)...)
	return r
}

func (f *Front) decisions() []language.Decision {
	n := f.n
	list := []language.Decision{{Name: "node", Value: n.version.version, Why: n.version.why}}
	if n.installs() && f.Builds() {
		list = append(list, n.managerDecision())
	}
	for _, r := range n.runs() {
		list = append(list, language.Decision{Name: "build", Value: r.called(), Why: cmp.Or(r.why, "default")})
	}
	return list
}
