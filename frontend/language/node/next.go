package node

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// nextConfigs are the names of the file that Next.js is configured by.
var nextConfigs = []string{"next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs", "next.config.mts"}

// nextOutput finds what a configuration says of the output, and quoted the words in that.
var (
	nextOutput = regexp.MustCompile(`\boutput["']?\s*[:=]\s*([^=,};\s][^,};]*)`)
	quoted     = regexp.MustCompile("[\"'`](\\w+)[\"'`]")
	comment    = regexp.MustCompile(`(?s)/\*.*?\*/|(?m:(?:^|[ \t,;{}])//.*$)`)
)

// outputOf returns where a configuration of Next.js says what a build makes, and which
// word it says. The word is "" where the configuration decides between several.
func outputOf(data []byte) (at []int, word string) {
	data = comment.ReplaceAllFunc(data, func(c []byte) []byte { return bytes.Repeat([]byte(" "), len(c)) })
	for _, m := range nextOutput.FindAllSubmatchIndex(data, -1) {
		value := strings.TrimSpace(string(data[m[2]:m[3]]))
		words := quoted.FindAllStringSubmatch(value, -1)
		switch {
		case len(words) == 0:
		case at == nil && value == words[0][0]:
			at, word = m[:2], words[0][1]
		case at == nil:
			at = m[:2]
		default:
			word = ""
		}
	}
	return at, word
}

// standaloneNext reports a project of Next.js that builds no server that runs by
// itself. Where its configuration decides by something whether it does, it returns the
// place: the build knows. https://nextjs.org/docs/app/api-reference/config/next-config-js/output
func standaloneNext(p *language.Project, m *manifest) (undecided diag.Range, diags diag.List) {
	const hint = `write output: "standalone" into it, or name what to start with "entrypoint"`
	for _, name := range nextConfigs {
		file := path.Join(p.Dir(), name)
		data, err := fs.ReadFile(p.FS, file)
		if err != nil {
			continue
		}
		src := &diag.Source{Name: file, Data: data}
		switch at, word := outputOf(data); {
		case at == nil:
			diags.Errorf(src.Line(1), "%s does not say output: \"standalone\", so there is no server that runs by itself", file).Hint = hint
		case word == "":
			undecided = src.Range(at[0], at[1])
		case word == "export":
			diags.Errorf(src.Range(at[0], at[1]), "%s makes plain files and no server", file).Hint = `write "language: static"`
		case word != "standalone":
			diags.Errorf(src.Range(at[0], at[1]), "%s makes no server that runs by itself", file).Hint = hint
		}
		return undecided, diags
	}
	at, _ := m.requires("next", allDeps)
	d := diags.Errorf(at, "there is no %s that says output: \"standalone\", so there is no server that runs by itself", nextConfigs[0])
	d.Hint, d.Missing = "write one with module.exports = { output: \"standalone\" }", path.Join(p.Dir(), nextConfigs[0])
	return undecided, diags
}

// servesItself reports whether the script "start" starts a server of the project's own
// that has the framework's in it, so that what the framework makes is not all of it.
func (n *project) servesItself() bool {
	if n.frame == nil || n.frame.imports == nil {
		return false
	}
	s, err := (&reader{m: n.m}).follow("start", deepest)
	if err != nil || s.File == "" {
		return false
	}
	base := strings.TrimSuffix(path.Base(s.File), path.Ext(s.File))
	for _, name := range []string{s.File, base + ".ts", "src/" + base + ".ts", "server/" + base + ".ts"} {
		data, err := fs.ReadFile(n.FS, path.Join(n.Dir(), inProject(name)))
		if err == nil {
			return n.frame.imports.Match(data)
		}
	}
	return false
}
