package node

import (
	"path"
	"slices"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// recipe puts the steps together.
func (n *project) recipe() *language.Recipe {
	r := &language.Recipe{
		Toolchain: toolchainOf(n.Project, n.version),
		Packages:  n.distribution(),
		Image:     n.image(),
		Runtimes:  []language.Runtime{{Ref: imageOf(n.version.version)}},
		Decisions: n.decisions(),
	}
	if n.onDistroless() {
		r.Runtimes = []language.Runtime{{Variant: "nodejs" + text(n.version.major())}}
	}
	var trees []*language.Fetch // for the builder
	if n.installs() {
		tool := n.fetchManager()
		builder, target := n.fetchBuilder(tool), n.fetchTarget(tool)
		trees = append(trees, tool, builder)
		r.Fetches = append(trees[:2:2], target)
		n.install(r, tool, builder, target, &trees)
	}
	trees = slices.DeleteFunc(trees, func(f *language.Fetch) bool { return f == nil })
	r.Fetches = slices.DeleteFunc(r.Fetches, func(f *language.Fetch) bool { return f == nil })
	r.Compile = n.compile(trees)
	r.Native, r.Test = n.native(trees...), n.test(trees...)
	return r
}

// install adds what is installed to the image: packages, and native code that is for
// one architecture.
func (n *project) install(r *language.Recipe, tool, builder, target *language.Fetch, trees *[]*language.Fetch) {
	if !n.producesTree() {
		r.Fetches = slices.DeleteFunc(r.Fetches, func(f *language.Fetch) bool { return f == target })
		return
	}
	native := path.Join("native", n.cpu)
	from, exclude := "app", n.compilers()
	if n.traced() {
		from = "platform"
	}
	layers := []language.Layer{
		{Name: "dependencies", Copies: []language.Copy{{From: language.FromFetch(target), Path: from, To: language.AppDir, Exclude: exclude}}},
		{Name: "native code", Copies: []language.Copy{{
			From: language.FromFetch(target), Path: native, To: language.AppDir, Natives: native + ".natives", Exclude: exclude,
		}}},
	}
	if len(n.Spec.Build.Scripts) > 0 {
		made := n.runScripts("run install scripts", "/made", target, tool, n.target, n.cpu)
		r.Fetches = append(r.Fetches, made)
		layers = append(layers, language.Layer{Name: "install scripts", Copies: []language.Copy{{
			From: language.FromFetch(made), Path: "app", To: language.AppDir, Natives: "app.natives",
		}}})
		a, _ := arch.Of(n.Host.Architecture)
		own := n.runScripts("run install scripts for the builder", builtDir, builder, tool, n.Host, a.Node)
		own.Platform = n.target // its compilers are installed with those for the target
		r.Fetches, *trees = append(r.Fetches, own), append(*trees, own)
	}
	r.Image.Layers = append(layers, r.Image.Layers...)
}

// compilers returns the patterns of packages that stay behind since the server of the
// framework does not load them.
func (n *project) compilers() []string {
	typed := func(config string) bool {
		return isTypeScript(config) && language.IsFile(n.FS, path.Join(n.Dir(), config))
	}
	if n.frame == nil || !n.traced() && slices.ContainsFunc(nextConfigs, typed) {
		return nil
	}
	return n.frame.compilers
}

// builtDir is where steps of the builder have what install scripts made for it.
const builtDir = "/built"

// producesTree reports whether the program needs packages when it runs.
func (n *project) producesTree() bool {
	return slices.ContainsFunc(n.ws.needed(n.m, runtimeDeps), func(m *manifest) bool { return m.declares(runtimeDeps) })
}

func (n *project) traced() bool {
	return n.replaced() && n.frame.traced
}

// runScripts returns the step that runs the install scripts of the packages that the
// spec names, over what was installed, and leaves in a directory what they made. It has
// neither the network, unless the spec gives it to steps that run code of others, nor
// secrets.
func (n *project) runScripts(name, out string, over, tool *language.Fetch, on spec.Platform, cpu string) *language.Fetch {
	a, _ := arch.Variant(on.Architecture, on.Variant)
	told := map[string]any{
		"scripts": n.Spec.Build.Scripts.Values(), "cpu": cpu, "libc": n.runtime.libc, "over": depsDir + "/app",
		"cross": "", "out": out,
	}
	if on.Architecture != n.Host.Architecture {
		told["cross"] = a.Debian.Triple
	}
	f := &language.Fetch{
		Step: language.Step{
			Name: name, Runs: language.Dependencies, Env: environment.Set("PATH", managerDir+"/bin:"+language.SystemPath), Dir: ".",
			Platform: on, Fetches: wholly(over, tool), Range: n.Spec.Build.Scripts.Range(),
		},
		Output: out, Packages: true, Sealed: n.Spec.Build.Network.Or("none") == "none",
	}
	f.Args, f.Files = n.script("scripts.mjs", scriptsScript, told, heard)
	return f
}

// wholly returns references to what is installed as a whole, writable, and to the
// manager.
func wholly(over, tool *language.Fetch) []language.FetchRef {
	whole := *over
	whole.Places, whole.Writable = nil, true
	return language.Refs(&whole, tool)
}

// distribution returns the packages that the spec asks for, and what compiling
// install scripts need.
func (n *project) distribution() *language.Packages {
	b := n.Spec.Build
	a, _ := arch.Variant(n.target.Architecture, n.target.Variant)
	k := &language.Packages{Libraries: b.Packages.Values(), Architecture: a.Debian.Name, Range: b.Packages.Range()}
	if len(b.Scripts) > 0 {
		k.Names, k.Range = append(k.Names, "g++", "make", "python3"), b.Scripts.Range()
		if n.target.Architecture != n.Host.Architecture {
			k.Names = append(k.Names, a.Compilers()...)
		}
	}
	if len(k.Names)+len(k.Libraries) == 0 {
		return nil
	}
	return k
}

// compile returns the step that builds the project and puts together what goes into
// the image. Nothing of it is for a platform, so all share it where they can.
func (n *project) compile(trees []*language.Fetch) language.Step {
	s := n.native()
	runs := n.runs()
	s.Name, s.Reports = "compile "+n.m.name(), true
	if n.distribution() != nil {
		s.Platform = n.target // packages are installed for each, so each has its own toolchain
	}
	needsTree := len(runs) > 0 || slices.ContainsFunc(n.starts, func(s start) bool { return s.Bin != "" })
	if needsTree {
		s.Fetches, s.Writes = language.Refs(trees...), true
	}
	if len(runs) > 0 {
		s.Runs = language.Own
	}
	members := []string{}
	for _, m := range n.ws.needed(n.m, runtimeDeps) {
		members = append(members, n.inWorkspace(m))
	}
	told := map[string]any{
		"root": n.ws.root, "project": n.inWorkspace(n.m), "members": members, "runs": runs, "starts": n.starts,
		"leave": n.buildFiles(), "app": language.AppDir, "explicit": n.Spec.Entrypoint.IsSet(),
	}
	if n.replaced() {
		told["output"], told["traced"] = n.frame.output, n.frame.traced
	} else if n.frame != nil {
		told["made"], told["without"] = n.frame.made, n.frame.without
		if !n.Spec.Entrypoint.IsSet() {
			told["keeps"] = n.frame.keeps
		}
	}
	s.Args, s.Files = n.script("compile.mjs", compileScript, told, shared...)
	return s
}

// buildFiles are the files beside the source that only the build reads.
func (n *project) buildFiles() []string {
	files := []string{"stagefront.yaml", "stagefront.yml"}
	if r := n.Spec.Language.Range; !r.IsZero() && !slices.Contains(files, path.Base(r.Source.Name)) {
		files = append(files, path.Base(r.Source.Name))
	}
	return files
}

// image returns what goes into the image beside dependencies, and how it is started.
// What follows the interpreter is known when the project is built.
func (n *project) image() language.Image {
	i := language.Image{
		Layers: []language.Layer{{Name: "application", Copies: []language.Copy{{
			Path: "app", To: language.AppDir, Natives: "app.natives",
		}}}},
		Entrypoint: []string{n.runtime.path},
		Path:       []string{path.Dir(n.runtime.path)},
		Env:        spec.Vars{{Name: "NODE_ENV", Value: "production"}},
	}
	if dir := n.inWorkspace(n.m); dir != "." && !n.replaced() {
		i.Workdir = path.Join(language.AppDir, dir)
	}
	if n.frame != nil {
		for _, dir := range n.frame.writes {
			i.Writes = append(i.Writes, path.Join(language.AppDir, n.inWorkspace(n.m), dir))
		}
		for _, v := range n.frame.listening(n.Spec) {
			i.Env = i.Env.Set(v.Name, v.Value)
		}
	}
	if len(n.starts) > 0 {
		for _, v := range n.starts[0].env {
			i.Env = i.Env.Set(v.Name, v.Value)
		}
	}
	return i
}

// replaced reports whether what a framework makes is all of the program.
func (n *project) replaced() bool {
	return n.frame != nil && n.frame.output != "" && !n.own && !n.Spec.Entrypoint.IsSet()
}
