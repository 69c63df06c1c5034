package node

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Places in the build containers.
const (
	managerDir = "/opt/manager"
	depsDir    = "/deps"
)

// run is a command of the project that its build runs: a script, or a program.
type run struct {
	Dir     string   `json:"dir"` // in the workspace
	Script  string   `json:"script,omitempty"`
	Args    []string `json:"args,omitempty"` // in place of a script
	Lenient bool     `json:"lenient,omitempty"`
	why     string
}

// called returns what is run, for people.
func (r run) called() string {
	what := cmp.Or(r.Script, strings.Join(r.Args, " "))
	if r.Dir != "." {
		what += " of " + r.Dir
	}
	return what
}

// hooks are scripts that only set up what developers want of git.
var hooks = regexp.MustCompile(`^(is-ci \|\| |is-ci-cli |node )?(husky|lefthook|simple-git-hooks|git config|\.husky|pre-commit|npx husky|patch-husky|playwright)\b`)

// runs returns what the project's build runs, in order: what it does when it is
// installed, then the builds of what the program needs, then its own.
func (n *project) runs() (all []run) {
	if n.Spec.Build.Script == nil || !n.scripted() {
		all = n.builtBy()
	}
	var before []run
	for _, m := range n.manifests() {
		for _, name := range []string{"install", "postinstall", "prepare"} {
			script := m.script(name)
			if script.Value == "" || hooks.MatchString(script.Value) || len(all) > 0 && runsBuild(script.Value) {
				continue
			}
			before = append(before, run{Dir: n.inWorkspace(m), Script: name, Lenient: name == "prepare", why: script.Range.FileLine()})
		}
	}
	return append(before, all...)
}

// runsBuild reports whether a script runs the build, which is run anyway.
func runsBuild(script string) bool {
	return regexp.MustCompile(`\b(run build|yarn build|pnpm build|tsc)\b`).MatchString(script)
}

// builtBy returns the builds of members, each after those that it needs.
func (n *project) builtBy() (all []run) {
	for _, m := range n.members {
		dir := n.inWorkspace(m)
		name := n.buildScript(m)
		switch script := m.script(name); {
		case script.Value != "":
			all = append(all, run{Dir: dir, Script: name, why: script.Range.FileLine()})
		case m == n.m && n.command != nil:
			all = append(all, run{Dir: dir, Args: n.command, why: n.commandWhy})
		case n.nxTarget(m).Value != "":
			target := n.nxTarget(m)
			all = append(all, run{Dir: ".", Args: []string{"nx", "run", target.Value}, why: target.Range.FileLine()})
		case m == n.m && m.has("typescript") && compilerOutput(n.FS, m.dir) != "":
			at, _ := m.requires("typescript", allDeps)
			all = append(all, run{Dir: dir, Args: []string{"tsc", "-p", "tsconfig.json"}, why: at.FileLine()})
		}
	}
	return all
}

// buildScript returns the name of the script that builds a member.
func (n *project) buildScript(m *manifest) string {
	if m == n.m {
		for _, name := range n.scripts {
			if m.script(name).Value != "" {
				return name
			}
		}
	}
	return "build"
}

// scripted reports whether build.script runs a script of package.json itself.
func (n *project) scripted() bool {
	return slices.ContainsFunc(n.Spec.Build.Script, func(c spec.Command) bool {
		words := c.Args.Values()
		return len(words) > 1 && slices.Contains(runners[:3], words[0]) &&
			slices.ContainsFunc(words[1:], func(w string) bool { return n.m.script(w).Value != "" || n.ws.manifest.script(w).Value != "" })
	})
}

// builds reports whether files appear that the context does not have.
func (n *project) builds() bool {
	return len(n.Spec.Build.Script)+len(n.Spec.Build.Files) > 0 || len(n.runs()) > 0
}

// inWorkspace returns the directory of a member relative to the root.
func (n *project) inWorkspace(m *manifest) string {
	if m.dir == n.ws.root {
		return "."
	}
	return language.Relative(n.ws.root, m.dir)
}

// environment is the environment of steps that run a manager without a network: it
// neither looks for news of itself nor fetches the version that a manifest names.
var environment = spec.Vars{
	{Name: "ASTRO_TELEMETRY_DISABLED", Value: "1"},
	{Name: "COREPACK_ENABLE_STRICT", Value: "0"},
	{Name: "DO_NOT_TRACK", Value: "1"},
	{Name: "HUSKY", Value: "0"},
	{Name: "NEXT_TELEMETRY_DISABLED", Value: "1"},
	{Name: "NPM_CONFIG_UPDATE_NOTIFIER", Value: "false"},
	{Name: "NUXT_TELEMETRY_DISABLED", Value: "1"},
	{Name: "NX_DAEMON", Value: "false"},
	{Name: "NX_NO_CLOUD", Value: "true"},
	{Name: "TURBO_TELEMETRY_DISABLED", Value: "1"},
	{Name: "YARN_IGNORE_PATH", Value: "1"},
	{Name: "npm_config_manage_package_manager_versions", Value: "false"},
	{Name: "npm_config_verify_deps_before_run", Value: "false"},
	{Name: "pnpm_config_pm_on_fail", Value: "ignore"},
	{Name: "pnpm_config_verify_deps_before_run", Value: "false"},
}

// programPath returns the directories that commands of the project are looked for in.
func (n *project) programPath() string {
	dirs := []string{path.Join(language.SourceDir, n.Dir(), "node_modules/.bin")}
	if n.ws.root != n.Dir() {
		dirs = append(dirs, path.Join(language.SourceDir, n.ws.root, "node_modules/.bin"))
	}
	return strings.Join(append(dirs, managerDir+"/bin", language.SystemPath), ":")
}

// native returns how commands of the project run on the builder.
func (n *project) native(trees ...*language.Fetch) language.Step {
	env := environment.Set("PATH", n.programPath())
	if n.manager.name == "berry" { // else it looks for packages where Plug'n'Play has them
		env = env.Set("YARN_NODE_LINKER", "node-modules")
	}
	return language.Step{Env: env, Dir: n.Dir(), Fetches: language.Refs(trees...), Range: n.at()}
}

// test returns the step that runs the project's tests: its own script, else Node's
// runner, which must find some.
func (n *project) test(trees ...*language.Fetch) language.Step {
	s := n.native(trees...)
	s.Writes = true
	script := n.m.script("test").Value
	if script == "" || strings.Contains(script, "no test specified") {
		s.Does = "node --test"
		s.Args = []string{"node", "--test", "--test-reporter=spec", "--test-reporter-destination=stdout",
			"--test-reporter=" + path.Join(language.FilesDir, "tests.mjs"), "--test-reporter-destination=stderr"}
		s.Files = []language.File{{Path: "tests.mjs", Data: testsScript}}
		return s
	}
	runs := append(n.runs(), run{Dir: n.inWorkspace(n.m), Script: "test"}) // tests may import what is built
	s.Args, s.Files = n.script("compile.mjs", compileScript, map[string]any{"root": n.ws.root, "runs": runs, "test": true}, shared...)
	return s
}

// heard is what programs have that run commands of others.
var heard = language.File{Path: "heard.mjs", Data: heardScript}

// shared is what programs that build the project have in common: how they run its
// scripts, and what they leave out of its image.
var shared = []language.File{heard, {Path: "run.mjs", Data: runScript}, {Path: "aside.mjs", Data: asideScript}}

// script returns the arguments that run a program of ours, and its files: itself,
// what it shares with others, and what it is told.
func (n *project) script(name, text string, told any, more ...language.File) ([]string, []language.File) {
	data, err := json.MarshalIndent(told, "", "  ")
	if err != nil {
		panic(err) // plain data is always text
	}
	files := append([]language.File{{Path: name, Data: text}, {Path: "tree.mjs", Data: treeScript}}, more...)
	files = append(files, language.File{Path: "told.json", Data: string(data) + "\n"})
	return []string{"node", path.Join(language.FilesDir, name)}, files
}
