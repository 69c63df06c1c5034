package frontend

import (
	"fmt"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerui"

	"github.com/stagefront/stagefront/frontend/diag"
)

// explainEmpty replaces problems about files that are missing because there is no project
// at all in the build context: naming one of its files would lead to the next.
func (r *request) explainEmpty(diags diag.List) diag.List {
	has, empty := r.emptyContext()
	if !empty {
		return diags
	}
	out := make(diag.List, len(diags))
	for i, d := range diags {
		if d.Missing != "" {
			d = diag.Diagnostic{Severity: d.Severity, Message: "the build context " + has, Hint: r.emptyHint()}
		}
		out[i] = d
	}
	return out
}

// emptyContext reports whether the build context has nothing of a project, and says what
// it has.
func (r *request) emptyContext() (has string, empty bool) {
	if r.source.tree == nil {
		return "", false
	}
	entries, err := r.source.tree.ReadDir(".")
	if err != nil {
		return "", false
	}
	has = "is empty"
	own := path.Base(r.File.Name)
	for _, e := range entries {
		switch e.Name() {
		case own:
			has = fmt.Sprintf("has nothing but %q", own)
		case own + ".dockerignore", dockerui.DefaultDockerignoreName:
		default:
			return "", false
		}
	}
	return has, true
}

// emptyHint returns where the project may be. A context of HTTP that is no archive is the
// spec itself, and brings nothing else.
func (r *request) emptyHint() string {
	if strings.HasPrefix(r.Gateway.BuildOpts().Opts["context"], "http") {
		return "a spec alone brings no project: give the project's directory, or the address of its repository"
	}
	return "give the project's directory, which is the last argument of a build"
}
