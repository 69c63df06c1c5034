package node

import (
	_ "embed"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

var (
	//go:embed tool.mjs
	toolScript string
	//go:embed fetch.mjs
	fetchScript string
	//go:embed alone.cjs
	aloneScript string
	//go:embed cache.mjs
	cacheScript string
	//go:embed expected.mjs
	expectedScript string
	//go:embed meaning.mjs
	meaningScript string
	//go:embed watch.mjs
	watchScript string
	//go:embed scripts.mjs
	scriptsScript string
	//go:embed heard.mjs
	heardScript string
	//go:embed run.mjs
	runScript string
	//go:embed aside.mjs
	asideScript string
	//go:embed compile.mjs
	compileScript string
	//go:embed tree.mjs
	treeScript string
	//go:embed tests.mjs
	testsScript string
)

// online is what programs that download have in common: where they keep that, and how
// long they wait.
var online = []language.File{{Path: "cache.mjs", Data: cacheScript}, {Path: "watch.mjs", Data: watchScript}}

var secrets = []language.Secret{{ID: "npmrc", Path: "/root/.npmrc"}}

// caches are where the managers keep what they downloaded.
var caches = []language.Cache{
	{Name: "npm", Path: "/var/cache/npm"}, {Name: "pnpm", Path: "/var/cache/pnpm"},
	{Name: "yarn", Path: "/var/cache/yarn"}, {Name: "berry", Path: "/var/cache/berry"},
}

// cache returns the cache of the manager.
func (g manager) cache() []language.Cache {
	i := slices.IndexFunc(caches, func(c language.Cache) bool { return c.Name == g.name })
	return caches[i : i+1]
}

// ownNpm reports whether the npm of the toolchain is used: none is named, or one
// that cannot install for another platform.
func (n *project) ownNpm() bool {
	return n.manager.name == "npm" && (n.manager.version == "" || older(n.manager.version, foreignFlags))
}

// fetchManager returns the step that gets the manager, nil where the toolchain has
// it.
func (n *project) fetchManager() *language.Fetch {
	if n.ownNpm() {
		return nil
	}
	cpu, _ := arch.Of(n.Host.Architecture)
	told := map[string]any{
		"name": n.manager.registered(), "version": n.manager.version, "hash": n.manager.hash, "cpu": cpu.Node, "command": n.manager.command(),
	}
	f := &language.Fetch{
		Step: language.Step{
			Name: "fetch " + n.manager.command() + " " + n.manager.version, Env: n.fetchEnv(), Dir: n.ws.root,
			Caches: caches[:1], Mirrors: mirrors, Secrets: secrets, Range: n.at(),
		},
		Manifests: n.there(".npmrc"),
		Output:    managerDir,
	}
	f.Args, f.Files = n.script("tool.mjs", toolScript, told, online...)
	return f
}

func (n *project) fetchEnv() spec.Vars {
	env := environment.Set("NPM_CONFIG_CACHE", caches[0].Path)
	return env.Set("PATH", managerDir+"/bin:"+language.SystemPath)
}

// tree says which packages are installed, and for what.
type tree struct {
	Manager    string   `json:"manager"`
	Version    string   `json:"version"`
	Root       string   `json:"root"`
	Project    string   `json:"project"` // the member that it is for, relative to the root
	Name       string   `json:"name"`
	Lock       string   `json:"lock"`
	Workspace  bool     `json:"workspace"`
	Members    []string `json:"members"` // directories of those that the program needs
	CPU        string   `json:"cpu"`     // "" for all
	Libc       string   `json:"libc"`
	Production bool     `json:"production"`
	Scripts    []string `json:"scripts"` // packages whose install scripts are run afterwards
	Platform   string   `json:"platform"`
	Alone      bool     `json:"alone"` // whether the manager may start no programs
	Hook       string   `json:"hook"`  // by what it may run code of the project; "" where it does not

	Expected *expected `json:"expected,omitempty"` // of the lock; nil where nothing is compared
}

// fetchTree returns the step that installs packages, without running anything of
// them.
func (n *project) fetchTree(name string, tool *language.Fetch, t tree, target spec.Platform) *language.Fetch {
	t.Manager, t.Version, t.Root = n.manager.name, n.manager.version, n.ws.root
	t.Project, t.Name, t.Lock, t.Workspace = n.inWorkspace(n.m), n.m.Get("name").Text(), path.Base(n.lock.file), n.ws.file != ""
	if n.lock.kind == noLock {
		t.Lock = ""
	}
	if n.ownNpm() {
		t.Version = ""
	}
	for _, m := range n.members {
		t.Members = append(t.Members, n.inWorkspace(m))
	}
	t.Scripts = append([]string{}, n.Spec.Build.Scripts.Values()...)
	f := &language.Fetch{
		Step: language.Step{
			Name: name, Env: n.fetchEnv(), Dir: n.ws.root, Caches: n.manager.cache(), Platform: target,
			Fetches: language.Refs(tool), Mirrors: mirrors, Secrets: secrets, Range: n.at(),
		},
		Manifests: n.fetchSees(),
		Output:    depsDir,
	}
	t.Hook, t.Alone = n.hook(), !n.hooked()
	if n.hooked() {
		f.Runs, f.Caches = language.Own, nil
	}
	if tool != nil && n.namesRegistry() {
		f.Caches = nil // the manager is whose the registry is
	}
	f.Args, f.Files = n.script("fetch.mjs", fetchScript, t, append(online[:2:2],
		language.File{Path: "alone.cjs", Data: aloneScript}, language.File{Path: "meaning.mjs", Data: meaningScript}, language.File{Path: "expected.mjs", Data: expectedScript})...)
	return f
}

// namesRegistry reports whether the spec says where packages come from.
func (n *project) namesRegistry() bool {
	_, names := n.Spec.Build.Env.Get(mirrors[0])
	return names
}

// there returns the files and directories of the workspace's root that are there.
func (n *project) there(names ...string) (found []string) {
	for _, name := range names {
		dir, base := path.Split(name)
		if files(n.FS, path.Join(n.ws.root, dir))[base] {
			found = append(found, n.inRoot(name))
		}
	}
	return found
}

// fetchSees returns what installing looks at: every member's manifest, the lock, the
// managers' settings, and patches of packages.
func (n *project) fetchSees() []string {
	files := []string{n.ws.manifest.file}
	for _, m := range n.ws.members {
		files = append(files, m.file)
	}
	files = append(files, n.m.file)
	if n.lock.kind != noLock {
		files = append(files, n.lock.file)
	}
	files = append(files, n.there(".npmrc", pnpmWorkspace, ".pnpmfile.cjs", ".pnpmfile.mjs", ".yarnrc", ".yarnrc.yml",
		".yarn/plugins", ".yarn/patches", "patches")...)
	files = append(files, n.local()...)
	slices.Sort(files)
	return slices.Compact(files)
}

// local returns the directories and archives of the context that manifests name as
// packages.
func (n *project) local() (files []string) {
	for _, m := range n.manifests() {
		for _, kind := range allDeps {
			for _, name := range m.Get(kind).Keys() {
				value := m.Get(kind, name).Text()
				for _, prefix := range []string{"file:", "link:", "portal:"} {
					if rest, ok := strings.CutPrefix(value, prefix); ok {
						if file := path.Join(m.dir, rest); fs.ValidPath(file) && file != "." {
							files = append(files, file)
						}
					}
				}
			}
		}
	}
	return files
}

// fetchBuilder returns the step that installs all packages for the builder, beside
// the source.
func (n *project) fetchBuilder(tool *language.Fetch) *language.Fetch {
	cpu, _ := arch.Of(n.Host.Architecture)
	f := n.fetchTree("fetch dependencies for the builder", tool, tree{CPU: cpu.Node, Libc: "glibc"}, spec.Platform{})
	f.Writable = true
	for _, m := range n.manifests() {
		at := path.Join(n.inWorkspace(m), "node_modules")
		f.Places = append(f.Places, language.Place{Path: path.Join("app", at), At: path.Join(language.SourceDir, n.ws.root, at)})
	}
	return f
}

// fetchTarget returns the step that installs what production needs. Where nothing
// in the lock is for some platforms alone, it is the same for all.
func (n *project) fetchTarget(tool *language.Fetch) *language.Fetch {
	t := tree{CPU: n.cpu, Libc: n.runtime.libc, Production: true, Platform: n.target.String()}
	t.Expected = n.lock.expects(n.cpu, n.runtime.libc, n.version)
	if t.Expected != nil && n.sets(omitting) {
		t.Expected.Undecided = true
	}
	if !n.lock.platformed(false) && len(n.Spec.Build.Scripts) == 0 {
		t.CPU, t.Platform = "", ""
		return n.fetchTree("fetch dependencies", tool, t, spec.Platform{})
	}
	return n.fetchTree("fetch dependencies", tool, t, n.target)
}

// at returns the place in the spec that steps are for.
func (n *project) at() diag.Range { return n.Spec.Entrypoint.Range }
