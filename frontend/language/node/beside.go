package node

import (
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/json"
)

// localSchemes are how managers are told that a package is a directory or an archive of
// the machine. https://docs.npmjs.com/cli/configuring-npm/package-json#local-paths
var localSchemes = []string{"file:", "link:", "portal:"}

// beside reports packages of production that are beside the project and no members of
// its workspace, and such of packages in it: managers leave links to them, which lead
// nowhere in an image.
func (n *project) beside() (diags diag.List) {
	found := slices.Clone(n.members)
	for i := 0; i < len(found); i++ { // what is found has packages of its own
		for _, p := range found[i].locals() {
			if !n.ws.has(p.dir) {
				diags.Errorf(p.Place(), "%s is %s, which is beside the project", p.name, p.where).Hint =
					"have a package.json above both, with both as its \"workspaces\", and name this one as \"project\""
				continue
			}
			known := slices.ContainsFunc(found, func(m *manifest) bool { return m.dir == p.dir })
			if own, _ := manifestOf(n.Project, p.dir); own != nil && !known {
				found = append(found, own)
			}
		}
	}
	return diags
}

// local is a package that a manifest has a path for, not a version.
type local struct {
	*json.Value
	name, where, dir string // dir is where, from the root of the context
}

// locals returns the packages of production that a manifest has a path for.
func (m *manifest) locals() (found []local) {
	for _, kind := range runtimeDeps {
		for _, name := range m.Get(kind).Keys() {
			v := m.Get(kind, name)
			where, is := localPath(v.Text())
			if !is {
				continue
			}
			dir := where
			if !path.IsAbs(dir) {
				dir = path.Join(m.dir, dir)
			}
			found = append(found, local{v, name, where, dir})
		}
	}
	return found
}

// localPath returns the path that a manifest has a package at.
func localPath(wanted string) (where string, local bool) {
	for _, scheme := range localSchemes {
		if where, local = strings.CutPrefix(wanted, scheme); local {
			return where, true
		}
	}
	return wanted, strings.HasPrefix(wanted, "./") || strings.HasPrefix(wanted, "../") || path.IsAbs(wanted)
}

// has reports whether a path of the context is in the workspace.
func (w *workspace) has(name string) bool {
	if w.root == "." {
		return name != ".." && !strings.HasPrefix(name, "../") && !path.IsAbs(name)
	}
	return name == w.root || strings.HasPrefix(name, w.root+"/")
}
