package plan

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// missingFiles reports sources of files that the build context does not have.
func missingFiles(p *language.Project) (diags diag.List) {
	for _, f := range slices.Concat(p.Spec.Files, p.Spec.Build.Files) {
		if !f.From.IsSet() || f.Source.IsSet() {
			continue
		}
		name := contextPath(f.From.Value)
		matches, err := fs.Glob(p.FS, name)
		if _, statErr := fs.Stat(p.FS, name); statErr == nil || err == nil && len(matches) > 0 {
			continue
		}
		d := diags.Errorf(f.From.Range, "no %q in the build context", name)
		d.Missing, d.Hint = name, similar(p.FS, name)
	}
	return diags
}

// similar returns the hint that names the entry nearest to one that is not there,
// directory by directory.
func similar(fsys fs.FS, name string) string {
	near := "."
	for _, part := range strings.Split(name, "/") {
		entries, _ := fs.ReadDir(fsys, near)
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if !slices.Contains(names, part) {
			var ok bool
			if part, ok = diag.Nearest(part, names); !ok {
				return ""
			}
		}
		near = path.Join(near, part)
	}
	return fmt.Sprintf("did you mean %q?", near)
}

// contextPath returns a path of the spec as fs.FS wants it.
func contextPath(p string) string {
	return cmp.Or(strings.TrimPrefix(path.Clean("/"+p), "/"), ".")
}

// overlay returns build.files as copies over the source.
func overlay(files spec.Files) []Op {
	var ops []Op
	for _, f := range files {
		from := language.FromContext
		if f.Source.IsSet() {
			from = language.FromSource(f.Source.Value)
		}
		to, _ := f.Place()
		ops = append(ops, Op{From: from, Copy: contextPath(f.From.Value), To: to, Mode: f.Mode.Value})
	}
	return ops
}

// Source is where a spec's files come from, beside the build context.
type Source struct {
	Origin language.Origin
	Name   string // of the named context, target or image
	Range  diag.Range
}

// Sources returns where the files of the plan come from that its steps do not
// make, each once.
func (p *Plan) Sources() []Source {
	var sources []Source
	add := func(s Source) {
		if !slices.ContainsFunc(sources, func(o Source) bool { return o.Origin == s.Origin }) {
			sources = append(sources, s)
		}
	}
	if p.Runtime.Kind == Scratch && p.Spec.Certificates.Or(true) {
		add(Source{Origin: language.FromCABundle, Name: DistrolessRef("static", false)})
	}
	for _, c := range p.Image.Copies() {
		if c.From.Kind == language.OfImage {
			add(Source{Origin: c.From, Name: c.From.Name})
		}
	}
	for _, f := range slices.Concat(p.Spec.Build.Files, p.Spec.Files) {
		if f.Source.IsSet() {
			add(Source{language.FromSource(f.Source.Value), f.Source.Value, f.Source.Range})
		}
	}
	return sources
}
