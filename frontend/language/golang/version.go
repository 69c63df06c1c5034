package golang

import (
	"cmp"
	"go/version"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// release is a version of Go that something asks for.
type release struct {
	version string // "1.26" or "1.26.3" or "1.27rc1"
	rng     diag.Range
}

// less reports whether v is older than w.
func (v release) less(w release) bool {
	return version.Compare("go"+v.version, "go"+w.version) < 0
}

// minor returns "1.26" for "1.26.3", and a prerelease as it is.
func (v release) minor() string {
	if strings.Contains(v.version, "rc") || strings.Contains(v.version, "beta") {
		return v.version
	}
	return strings.TrimPrefix(version.Lang("go"+v.version), "go")
}

// declared returns the newest version that the workspace asks for, by `go` and
// `toolchain` lines. Before Go 1.21 the go line named the language, not a
// toolchain, so an older one asks for none.
// https://go.dev/doc/toolchain#version
func (ws *workspace) declared() (newest release, found bool) {
	add := func(src *diag.Source, text string, line *modfile.Line) {
		v := release{strings.TrimPrefix(text, "go"), src.Line(line.Start.Line)}
		if text == "default" || !version.IsValid("go"+v.version) || v.less(release{version: "1.21"}) {
			return
		}
		if !found || newest.less(v) {
			newest, found = v, true
		}
	}
	lines := func(src *diag.Source, g *modfile.Go, t *modfile.Toolchain) {
		if g != nil {
			add(src, g.Version, g.Syntax)
		}
		if t != nil {
			add(src, toolchainVersion(t.Name), t.Syntax)
		}
	}
	for _, m := range ws.modules {
		lines(m.src, m.file.Go, m.file.Toolchain)
	}
	if ws.work != nil {
		lines(ws.src, ws.work.Go, ws.work.Toolchain)
	}
	return newest, found
}

// releaseTags returns the build tags of the Go that compiles a workspace: of its
// release, and of all before. What compiled the frontend does not count. Of a
// toolchain image of the spec's the version is not known; it has what the project
// asks for.
func releaseTags(p *language.Project, ws *workspace) (tags []string) {
	t, _, _ := chooseToolchain(p, ws)
	v := release{version: cmp.Or(t.Version, defaultVersion)}
	if floor, declared := ws.declared(); declared && v.less(floor) {
		v = floor
	}
	_, minor, _ := strings.Cut(version.Lang("go"+v.version), ".")
	newest, _ := strconv.Atoi(minor)
	for i := range newest {
		tags = append(tags, "go1."+strconv.Itoa(i+1))
	}
	return tags
}

// toolchainVersion returns the version in a toolchain's name: "go1.26.3-custom".
func toolchainVersion(name string) string {
	name, _, _ = strings.Cut(name, "-")
	return name
}

// pins are the files that pin a version: goenv's, which others read too.
var pins = []language.Pin{{File: ".go-version"}}

// pinnedRelease returns the version that a file pins, in the project or in a
// directory that it is in.
func pinnedRelease(fsys fs.FS, dir string) (release, bool) {
	pin := language.Pinned(fsys, pins, slices.Collect(language.Parents(dir))...)
	v := release{strings.TrimPrefix(pin.Value, "go"), pin.Range}
	return v, version.IsValid("go" + v.version)
}
