package lint

import (
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/plan"
)

// shellTools are what people call in healthchecks and no package of a language brings.
var shellTools = []string{"curl", "wget", "nc", "sh", "bash", "/bin/sh", "/bin/bash", "/usr/bin/curl", "/usr/bin/wget"}

// healthcheckProgram knows what is in runtimes of ours: the program, and what
// files bring.
func healthcheckProgram(in *Input, report func(diag.Range, string, ...any)) {
	t := in.Spec.Healthcheck.Test
	r := runtimeOf(in)
	if !t.List || len(t.Items) < 2 || t.Items[0].Value != "CMD" || r.Kind == plan.Custom || r.Debug || in.Plan == nil {
		return
	}
	called := t.Items[1]
	program := in.Plan.Image.Entrypoint[0]
	if in.Plan.Program == "" && !slices.Contains(shellTools, called.Value) {
		return // the dependencies may bring it
	}
	have := []string{program, path.Base(program)}
	for _, f := range in.Spec.Files {
		to, into := f.Destination(in.Spec.Workdir.Or(in.Plan.Image.Dir()))
		if into {
			to = path.Join(to, path.Base(f.From.Value))
		}
		have = append(have, to, path.Base(to))
		if strings.HasPrefix(called.Value, strings.TrimSuffix(to, "/")+"/") {
			return // in a directory that is copied
		}
	}
	brought := func(name string) bool {
		ok, _ := path.Match(name, called.Value) // files may be a pattern
		return ok || name == called.Value
	}
	if !slices.ContainsFunc(have, brought) {
		report(called.Range, "%s has no %q; ask with \"http: :PORT/PATH\", let the program check itself, or copy one with \"files\"", r.Kind, called.Value)
	}
}
