package golang

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

//go:embed fetch.sh
var fetchScript string

// fetchModules returns the step that downloads the modules, none when there are none to download.
func fetchModules(p *language.Project, e *entrypoint) ([]*language.Fetch, diag.List) {
	ws := e.workspace
	if ws.vendored(p.FS) {
		return nil, nil
	}
	manifests, diags := ws.manifests(p.FS)
	at, required := ws.required()
	if !required {
		return nil, diags
	}
	if !slices.ContainsFunc(manifests, func(m string) bool { return strings.HasSuffix(m, ".sum") }) {
		d := diags.Errorf(at, "modules are required and there is no go.sum")
		d.Rule = "MissingLock"
		d.Hint, d.Missing = "run \"go mod tidy\" and commit go.sum", path.Join(path.Dir(at.Source.Name), "go.sum")
	}
	return []*language.Fetch{{
		Step: language.Step{
			Name:  "fetch modules",
			Args:  []string{"sh", path.Join(language.FilesDir, "fetch.sh")},
			Files: []language.File{{Path: "fetch.sh", Data: fetchScript}},
			Env: spec.Vars{
				{Name: "GOMODCACHE", Value: modCache},
				{Name: "GOTOOLCHAIN", Value: "local"},
				{Name: "GOWORK", Value: gowork(ws)},
			},
			// Not the module's directory: all programs of a workspace share one fetch.
			Dir:     ws.dir,
			Caches:  []language.Cache{{Name: "go-download", Path: "/var/cache/go-download"}},
			Mirrors: mirrors,
			Secrets: []language.Secret{{ID: "netrc", Path: "/root/.netrc"}},
			Range:   e.rng,
		},
		Manifests: manifests,
		Output:    modCache,
	}}, diags
}

// gowork returns the GOWORK of a workspace: its go.work, or off, so that one
// further up that does not use the module is not found.
func gowork(ws *workspace) string {
	if ws.work == nil {
		return "off"
	}
	return path.Join(language.SourceDir, ws.dir, "go.work")
}
