package static

import (
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/language/node"
)

// tool is what makes a site, and where it leaves it.
type tool struct {
	name     string
	packages []string // one of which shows it
	script   string   // that makes a site where "build" makes a server
	command  []string // that builds where no script does; nil: a script must
	configs  []string // that may say where the site goes
	says     *regexp.Regexp
	dirs     []string // where it goes otherwise
	below    string   // where in the directory that configurations say
	routes   bool     // whether paths that are no files are the program's in the browser
	exports  *regexp.Regexp
	remedy   string // where no configuration has what exports looks for
}

// output is a directory that a site may be in.
type output struct {
	Dir string `json:"dir"` // in the project
	Why string `json:"why"`
	// Asked says that the spec names it. What a configuration says may be a plug-in's, or
	// in a comment.
	Asked bool `json:"asked,omitempty"`
}

// quoted is a string of JavaScript or TypeScript behind a key.
func quoted(key string) *regexp.Regexp {
	return regexp.MustCompile(`\b` + key + `["']?\s*:\s*["'` + "`" + `]([^"'` + "`" + `\n]+)["'` + "`" + `]`)
}

// configs returns the names of a configuration in all languages that it may be in.
func configs(name string) (all []string) {
	for _, ext := range []string{".js", ".mjs", ".cjs", ".ts", ".mts"} {
		all = append(all, name+ext)
	}
	return all
}

// tools are what is looked for. Those that are built on others come before them.
var tools = []tool{
	{
		name: "Docusaurus", packages: []string{"@docusaurus/core"},
		command: []string{"docusaurus", "build"}, dirs: []string{"build"},
	},
	{
		name: "Gatsby", packages: []string{"gatsby"}, command: []string{"gatsby", "build"},
		dirs: []string{"public"},
	},
	{
		name: "Next.js", packages: []string{"next"}, command: []string{"next", "build"},
		dirs:    []string{"out"},
		configs: configs("next.config"), says: quoted("distDir"),
		exports: regexp.MustCompile(`\boutput["']?\s*[:=][^,};]*["'` + "`" + `]export`),
		remedy:  `write output: "export" into next.config.js, or "language: node" for the server`,
	},
	{
		name: "Nuxt", packages: []string{"nuxt"}, script: "generate",
		command: []string{"nuxt", "generate"}, dirs: []string{".output/public", "dist"},
	},
	{
		name: "Astro", packages: []string{"astro"}, command: []string{"astro", "build"},
		dirs:    []string{"dist"},
		configs: configs("astro.config"), says: quoted("outDir"),
	},
	{
		name: "Eleventy", packages: []string{"@11ty/eleventy"}, command: []string{"eleventy"},
		dirs:    []string{"_site"},
		configs: append([]string{".eleventy.js"}, configs("eleventy.config")...), says: quoted("output"),
	},
	{
		name: "SvelteKit", packages: []string{"@sveltejs/adapter-static"},
		command: []string{"vite", "build"}, dirs: []string{"build"},
		configs: configs("svelte.config"), says: quoted("pages"),
	},
	{
		name: "VitePress", packages: []string{"vitepress"},
		dirs: []string{".vitepress/dist", "docs/.vitepress/dist"},
	},
	{
		name: "VuePress", packages: []string{"vuepress"},
		dirs: []string{".vuepress/dist", "docs/.vuepress/dist", "src/.vuepress/dist"},
	},
	{
		name:     "Angular",
		packages: []string{"@angular/build", "@angular/cli", "@angular-devkit/build-angular"},
		command:  []string{"ng", "build"},
		configs:  []string{"angular.json"},
		says:     regexp.MustCompile(`"(?:outputPath|base)"\s*:\s*"([^"]+)"`), below: "browser",
		routes: true,
	},
	{
		name: "Vue CLI", packages: []string{"@vue/cli-service"},
		command: []string{"vue-cli-service", "build"}, dirs: []string{"dist"},
		configs: configs("vue.config"), says: quoted("outputDir"), routes: true,
	},
	{
		name: "Create React App", packages: []string{"react-scripts"},
		command: []string{"react-scripts", "build"}, dirs: []string{"build"}, routes: true,
	},
	{
		name: "React Router", packages: []string{"@react-router/dev"},
		command: []string{"react-router", "build"}, dirs: []string{"build/client"},
		routes: true,
	},
	{
		name: "Hexo", packages: []string{"hexo"}, command: []string{"hexo", "generate"},
		dirs: []string{"public"},
	},
	{name: "Parcel", packages: []string{"parcel"}, dirs: []string{"dist"}, routes: true},
	{
		name: "Vite", packages: []string{"vite", "rolldown-vite"},
		command: []string{"vite", "build"}, dirs: []string{"dist"},
		configs: configs("vite.config"), says: quoted("outDir"), routes: true,
	},
	{
		name: "webpack", packages: []string{"webpack"},
		command: []string{"webpack", "--mode", "production"}, dirs: []string{"dist"},
		routes: true,
	},
}

// toolOf returns the tool of a project, and where it asks for it; nil where it has
// none that is known.
func toolOf(front *node.Front) (*tool, diag.Range) {
	for i, t := range tools {
		for _, name := range t.packages {
			if at, ok := front.Requires(name); ok {
				return &tools[i], at
			}
		}
	}
	return nil, diag.Range{}
}

var outputFlag = regexp.MustCompile(`--(?:outDir|out-dir|output-path|output|dist-dir|dest)[= ]["']?([^\s"']+)`)

// outputs returns the directories that a tool may leave the site in: what the script
// says that runs it, what its configuration says, else its habit.
func (t *tool) outputs(p *language.Project, script diag.Text) (all []output) {
	if m := outputFlag.FindStringSubmatch(script.Value); m != nil {
		return []output{{Dir: path.Clean(m[1]), Why: script.Range.FileLine()}}
	}
	for _, name := range t.configs {
		data := read(p, name)
		at := t.said(data)
		if at == nil {
			continue
		}
		src := &diag.Source{Name: path.Join(p.Dir(), name), Data: data}
		dir := strings.TrimPrefix(path.Clean(string(data[at[2]:at[3]])), "/")
		for _, d := range t.within(dir, data) {
			all = append(all, output{Dir: d, Why: src.LineAt(at[0]).FileLine()})
		}
		return all
	}
	for _, dir := range t.dirs {
		all = append(all, output{Dir: dir, Why: "habit of " + t.name})
	}
	return all
}

// within returns the directories that a configuration may mean by one: below it, or
// below another that paths are relative to.
func (t *tool) within(dir string, config []byte) []string {
	if t.below != "" {
		return []string{path.Join(dir, t.below), dir}
	}
	if m := rootKey.FindSubmatch(config); m != nil {
		return []string{path.Join(string(m[1]), dir), dir}
	}
	return []string{dir}
}

// said returns where a configuration says a directory, nil where it does not.
func (t *tool) said(data []byte) []int {
	if t.says == nil {
		return nil
	}
	return t.says.FindSubmatchIndex(data)
}

var rootKey = quoted("root")

// read returns a file of the project, nil when it cannot be read.
func read(p *language.Project, name string) []byte {
	data, _ := fs.ReadFile(p.FS, path.Join(p.Dir(), name))
	return data
}
