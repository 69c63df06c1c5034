package node

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/json"
	"github.com/stagefront/stagefront/frontend/language"
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
		writes:    []string{".next/cache"},
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

// compilerOutput returns the directory that tsc writes into, "" where nothing says
// one. Comments, which such files may have, make it unread.
func compilerOutput(p *language.Project) string {
	if !files(p.FS, p.Dir())["tsconfig.json"] {
		return ""
	}
	v, _ := json.Read(p.FS, path.Join(p.Dir(), "tsconfig.json"))
	return strings.TrimPrefix(v.Get("compilerOptions", "outDir").Text(), "./")
}
