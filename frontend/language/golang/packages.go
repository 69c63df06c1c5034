package golang

import (
	"errors"
	"fmt"
	"go/build"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// finder looks for main packages in a project, as the go command would see
// it for one platform.
type finder struct {
	project *language.Project
	fs      fs.FS
	dir     string // of the project, in the context
	ws      *workspace
	targets []string // of the spec
	build   build.Context
}

func newFinder(p *language.Project, ws *workspace, g platform) *finder {
	ctx := build.Default
	ctx.GOROOT, ctx.GOPATH = "", ""
	ctx.GOOS, ctx.GOARCH = "linux", g.architecture
	ctx.CgoEnabled = p.Spec.Build.Cgo.Or(false)
	ctx.BuildTags = effectiveTags(p.Spec)
	ctx.ReleaseTags = releaseTags(p, ws)
	ctx.JoinPath = path.Join
	ctx.IsAbsPath = path.IsAbs
	ctx.IsDir = func(name string) bool { return language.IsDir(p.FS, name) }
	ctx.HasSubdir = func(_, _ string) (string, bool) { return "", false }
	ctx.ReadDir = func(dir string) ([]fs.FileInfo, error) { return readInfos(p.FS, dir) }
	ctx.OpenFile = func(name string) (io.ReadCloser, error) { return p.FS.Open(name) }
	return &finder{p, p.FS, p.Dir(), ws, p.Targets, ctx}
}

// readInfos returns what is in a directory but tests, which no program is made of. Go files
// are read at the same time: they are asked for one after the other.
func readInfos(fsys fs.FS, dir string) ([]fs.FileInfo, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	var infos []fs.FileInfo
	var sources []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		infos = append(infos, info)
		if strings.HasSuffix(e.Name(), ".go") {
			sources = append(sources, path.Join(dir, e.Name()))
		}
	}
	language.Together(sources, func(name string) { _, _ = fs.ReadFile(fsys, name) })
	return infos, nil
}

// tagsOf returns the build tags of a spec; commas separate them in one text, as for -tags.
func tagsOf(s *spec.Spec) []string {
	var tags []string
	for _, t := range s.Build.Tags {
		tags = append(tags, separated(t.Value)...)
	}
	return tags
}

func separated(tags string) []string {
	return strings.FieldsFunc(tags, func(r rune) bool { return r == ',' || r == ' ' })
}

// effectiveTags returns the build tags that the go command goes by: the last it is told,
// by GOFLAGS, by the spec's tags, or by its flags.
func effectiveTags(s *spec.Spec) (tags []string) {
	told := func(flags []string) {
		for i, flag := range flags {
			name, value, has := cutFlag(flag)
			if name == "tags" && !has && i+1 < len(flags) {
				value = flags[i+1]
			}
			if name == "tags" {
				tags = separated(value)
			}
		}
	}
	variable, _ := s.Build.Env.Get("GOFLAGS")
	told(fields(variable.Value))
	if own := tagsOf(s); len(own) > 0 {
		tags = own
	}
	told(s.Build.Flags.Values())
	return tags
}

// pkg reads the package in a directory of the context. The error says why
// there is none for this platform.
func (f *finder) pkg(dir string) (*build.Package, error) { return f.build.ImportDir(dir, 0) }

func (f *finder) isMain(dir string) bool {
	p, err := f.pkg(dir)
	return err == nil && p.Name == "main"
}

// noPackage says why a directory has no package for the platform.
func noPackage(name, dir string, ctx build.Context, err error) string {
	var none *build.NoGoError
	if !errors.As(err, &none) {
		return fmt.Sprintf("%q is no package: %v", name, strings.ReplaceAll(err.Error(), dir+"/", ""))
	}
	what := fmt.Sprintf("no Go files in %q for linux/%s", name, ctx.GOARCH)
	if len(ctx.BuildTags) > 0 {
		what += " with tags " + strings.Join(ctx.BuildTags, ",")
	}
	if !ctx.CgoEnabled {
		what += " without cgo"
	}
	return what
}
