package language

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Project is what a language looks at.
type Project struct {
	FS   fs.FS // the build context after its ignore rules
	Spec *spec.Spec
	// SpecFile is the name of the spec's file, which may be in the context or not.
	SpecFile string
	Host     spec.Platform // what steps run on: the platform of the builder
	Targets  []string      // of the spec, to choose from where it has no entrypoint of its own
	// Shared says that the spec has targets, which share what is fetched.
	Shared bool
	// Apart says that a cache in a registry carries what steps leave, for builders that begin
	// with nothing. Dependencies are to be compiled in a step of their own, since what a
	// compiler keeps for itself it does not carry, and little of the toolchain is to be needed.
	Apart bool
	// Runtime is the files of a custom runtime for the target platform, where an
	// interpreter is looked for. It is nil for other runtimes.
	Runtime fs.FS
	// Fetched is what the first fetch of the recipe left, once a program is compiled;
	// nil before, and where there is none.
	Fetched fs.FS
	// Memo keeps what was read of FS. All projects of a build that look at the same
	// files share it; nil is fine where there is one.
	Memo *Memo
}

// Dir returns the project's directory in the context: "." or "services/api".
func (p *Project) Dir() string { return path.Clean(p.Spec.Project.Or(".")) }

// Toolchain returns the image that the spec names in place of the language's own, and
// whether it names one.
func (p *Project) Toolchain() (Toolchain, bool) {
	t := p.Spec.Toolchain
	return Toolchain{Ref: t.Value, Range: t.Range}, t.IsSet()
}

// Packages returns the distribution's packages that the spec asks for, nil for none:
// for the target, whose architecture the distribution calls so, or for the host
// where results are the same for all targets and no architecture is given.
func (p *Project) Packages(architecture string) *Packages {
	want := p.Spec.Build.Packages
	switch {
	case len(want) == 0:
		return nil
	case architecture == "":
		return &Packages{Names: want.Values(), Range: want[0].Range}
	}
	return &Packages{Libraries: want.Values(), Architecture: architecture, Range: want[0].Range}
}

// Alternatives returns names as a sentence lists them: "a, b or c".
func Alternatives(names []string) string {
	if n := len(names) - 1; n > 0 {
		return strings.Join(names[:n], ", ") + " or " + names[n]
	}
	return strings.Join(names, "")
}

// mostCandidates are told of; nobody reads on.
const mostCandidates = 20

// Ambiguous says that there are several candidates where one is wanted, and which
// key of the spec says which:
//
//	several modules make a program: api, worker; say which: "project: api"
func Ambiguous(at diag.Range, what, key string, candidates []string) diag.Diagnostic {
	told := candidates
	if more := len(candidates) - mostCandidates; more > 0 {
		told = append(slices.Clone(candidates[:mostCandidates]), fmt.Sprintf("and %d more", more))
	}
	return diag.Diagnostic{
		Range:   at,
		Message: fmt.Sprintf("%s: %s", what, strings.Join(told, ", ")),
		Hint:    fmt.Sprintf("say which: \"%s: %s\"", key, candidates[0]),
	}
}

// NoProject says that the project's directory has none of the files that mark
// one, and where else they are.
func NoProject(p *Project, markers []string) diag.Diagnostic {
	d := diag.Diagnostic{
		Range:   p.Spec.Project.Range,
		Message: fmt.Sprintf("no %s in %s", Alternatives(markers), Where(p.Dir())),
		Hint:    "is the build context the project's directory?",
		Missing: path.Join(p.Dir(), markers[0]),
	}
	for _, m := range markers[1:] {
		d.Instead = append(d.Instead, path.Join(p.Dir(), m))
	}
	if !IsDir(p.FS, p.Dir()) {
		d.Message = fmt.Sprintf("no directory %q in the build context", p.Dir())
		d.Hint = diag.DidYouMean(p.Dir(), Subdirs(p.FS, ".", strings.Count(p.Dir(), "/")+1))
	} else if dirs := projectsBelow(p, markers); len(dirs) > 0 {
		d.Hint = fmt.Sprintf("there is one in %s: write \"project: %s\"", diag.Quoted(dirs), dirs[0])
	}
	return d
}

// Where names a directory of the context for a message.
func Where(dir string) string {
	if dir == "." {
		return "the build context"
	}
	return fmt.Sprintf("%q", dir)
}

// projectsBelow returns directories, at most five and two levels down, that have markers.
func projectsBelow(p *Project, markers []string) []string {
	var dirs []string
	for _, sub := range Subdirs(p.FS, p.Dir(), 2) {
		if slices.ContainsFunc(markers, func(m string) bool { return IsFile(p.FS, path.Join(sub, m)) }) {
			dirs = append(dirs, sub)
		}
	}
	return dirs[:min(len(dirs), 5)]
}
