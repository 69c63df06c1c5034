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
	FS      fs.FS // the build context after its ignore rules
	Spec    *spec.Spec
	Build   spec.Platform // what the toolchain runs on
	Targets []string      // of the spec, to choose from where it has no entrypoint of its own
	// Runtime is the files of a custom runtime for the target platform, where an
	// interpreter is looked for. It is nil for other runtimes.
	Runtime fs.FS
}

// Dir returns the project's directory in the context: "." or "services/api".
func (p *Project) Dir() string { return path.Clean(p.Spec.Project.Or(".")) }

// Alternatives returns names as a sentence lists them: "a, b or c".
func Alternatives(names []string) string {
	if n := len(names) - 1; n > 0 {
		return strings.Join(names[:n], ", ") + " or " + names[n]
	}
	return strings.Join(names, "")
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

// Subdirs returns the directories below dir, at most depth levels down, in
// order, without those that hold no project of their own by convention.
func Subdirs(fsys fs.FS, dir string, depth int) []string {
	if depth == 0 {
		return nil
	}
	entries, _ := fs.ReadDir(fsys, dir)
	var dirs []string
	for _, e := range entries {
		if !e.IsDir() || skippedDir(e.Name()) {
			continue
		}
		sub := path.Join(dir, e.Name())
		dirs = append(dirs, sub)
		dirs = append(dirs, Subdirs(fsys, sub, depth-1)...)
	}
	return dirs
}

func skippedDir(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		name == "vendor" || name == "node_modules" || name == "testdata"
}

func IsFile(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

func IsDir(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

// Upwards returns the nearest directory from dir up to the context's root that
// holds a file of a name, and whether there is one.
func Upwards(fsys fs.FS, dir, name string) (string, bool) {
	for {
		if IsFile(fsys, path.Join(dir, name)) {
			return dir, true
		}
		if dir == "." {
			return "", false
		}
		dir = path.Dir(dir)
	}
}

// ReadSource returns a file of the context, nil with an error in the list when it
// cannot be read.
func ReadSource(fsys fs.FS, name string) (*diag.Source, diag.List) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		var diags diag.List
		diags.Errorf(diag.Range{}, "cannot read %q: %v", name, err)
		return nil, diags
	}
	return &diag.Source{Name: name, Data: data}, nil
}

// Relative returns a directory that is root or below it as a path from there.
func Relative(root, dir string) string {
	if root == "." {
		return dir
	}
	return strings.TrimPrefix(dir, root+"/")
}
