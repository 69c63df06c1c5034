// Package static knows sites of plain files: which tool makes one and where it leaves
// it, which server has it, and what that server is told. Node builds what is built.
package static

import (
	_ "embed"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/language/node"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Language builds the front end of a project, if there is one to build, and serves the
// files that come of it. Nothing of them is for a platform, so all share one build.
var Language = language.Language{
	Name: "static",
	Aliases: []string{
		"site", "website", "web", "html", "spa", "frontend", "front-end", "vite", "astro", "eleventy", "11ty", "react",
		"vue", "angular", "svelte", "docusaurus", "gatsby", "nginx", "caddy",
	},
	Mirrors:      node.Mirrors(),
	OpensRuntime: true,
	Complaints:   node.Complaints,
	EndOfLife:    node.EndOfLife,
	Recipe:       recipe,
	Contents:     contents,
}

//go:embed site.mjs
var siteScript string

//go:embed caddyfile.mjs
var caddyfileScript string

//go:embed hashed.mjs
var hashedScript string

// shared is what the program that makes a site is made of.
var shared = []language.File{{Path: "caddyfile.mjs", Data: caddyfileScript}, {Path: "hashed.mjs", Data: hashedScript}}

// scripts are those that build sites.
var scripts = []string{"build", "build:static", "build:site", "site:build", "docs:build", "build:docs"}

func recipe(p *language.Project, target spec.Platform) (*language.Recipe, diag.List) {
	if !language.IsDir(p.FS, p.Dir()) {
		return nil, diag.List{language.NoProject(p, []string{"index.html", "package.json"})}
	}
	front, diags := node.FrontOf(p, scripts)
	if front == nil {
		return nil, diags
	}
	s := &site{Project: p, front: front}
	s.tool, s.toolAt = toolOf(front)
	if s.tool != nil && s.tool.script != "" {
		front.Prefer(s.tool.script)
	}
	if s.tool != nil && front.Script().Value == "" && s.tool.command != nil {
		front.BuildBy(s.tool.command, s.toolAt.FileLine())
	}
	server, more := serverOf(p)
	diags.Add(more, s.entrypoint(), s.outside(), s.empty(), s.noExport())
	if diags.Failed() {
		return nil, diags
	}
	return s.recipe(server, target), diags
}

// site is what is known of a site when its steps are written.
type site struct {
	*language.Project
	front  *node.Front
	tool   *tool // that makes it, nil where nothing known does
	toolAt diag.Range
}

// plain reports whether the files of the project are the site.
func (s *site) plain() bool {
	b := s.Spec.Build
	return !s.front.Builds() && len(b.Script) == 0 && !b.Output.IsSet()
}

// entrypoint reports one of the spec: a site has a server.
func (s *site) entrypoint() (diags diag.List) {
	if e := s.Spec.Entrypoint; e.IsSet() {
		diags.Errorf(e.Range, "a site starts its server, and no entrypoint").Hint =
			"remove it; what builds the site is build.script, where it is left build.output"
	}
	return diags
}

// outside reports an output that is not in the project, nor above it in the build
// context, where tools of workspaces leave it.
func (s *site) outside() (diags diag.List) {
	if out := s.Spec.Build.Output; out.IsSet() && !fs.ValidPath(path.Join(s.Dir(), out.Value)) {
		diags.Errorf(out.Range, "got output %q, want a directory in the project", out.Value)
	}
	return diags
}

// empty reports a project without anything to serve.
func (s *site) empty() (diags diag.List) {
	if !s.plain() || len(s.Spec.Build.Files) > 0 || language.IsFile(s.FS, path.Join(s.Dir(), "index.html")) {
		return nil
	}
	d := language.NoProject(s.Project, []string{"index.html"})
	if at, ok := s.front.Manifest(); ok {
		d.Range = at
		d.Message = fmt.Sprintf("nothing in %s builds a site, and there is no index.html", path.Join(s.Dir(), "package.json"))
		d.Hint = "name what builds it: build: {script: [[npm, run, NAME]], output: DIR}"
	}
	return append(diags, d)
}

func (s *site) recipe(server *server, target spec.Platform) *language.Recipe {
	told := map[string]any{
		"outputs": s.outputs(), "plain": s.plain(), "routes": s.tool != nil && s.tool.routes,
		"fallback": s.Spec.Build.Fallback.Value, "sidecars": server.configured, "at": siteDir, "port": s.port(),
	}
	if laid := s.laid(); len(laid) > 0 && server.configured {
		told["laid"] = laid
	}
	r := s.front.Recipe("site.mjs", siteScript, told, shared...)
	r.Compile.Name = "make the site"
	r.Runtimes = []language.Runtime{{Variant: "static"}}
	taken := server.taken(target)
	if taken != nil {
		r.Fetches = append(r.Fetches, taken)
	}
	r.Image = server.image(taken)
	r.Decisions = append(r.Decisions, s.decisions(server)...)
	return r
}

// port is the one that the server listens on where nobody says another: the first of
// the spec's.
func (s *site) port() int {
	if len(s.Spec.Ports) > 0 {
		return s.Spec.Ports[0].Number
	}
	return spec.SitePort
}

// outputs are the directories that the site may be in, the first with an index.html
// counts: what the spec says, else where the tool leaves it.
func (s *site) outputs() []output {
	if out := s.Spec.Build.Output; out.IsSet() {
		return []output{{Dir: path.Clean(out.Value), Why: out.Range.FileLine(), Asked: true}}
	}
	if s.tool == nil {
		return nil
	}
	return s.tool.outputs(s.Project, s.front.Script())
}

func (s *site) decisions(server *server) []language.Decision {
	var list []language.Decision
	switch {
	case s.tool != nil:
		list = append(list, language.Decision{Name: "site", Value: s.tool.name, Why: s.toolAt.FileLine()})
	case s.plain():
		list = append(list, language.Decision{Name: "site", Value: "the files of the project", Why: "nothing builds one"})
	}
	outputs := s.outputs()
	for _, o := range outputs {
		list = append(list, language.Decision{Name: "output", Value: o.Dir, Why: o.Why})
	}
	if len(outputs) == 0 && !s.plain() {
		list = append(list, language.Decision{
			Name: "output", Value: "the directory that has an index.html", Why: "decided after compile",
		})
	}
	list = append(list, language.Decision{Name: "server", Value: server.name, Why: server.why})
	if !server.configured {
		return list
	}
	why := "default"
	if len(s.Spec.Ports) > 0 {
		why = s.Spec.Ports[0].Range.FileLine()
	}
	listens := fmt.Sprintf("0.0.0.0:%d, or PORT", s.port())
	return append(list, language.Decision{Name: "listens", Value: listens, Why: why})
}

// noExport reports a project of a framework whose build makes a server.
func (s *site) noExport() (diags diag.List) {
	if s.tool == nil || s.tool.exports == nil || slices.ContainsFunc(s.tool.configs, func(name string) bool {
		return s.tool.exports.Match(read(s.Project, name))
	}) || s.Spec.Build.Output.IsSet() {
		return nil
	}
	diags.Errorf(s.toolAt, "%s makes a server unless it is told to make plain files", s.tool.name).Hint = s.tool.remedy
	return diags
}
