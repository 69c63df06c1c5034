package golang

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// unread returns what of the context the go command does not read to compile a program:
// all that is for people and other tools, but what packages beside it embed. C, and
// programs and files that flags name, may read anything, and git sees what is missing.
//
// Where the compiler has a cache, reading the whole source again to know that it is the
// same takes longer than compiling what is; so this is for builders that begin with none.
func unread(p *language.Project, e *entrypoint, g platform) []string {
	if !p.Apart || p.Spec.Build.Cgo.Or(false) || runsForeign(p.Spec) || slices.ContainsFunc(goFlags(p.Spec), readsMore) {
		return nil
	}
	f := newFinder(p, e.workspace, g)
	return slices.DeleteFunc(language.Unread(p), f.embedded)
}

// goFlags returns the flags of the go command that a spec gives.
func goFlags(s *spec.Spec) []string {
	flags, _ := s.Build.Env.Get("GOFLAGS")
	return append(fields(flags.Value), s.Build.Flags.Values()...)
}

// readsMore reports whether a flag has the go command read other files than Go's.
func readsMore(flag string) bool {
	name, value, _ := cutFlag(flag)
	return name == "overlay" || name == "buildvcs" && value != "false"
}

// embedded reports whether a package may embed a file of the context: one of a
// directory that the file is in. https://pkg.go.dev/embed#hdr-Directives
func (f *finder) embedded(name string) bool {
	for dir := range language.Parents(path.Dir(name)) {
		pkg, err := f.pkg(dir)
		if pkg == nil || err != nil && len(pkg.InvalidGoFiles) > 0 || slices.ContainsFunc(pkg.IgnoredGoFiles, f.embeds(dir)) {
			return true
		}
		if slices.ContainsFunc(pkg.EmbedPatterns, func(pattern string) bool {
			return covers(strings.TrimPrefix(pattern, "all:"), language.Relative(dir, name))
		}) {
			return true
		}
	}
	return false
}

// embeds reports whether a Go file of a directory embeds any file. It is asked for those
// that are not of the package as we see it: the go command may know a tag, a level of the
// processor or an experiment more.
func (f *finder) embeds(dir string) func(name string) bool {
	return func(name string) bool {
		data, err := fs.ReadFile(f.fs, path.Join(dir, name))
		return err != nil || bytes.Contains(data, []byte("//go:embed"))
	}
}

// covers reports whether a pattern matches a path, or a directory that it is in.
func covers(pattern, name string) bool {
	for at := range language.Parents(name) {
		if ok, err := path.Match(path.Clean(pattern), at); ok || err != nil {
			return true
		}
	}
	return false
}
