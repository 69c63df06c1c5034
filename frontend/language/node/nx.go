package node

import (
	"cmp"
	"path"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/json"
)

// nxTarget returns what Nx calls the build of a member that has no script for it, and
// where that is said: "api:build"; the zero text where nothing says one.
// https://nx.dev/reference/project-configuration
func (n *project) nxTarget(m *manifest) diag.Text {
	if !n.ws.manifest.has("nx") {
		return diag.Text{}
	}
	if at := m.Get("nx", "targets", "build"); at != nil {
		return diag.Text{Value: cmp.Or(m.Get("nx", "name").Text(), m.name()) + ":build", Range: at.Place()}
	}
	if !files(n.FS, m.dir)["project.json"] {
		return diag.Text{}
	}
	p, _ := json.Read(n.FS, path.Join(m.dir, "project.json"))
	at := p.Get("targets", "build")
	if at == nil {
		return diag.Text{}
	}
	return diag.Text{Value: cmp.Or(p.Get("name").Text(), m.name()) + ":build", Range: at.Place()}
}
