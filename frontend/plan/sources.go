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

// missingFiles reports sources of files that the build context does not have, and
// links among them that lead to nothing in it. A link that is named is followed, as a
// Dockerfile's COPY does; those in a directory that is named are copied as links.
func missingFiles(p *language.Project) (diags diag.List) {
	for _, f := range slices.Concat(p.Spec.Files, p.Spec.Build.Files) {
		if !f.From.IsSet() || f.Source.IsSet() {
			continue
		}
		name := f.Path()
		if info, err := fs.Stat(p.FS, name); err == nil {
			if !info.Mode().IsRegular() && !info.IsDir() {
				diags.Errorf(f.From.Range, "%q is neither a file nor a directory", name).Hint = "an image has no use for pipes, sockets and devices"
			}
			continue
		}
		names, _ := fs.Glob(p.FS, name)
		if link, to, dangles := dangling(p.FS, append(names, name)); dangles {
			d := diags.Errorf(f.From.Range, "%q is a link to %q, which is not in the build context", link, to)
			d.Hint = "copy what it leads to into the context, or name a \"source\" that has it"
			if fs.ValidPath(to) {
				d.Missing = to // an ignore file may hide it
			}
		} else if len(names) == 0 {
			d := diags.Errorf(f.From.Range, "no %q in the build context", name)
			d.Missing, d.Hint = name, similar(p.FS, name)
		}
	}
	return diags
}

// inProgramsPlace reports files of the spec that are named for the place where the
// executable goes: one of the two would not be in the image. What directories and images
// bring there by the way, such as a program that was compiled by hand, is below it.
func inProgramsPlace(p *language.Project, recipe *language.Recipe) (diags diag.List) {
	if recipe.Program == "" {
		return nil
	}
	for _, f := range p.Spec.Files {
		to, into := f.Destination(p.Spec.WorkingDir())
		if into && brings(p, f, recipe.Program) {
			to = path.Join(to, recipe.Program)
		}
		if to == path.Join(language.ProgramDir, recipe.Program) {
			diags.Errorf(cmp.Or(f.To.Range, f.Range), "%q is the place of the program that is compiled", to).Hint = "name another place"
		}
	}
	return diags
}

// brings reports whether an entry that is copied into a directory is a file of that name.
func brings(p *language.Project, f spec.File, name string) bool {
	from := f.Path()
	if f.Source.IsSet() {
		return path.Base(from) == name
	}
	found, _ := fs.Glob(p.FS, from)
	return slices.ContainsFunc(found, func(n string) bool { return path.Base(n) == name && !language.IsDir(p.FS, n) })
}

// dangling returns the first link on the way of some paths that leads to nothing, and
// where it leads: a path of the context, or of whoever builds where it is outside.
func dangling(fsys fs.FS, names []string) (link, to string, found bool) {
	for _, name := range names {
		for _, at := range slices.Backward(slices.Collect(language.Parents(name))) {
			info, err := fs.Lstat(fsys, at)
			if err != nil || info.Mode()&fs.ModeSymlink == 0 {
				continue
			}
			if _, err := fs.Stat(fsys, at); err == nil {
				continue
			}
			to, _ := fs.ReadLink(fsys, at)
			if !path.IsAbs(to) {
				to = path.Join(path.Dir(at), to)
			}
			return at, to, true
		}
	}
	return "", "", false
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

// overlay returns build.files as copies over the source.
func overlay(files spec.Files) []Op {
	var ops []Op
	for _, f := range files {
		to, _ := f.Place()
		ops = append(ops, copied(f, to))
	}
	return ops
}

// copied returns the copy of what an entry names.
func copied(f spec.File, to string) Op {
	from := language.FromContext
	if f.Source.IsSet() {
		from = language.FromSource(f.Source.Value)
	}
	return Op{From: from, Copy: f.Path(), To: to, Mode: f.Mode.Value}
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
	seen := map[language.Origin]bool{}
	add := func(s Source) {
		if !seen[s.Origin] {
			sources = append(sources, s)
		}
		seen[s.Origin] = true
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
