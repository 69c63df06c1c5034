package node

import (
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/json"
	"github.com/stagefront/stagefront/frontend/spec"
)

// framework is a tool that makes a server of a project, and where it leaves it.
type framework struct {
	name     string
	packages []string // one of which shows it
	starts   []start
	// output is the directory that is all of the program; "" where the project is.
	output string
	// traced says that the output has the parts of dependencies that it needs, as they
	// are for the builder.
	traced bool
	// keeps are the directories that are the program, where neither output nor all of
	// the project is.
	keeps []string
	// made are files and directories that a server of the project's own reads, though
	// others that are called like them stay behind; without is what of them builds alone
	// read.
	made, without []string
	// compilers are patterns of packages of production that builds alone load, unless the
	// configuration is in TypeScript, which the server compiles when it starts.
	compilers []string
	// imports is how a server of the project's own names the framework.
	imports *regexp.Regexp
	// writes are directories of the project that the server writes into.
	writes []string
	// listens are variables by which it is told where to listen; the value PORT is
	// the first of the spec's ports.
	listens spec.Vars
}

const portOfSpec = "PORT"

// frameworks are what is looked for, the first that a project has.
var frameworks = []framework{
	{
		name: "Next.js", packages: []string{"next"}, output: ".next/standalone", traced: true,
		made:      append([]string{".next"}, nextConfigs...),
		without:   []string{".next/cache", ".next/dev", ".next/diagnostics", ".next/standalone", ".next/types"},
		compilers: []string{"**/@next/swc-*"},
		imports:   regexp.MustCompile("(?:\\bfrom|\\brequire\\(|\\bimport\\()\\s*[\"'`]next[\"'`]"),
		writes:    []string{".next/cache", ".next/server/route-cache"},
		starts:    []start{{File: "server.js"}},
		listens:   spec.Vars{{Name: "HOSTNAME", Value: "0.0.0.0"}, {Name: "PORT", Value: portOfSpec}},
	},
	{
		name: "Nitro", packages: []string{"nuxt", "nitropack", "nitro", "@solidjs/start", "vinxi"}, output: ".output", traced: true,
		starts:  []start{{File: "server/index.mjs"}},
		listens: spec.Vars{{Name: "HOST", Value: "0.0.0.0"}, {Name: "PORT", Value: portOfSpec}},
	},
	{
		name: "SvelteKit", packages: []string{"@sveltejs/adapter-node"},
		starts: []start{{File: "build/index.js"}, {File: "build"}}, keeps: []string{"build"},
		listens: spec.Vars{{Name: "HOST", Value: "0.0.0.0"}, {Name: "PORT", Value: portOfSpec}},
	},
	{
		name: "Astro", packages: []string{"@astrojs/node"},
		starts: []start{{File: "dist/server/entry.mjs"}}, keeps: []string{"dist"},
		listens: spec.Vars{{Name: "HOST", Value: "0.0.0.0"}, {Name: "PORT", Value: portOfSpec}},
	},
	{
		name: "React Router", packages: []string{"@react-router/serve"},
		starts: []start{{Bin: "react-router-serve", Args: []string{"build/server/index.js"}}}, keeps: []string{"build", "public"},
		listens: spec.Vars{{Name: "HOST", Value: "0.0.0.0"}, {Name: "PORT", Value: portOfSpec}},
	},
	{
		name: "Remix", packages: []string{"@remix-run/serve"},
		starts: []start{{Bin: "remix-serve", Args: []string{"build/server/index.js"}}}, keeps: []string{"build", "public"},
		listens: spec.Vars{{Name: "HOST", Value: "0.0.0.0"}, {Name: "PORT", Value: portOfSpec}},
	},
	{
		name: "NestJS", packages: []string{"@nestjs/core"},
		starts: []start{{File: "dist/main"}, {File: "dist/src/main"}},
	},
}

// frameworkOf returns the framework of a project, nil where it has none.
func frameworkOf(m *manifest) *framework {
	for i, f := range frameworks {
		if slices.ContainsFunc(f.packages, m.has) {
			return &frameworks[i]
		}
	}
	return nil
}

// listening returns the variables by which a framework's server is told where to
// listen.
func (f *framework) listening(s *spec.Spec) (env spec.Vars) {
	for _, v := range f.listens {
		if v.Value == portOfSpec {
			if len(s.Ports) == 0 {
				continue
			}
			v.Value = text(s.Ports[0].Number)
		}
		env = append(env, v)
	}
	return env
}

// compilerOutput returns the directory that tsc writes into, as a path in the project's
// directory; "" where its own configurations say none, or that nothing is written. What
// all members of a workspace have in common does not say of one that it is compiled.
func compilerOutput(fsys fs.FS, project string) string {
	if !files(fsys, project)["tsconfig.json"] {
		return ""
	}
	config := path.Join(project, "tsconfig.json")
	out := option(fsys, config, "outDir", deepest)
	if out.Text() == "" || option(fsys, config, "noEmit", deepest).True() {
		return ""
	}
	dir := path.Dir(out.Place().Source.Name)
	if project != "." && dir != project && !strings.HasPrefix(dir, project+"/") {
		return ""
	}
	if own, ok := strings.CutPrefix(out.Text(), "${configDir}"); ok {
		return path.Clean("./" + own)
	}
	rel, err := filepath.Rel(project, path.Join(dir, out.Text()))
	if err != nil {
		return ""
	}
	return rel
}

// option returns an option of the compiler, from a configuration or from those that it
// extends, the last of which counts first. Those of packages say no directories.
func option(fsys fs.FS, config, name string, depth int) *json.Value {
	v := json.ReadCommented(fsys, config)
	if o := v.Get("compilerOptions", name); o != nil || v == nil || depth == 0 {
		return o
	}
	bases := v.Get("extends").Texts()
	for _, base := range slices.Backward(bases) {
		if !strings.HasPrefix(base.Value, ".") {
			continue
		}
		file := path.Join(path.Dir(config), base.Value)
		if path.Ext(file) != ".json" {
			file += ".json"
		}
		if o := option(fsys, file, name, depth-1); o != nil {
			return o
		}
	}
	return nil
}
