package node

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
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
		writes:  []string{".next/cache"},
		starts:  []start{{File: "server.js"}},
		listens: spec.Vars{{Name: "HOSTNAME", Value: "0.0.0.0"}, {Name: "PORT", Value: portOfSpec}},
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

var standalone = regexp.MustCompile(`\boutput\s*:\s*['"` + "`" + `](\w+)['"` + "`" + `]`)

// nextConfigs are the names of the file that Next.js is configured by.
var nextConfigs = []string{"next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs", "next.config.mts"}

// standaloneNext reports a project of Next.js that builds no server that runs by
// itself. https://nextjs.org/docs/app/api-reference/config/next-config-js/output
func standaloneNext(p *language.Project, m *manifest) (diags diag.List) {
	const hint = `write output: "standalone" into it, or name what to start with "entrypoint"`
	for _, name := range nextConfigs {
		file := path.Join(p.Dir(), name)
		data, err := fs.ReadFile(p.FS, file)
		if err != nil {
			continue
		}
		src := &diag.Source{Name: file, Data: data}
		at := standalone.FindSubmatchIndex(data)
		switch {
		case at == nil:
			diags.Errorf(src.Line(1), "%s does not say output: \"standalone\", so there is no server that runs by itself", file).Hint = hint
		case string(data[at[2]:at[3]]) == "export":
			diags.Errorf(src.Range(at[0], at[1]), "%s makes plain files and no server", file).Hint = `write "language: static"`
		case string(data[at[2]:at[3]]) != "standalone":
			diags.Errorf(src.Range(at[0], at[1]), "%s makes no server that runs by itself", file).Hint = hint
		}
		return diags
	}
	at, _ := m.requires("next", allDeps)
	d := diags.Errorf(at, "there is no %s that says output: \"standalone\", so there is no server that runs by itself", nextConfigs[0])
	d.Hint, d.Missing = "write one with module.exports = { output: \"standalone\" }", path.Join(p.Dir(), nextConfigs[0])
	return diags
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
