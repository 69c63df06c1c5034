package node

import (
	"io/fs"
	"path"
	"regexp"
)

// hooking are settings by which managers run code of the repository or of packages
// when they install. What a file says in another way, by a variable or by an escape,
// counts as one: no project does that by chance.
var hooking = map[string]*regexp.Regexp{
	".npmrc":      regexp.MustCompile(`(?mi)pnpmfile|^[^=\n]*(\$\{|\\)`),
	pnpmWorkspace: regexp.MustCompile(`(?i)pnpmfile|configDependencies|\\`),
	".yarnrc.yml": regexp.MustCompile(`(?m)^\s*["']?plugins|^[^#\n]*\\|[{,]\s*["']?plugins`),
}

// hooked reports whether the manager runs code of the repository or of packages when
// it installs: pnpm's hooks, plug-ins of yarn.
func (n *project) hooked() bool {
	return len(n.there(".pnpmfile.cjs", ".pnpmfile.mjs", ".yarn/plugins")) > 0 ||
		n.ws.manifest.Get("pnpm", "configDependencies") != nil ||
		n.sets(hooking) // yarn's protocol exec: does not run where scripts are disabled
}

// sets reports whether the managers' settings have what patterns look for, or cannot be
// read.
func (n *project) sets(patterns map[string]*regexp.Regexp) bool {
	for _, name := range settings {
		if pattern := patterns[name]; pattern != nil && len(n.there(name)) > 0 {
			data, err := fs.ReadFile(n.FS, path.Join(n.ws.root, name))
			if err != nil || pattern.Match(data) {
				return true
			}
		}
	}
	return false
}
