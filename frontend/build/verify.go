package build

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// verify opens what the steps left: the program and other native code are for
// the target, and what the container is to start is there.
func (j *job) verify() ([]artifact.Object, diag.List) {
	var diags diag.List
	p := j.Plan
	if p.Program != "" {
		tree := j.tree(language.FromCompile)
		a, err := open(tree, p.Program, p.Target)
		switch {
		case err != nil:
			diags.Errorf(p.Compile.Range, "compiled %s is not a program for %s: %v", p.Program, p.Target, err)
			return nil, diags
		case tree.Capable(p.Program):
			diags.Errorf(p.Compile.Range, capable, p.Program)
			return nil, diags
		}
		return []artifact.Object{{File: a, Name: "the program", Base: p.Program, Alone: true}}, nil
	}
	var objects []artifact.Object
	for _, c := range p.Image.Copies() {
		found, more := j.natives(c)
		objects = append(objects, found...)
		diags.Add(more)
	}
	diags.Add(j.missingProgram())
	return objects, diags
}

// capable tells of a program to which code that was run has given more than the user of
// the image has.
const capable = "%s has capabilities of its own, by which it may do what its user may not"

func open(tree fs.FS, name string, target spec.Platform) (*artifact.File, error) {
	a, err := artifact.Open(tree, name)
	if err != nil {
		return nil, err
	}
	return a, a.Matches(target)
}

// inTree returns the path that a file of a copy has in what it is copied from.
func inTree(c language.Copy, name string) string {
	return cmp.Or(strings.TrimPrefix(path.Join("/", c.Path, name), "/"), ".")
}

// mostNatives is more native code than any environment has.
const mostNatives = 20_000

// natives opens the native code that a copy lists. What is not for the target is an
// error, but for files that need not be for one platform: of those it is a warning.
func (j *job) natives(c language.Copy) (objects []artifact.Object, diags diag.List) {
	if c.Natives == "" {
		return nil, nil
	}
	tree := j.files(c.From)
	list, err := tree.ReadFile(c.Natives)
	if err != nil {
		diags.Errorf(diag.Range{}, "reading what is native code: %v", err)
		return nil, diags
	}
	if n := bytes.Count(list, []byte("\n")); n > mostNatives {
		diags.Errorf(j.Plan.Compile.Range, "%d files are native code, and at most %d are looked at", n, mostNatives)
		return nil, diags
	}
	harmless := map[string][]string{} // names of files, by what they belong to
	for line := range strings.Lines(string(list)) {
		columns := append(strings.Split(strings.TrimRight(line, "\n"), "\t"), "", "")
		name, owner, kind := columns[0], columns[1], columns[2]
		a, err := open(tree, inTree(c, name), j.Plan.Target)
		if err == nil {
			err = a.Links(c.Libc)
		}
		switch {
		case err == nil && tree.Capable(inTree(c, name)):
			diags.Errorf(j.Plan.Compile.Range, capable, path.Base(name)+" of "+owner)
		case err == nil:
			base := path.Base(name)
			objects = append(objects, artifact.Object{File: a, Name: base + " of " + owner, Base: base})
		case kind == "":
			diags.Errorf(j.Plan.Compile.Range, "%s of %s is not for %s: %v", path.Base(name), owner, j.Plan.Target, err).Hint =
				"is there a release of it for the platform? Else say with \"platforms\" which ones the project supports"
		default:
			harmless[owner] = append(harmless[owner], name)
		}
	}
	for _, owner := range slices.Sorted(maps.Keys(harmless)) {
		diags.Warnf(j.Plan.Compile.Range, "%s of %s is not for %s", some(harmless[owner]), owner, j.Plan.Target).Hint =
			"it does no harm where the program does not load it"
	}
	return objects, diags
}

// some returns the first of a list of names, and how many more there are:
//
//	bin/amd64/tool and 2 more
func some(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
}

// empty returns the names of the layers that compile left nothing for. The last
// layer is always there.
func (j *job) empty() []string {
	var names []string
	layers := j.Plan.Image.Layers
	for _, l := range layers[:len(layers)-1] {
		filled := len(l.Files)+len(l.Links) > 0
		for _, c := range l.Copies {
			filled = filled || j.fills(c, ".")
		}
		if !filled {
			names = append(names, l.Name)
		}
	}
	return names
}

// fills reports whether a copy brings anything but directories, from one of the
// directories in it on.
func (j *job) fills(c language.Copy, dir string) bool {
	entries, err := j.files(c.From).ReadDir(inTree(c, dir))
	if err != nil {
		return true // a file, or something to be told by the copy
	}
	var dirs []string
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case matches(c.Exclude, name):
		case !e.IsDir():
			return true
		default:
			dirs = append(dirs, name)
		}
	}
	return slices.ContainsFunc(dirs, func(name string) bool { return j.fills(c, name) })
}

// matches reports whether one of some patterns is for a path, as copies read them: "**"
// stands for any directories.
func matches(patterns []string, name string) bool {
	ok, err := patternmatcher.MatchesOrParentMatches(name, patterns)
	return err == nil && ok
}

// missingProgram reports that what the container is to start is in no copy, where it
// would be in one.
func (j *job) missingProgram() (diags diag.List) {
	p := j.Plan
	program, near := p.Image.Entrypoint[0], []string(nil)
	below := false
	for _, c := range p.Image.Copies() {
		rest, ok := strings.CutPrefix(program, c.To+"/")
		if !ok {
			continue
		}
		below = true
		tree, name := j.files(c.From), inTree(c, rest)
		if _, err := tree.Stat(name); err == nil {
			return nil
		}
		entries, _ := tree.ReadDir(path.Dir(name))
		for _, e := range entries {
			near = append(near, e.Name())
		}
	}
	for _, l := range p.Image.Layers {
		if slices.ContainsFunc(l.Links, func(k language.Link) bool { return k.Path == program }) {
			return nil
		}
	}
	if below {
		d := diags.Errorf(p.Spec.Entrypoint.Range, "there is no %q among what is installed", path.Base(program))
		if d.Hint = diag.DidYouMean(path.Base(program), near); d.Hint == "" && len(near) > 0 {
			d.Hint = "there are " + strings.Join(near, ", ")
		}
	}
	return diags
}
