package frontend

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/llb"
)

// explainHidden replaces problems about files that are missing only because an
// ignore file hides them: the ignore file was perhaps written for another
// recipe, and its line is what must be mended.
func (r *request) explainHidden(ctx context.Context, diags diag.List) diag.List {
	var missing []string
	for _, d := range diags {
		if d.Missing != "" {
			missing = append(missing, d.Missing)
		}
	}
	if len(missing) == 0 {
		return diags
	}
	patterns, err := r.UI.DockerIgnorePatterns(ctx)
	if err != nil || len(patterns) == 0 {
		return diags
	}
	there := r.unfiltered(ctx, missing)
	src := r.ignoreFile(ctx)
	if there == nil || src == nil {
		return diags
	}
	out := make(diag.List, len(diags))
	for i, d := range diags {
		if d.Missing != "" && there(d.Missing) {
			if line := hidingLine(src.Data, d.Missing); line > 0 {
				d = diag.Diagnostic{
					Severity: d.Severity,
					Rule:     d.Rule,
					Range:    src.Line(line),
					Message:  fmt.Sprintf("%q hides %q from the build", src.Text(line), d.Missing),
					Hint: fmt.Sprintf("add a line \"!%s\", or write %s, which is read instead unless it is empty",
						d.Missing, path.Base(r.File.Name)+".dockerignore"),
				}
			}
		}
		out[i] = d
	}
	return out
}

// unfiltered returns whether paths exist in the context without its ignore
// rules, nil when that cannot be told.
func (r *request) unfiltered(ctx context.Context, paths []string) func(string) bool {
	state, err := r.UI.MainContext(ctx, llb.Unfiltered(paths)...)
	if err != nil {
		return nil
	}
	tree, err := r.Solve(ctx, *state)
	if err != nil {
		return nil
	}
	return func(name string) bool {
		if strings.ContainsAny(name, "*?[") {
			name = path.Dir(name)
		}
		_, err := tree.Stat(name)
		return err == nil
	}
}

// ignoreFile returns the ignore file that counts: the spec's own, else the context's.
func (r *request) ignoreFile(ctx context.Context) *diag.Source {
	own := r.File.Name + ".dockerignore"
	if src := r.LocalFile(ctx, dockerui.DefaultLocalNameDockerfile, own); src != nil {
		return src
	}
	return r.LocalFile(ctx, dockerui.DefaultLocalNameContext, dockerui.DefaultDockerignoreName)
}

// hidingLine returns the line of an ignore file that hides a path: the last
// one after which it is hidden and was not before. 0 when none does.
func hidingLine(ignore []byte, name string) int {
	hidden, line := false, 0
	var patterns []string
	for i, text := range strings.Split(string(ignore), "\n") {
		more, err := ignorefile.ReadAll(bytes.NewReader([]byte(text)))
		if err != nil || len(more) == 0 {
			continue
		}
		patterns = append(patterns, more...)
		m, err := patternmatcher.New(patterns)
		if err != nil {
			return 0
		}
		now, err := m.MatchesOrParentMatches(name)
		if err != nil {
			return 0
		}
		if now && !hidden {
			line = i + 1
		}
		hidden = now
	}
	if !hidden {
		return 0
	}
	return line
}
