package golang

import (
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

var caches = []language.Cache{{Name: "go-build", Path: "/var/cache/go-build"}}

// environment returns the environment in which the go command works without network,
// for the platform that it runs on.
func environment(p *language.Project, e *entrypoint) spec.Vars {
	cgo := "0"
	if p.Spec.Build.Cgo.Or(false) {
		cgo = "1"
	}
	return spec.Vars{
		{Name: "CGO_ENABLED", Value: cgo},
		{Name: "GOCACHE", Value: caches[0].Path},
		{Name: "GOFLAGS", Value: ""},
		{Name: "GOMODCACHE", Value: modCache},
		{Name: "GOPROXY", Value: "off"},
		{Name: "GOTOOLCHAIN", Value: "local"},
		{Name: "GOWORK", Value: gowork(e.workspace)},
	}
}

func compile(p *language.Project, e *entrypoint, g platform, target spec.Platform, fetch []*language.Fetch) language.Step {
	env := append(environment(p, e), spec.Vars{
		{Name: "GOARCH", Value: g.architecture},
		{Name: "GOOS", Value: "linux"},
	}...)
	env = append(env, g.env...)
	if p.Spec.Build.Cgo.Or(false) {
		env = append(env, cross(g)...)
	}
	return language.Step{
		Name:     "compile " + e.pkg,
		Args:     buildArgs(p.Spec, e),
		Env:      env,
		Dir:      e.dir,
		Caches:   caches,
		Platform: target,
		Fetches:  language.Refs(fetch...),
		Range:    e.rng,
	}
}

// buildArgs returns the go build command: stripped, and the same bytes from
// the same source wherever it is built.
func buildArgs(s *spec.Spec, e *entrypoint) []string {
	args := []string{"go", "build", "-trimpath", "-buildvcs=false", "-ldflags=" + ldflags(s.Build.Ldflags)}
	args = append(args, tagFlags(s)...)
	args = append(args, s.Build.Flags.Values()...)
	return append(args, "-o", path.Join(language.OutputDir, e.name), e.pkg)
}

func tagFlags(s *spec.Spec) []string {
	tags := tagsOf(s)
	if len(tags) == 0 {
		return nil
	}
	return []string{"-tags=" + strings.Join(tags, ",")}
}

// ldflags returns the value of -ldflags: ours, then the spec's. The go
// command splits it at blanks and understands quotes, so the items of a list are quoted.
func ldflags(want spec.Argv) string {
	flags := []string{"-s", "-w", "-buildid="}
	for _, f := range want.Items {
		switch {
		case !want.List || !strings.ContainsAny(f.Value, " \t\n'\""):
			flags = append(flags, f.Value)
		case strings.Contains(f.Value, "'"):
			flags = append(flags, `"`+f.Value+`"`)
		default:
			flags = append(flags, "'"+f.Value+"'")
		}
	}
	return strings.Join(flags, " ")
}
