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

// fetches are the steps that download modules, none where there are none to download.
type fetches struct {
	program *language.Fetch // for compiling the program
	all     *language.Fetch // for commands of the project: of all programs and tests
}

// steps returns the steps, each once.
func (f fetches) steps() []*language.Fetch {
	if f.all == nil {
		return nil
	}
	if f.program == f.all {
		return []*language.Fetch{f.all}
	}
	return []*language.Fetch{f.program, f.all}
}

// fetchModules returns the steps that download the modules. A workspace may have many
// that a program of it does not need; but targets share one fetch, and what scripts and
// files add to the source may import any.
func fetchModules(p *language.Project, e *entrypoint, g platform) (fetches, diag.List) {
	ws := e.workspace
	if ws.vendored(p.FS) {
		return fetches{}, nil
	}
	manifests, diags := ws.manifests(p.FS)
	at, required := ws.required()
	if !required {
		return fetches{}, diags
	}
	if !slices.ContainsFunc(manifests, func(m string) bool { return strings.HasSuffix(m, ".sum") }) {
		d := diags.Errorf(at, "modules are required and there is no go.sum")
		d.Rule = "MissingLock"
		d.Hint, d.Missing = "run \"go mod tidy\" and commit go.sum", path.Join(path.Dir(at.Source.Name), "go.sum")
	}
	all := download(e, manifests)
	if ws.work == nil || p.Shared || len(p.Spec.Build.Script)+len(p.Spec.Build.Files) > 0 {
		return fetches{all, all}, diags
	}
	program := download(e, manifests)
	program.Name += " of " + e.name
	program.Args = append(program.Args, path.Join(language.SourceDir, e.dir))
	program.Files = append(program.Files, language.File{Path: "imports.go", Data: importing(imports(p, e, g))})
	return fetches{program, all}, diags
}

// download returns the step that downloads all modules of a workspace.
func download(e *entrypoint, manifests []string) *language.Fetch {
	return &language.Fetch{
		Step: language.Step{
			Name:  "fetch modules",
			Args:  []string{"sh", path.Join(language.FilesDir, "fetch.sh")},
			Files: []language.File{{Path: "fetch.sh", Data: fetchScript}},
			Env: spec.Vars{
				{Name: "GOMODCACHE", Value: modCache},
				{Name: "GOPATH", Value: "/tmp/go"}, // what is known of the checksum database is written there
				{Name: "GOTOOLCHAIN", Value: "local"},
				{Name: "GOWORK", Value: gowork(e.workspace)},
			},
			// Not the module's directory: all programs of a workspace share one fetch.
			Dir:     e.workspace.dir,
			Caches:  []language.Cache{{Name: "go-download", Path: "/var/cache/go-download"}},
			Mirrors: mirrors,
			Secrets: []language.Secret{{ID: "netrc", Path: "/root/.netrc"}},
			Range:   e.rng,
		},
		Manifests: manifests,
		Output:    modCache,
	}
}

// gowork returns the GOWORK of a workspace: its go.work, or off, so that one
// further up that does not use the module is not found.
func gowork(ws *workspace) string {
	if ws.work == nil {
		return "off"
	}
	return path.Join(language.SourceDir, ws.dir, "go.work")
}
