package node

import (
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// localSchemes are how managers are told that a package is a directory or an archive of
// the machine. https://docs.npmjs.com/cli/configuring-npm/package-json#local-paths
var localSchemes = []string{"file:", "link:", "portal:"}

// beside reports packages of production that are beside the project and no members of
// its workspace: managers leave links to them, which lead nowhere in an image.
func (n *project) beside() (diags diag.List) {
	for _, m := range n.members {
		for _, kind := range runtimeDeps {
			for _, name := range m.Get(kind).Keys() {
				v := m.Get(kind, name)
				if where, local := localPath(v.Text()); local && (path.IsAbs(where) || !n.ws.has(path.Join(m.dir, where))) {
					diags.Errorf(v.Place(), "%s is %s, which is beside the project", name, where).Hint =
						"have a package.json above both, with both as its \"workspaces\", and name this one as \"project\""
				}
			}
		}
	}
	return diags
}

// localPath returns the path that a manifest has a package at.
func localPath(wanted string) (where string, local bool) {
	for _, scheme := range localSchemes {
		if where, local = strings.CutPrefix(wanted, scheme); local {
			return where, true
		}
	}
	return "", strings.HasPrefix(wanted, "../")
}

// has reports whether a path of the context is in the workspace.
func (w *workspace) has(name string) bool {
	if w.root == "." {
		return name != ".." && !strings.HasPrefix(name, "../")
	}
	return name == w.root || strings.HasPrefix(name, w.root+"/")
}
