package frontend

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/llb"
)

// mostHidden is for how many files the line is looked for that hides them: nobody
// reads on, and each is held against all lines.
const mostHidden = 50

// explainHidden replaces problems about files that are missing only because an
// ignore file hides them: the ignore file was perhaps written for another
// recipe, and its line is what must be mended.
func (r *request) explainHidden(ctx context.Context, diags diag.List) diag.List {
	var missing []string
	for _, d := range diags {
		if d.Missing != "" {
			missing = append(append(missing, d.Missing), d.Instead...)
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
	lines := hiding{src: src, rules: rulesOf(src.Data), at: map[int]int{}, names: map[int][]string{}}
	explained := 0
	for _, d := range diags {
		line := 0
		if d.Missing != "" && explained < mostHidden {
			d.Missing, line = lines.hidden(there, append([]string{d.Missing}, d.Instead...))
		}
		if line > 0 {
			explained++
		}
		lines.add(d, line)
	}
	return lines.told(r)
}

// hiding is what lines of an ignore file hide, among other problems: a problem for each
// line, with all that it hides, since one at a time would be a build for each.
type hiding struct {
	src   *diag.Source
	rules []rule
	out   diag.List
	at    map[int]int      // by line, its problem in out
	names map[int][]string // by problem, what is hidden
}

// add takes a problem, which is that of a line where one hides what is missing.
func (h *hiding) add(d diag.Diagnostic, line int) {
	i, known := h.at[line]
	switch {
	case line == 0:
		h.out = append(h.out, d)
		return
	case !known:
		i = len(h.out)
		h.at[line] = i
		h.out = append(h.out, diag.Diagnostic{Severity: d.Severity, Rule: d.Rule, Range: h.src.Line(line)})
	case d.Severity < h.out[i].Severity:
		h.out[i].Severity, h.out[i].Rule = d.Severity, d.Rule
	}
	if !slices.Contains(h.names[i], d.Missing) {
		h.names[i] = append(h.names[i], d.Missing)
	}
}

// hidden returns the first of some paths that is there and hidden, and the line that hides
// it; the first of them and 0 where none is.
func (h *hiding) hidden(there func(string) bool, paths []string) (string, int) {
	for _, name := range paths {
		if !there(name) {
			continue
		}
		if line := hidingLine(h.rules, name); line > 0 {
			return name, line
		}
	}
	return paths[0], 0
}

// told returns all problems.
func (h *hiding) told(r *request) diag.List {
	for line, i := range h.at {
		text, names := h.src.Text(line), h.names[i]
		h.out[i].Message = fmt.Sprintf("%q hides %s from the build", text, diag.Few(names, 3))
		h.out[i].Hint = r.hiddenHint(text, names...)
	}
	return h.out
}

// hiddenHint says what to do about a line that hides files. Where it hides all, lines
// after it were written for another recipe: one more would only lead to the next file.
func (r *request) hiddenHint(line string, names ...string) string {
	own := path.Base(r.File.Name) + ".dockerignore"
	if strings.Trim(strings.TrimSpace(line), "/*") == "" {
		return fmt.Sprintf("it hides all that lines after it do not name; write %s, which is read instead, with a line such as .git", own)
	}
	if len(names) > 1 {
		return fmt.Sprintf("add the lines \"!%s\", or write %s, which is read instead unless it is empty", strings.Join(names, `", "!`), own)
	}
	return fmt.Sprintf("add a line \"!%s\", or write %s, which is read instead unless it is empty", names[0], own)
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

// rule is a pattern of an ignore file.
type rule struct {
	line    int
	excepts bool // "!": it takes back what those before it hide
	*patternmatcher.PatternMatcher
}

// rulesOf returns the patterns of an ignore file, none where one of them is broken.
func rulesOf(ignore []byte) (rules []rule) {
	line := 0
	for text := range bytes.SplitSeq(ignore, []byte("\n")) {
		line++
		patterns, err := ignorefile.ReadAll(bytes.NewReader(text))
		if err != nil {
			continue
		}
		for _, pattern := range patterns {
			included, excepts := strings.CutPrefix(pattern, "!")
			m, err := patternmatcher.New([]string{included})
			if err != nil {
				return nil
			}
			rules = append(rules, rule{line, excepts, m})
		}
	}
	return rules
}

// hidingLine returns the line of an ignore file that hides a path: the last
// one after which it is hidden and was not before. 0 when none does.
func hidingLine(rules []rule, name string) int {
	line := 0
	for _, r := range rules {
		if r.excepts == (line == 0) {
			continue
		}
		matches, err := r.MatchesOrParentMatches(name)
		switch {
		case err != nil:
			return 0
		case matches && r.excepts:
			line = 0
		case matches:
			line = r.line
		}
	}
	return line
}
