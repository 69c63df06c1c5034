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

// alternatives returns names as a sentence lists them: "a, b or c".
func alternatives(names []string) string {
	if n := len(names) - 1; n > 0 {
		return strings.Join(names[:n], ", ") + " or " + names[n]
	}
	return strings.Join(names, "")
}

// noProject says that the project's directory has none of the files that mark
// one, and where else they are.
func noProject(p *Project, markers []string) diag.Diagnostic {
	d := diag.Diagnostic{
		Range:   p.Spec.Project.Range,
		Message: fmt.Sprintf("no %s in %s", alternatives(markers), where(p.Dir())),
		Hint:    "is the build context the project's directory?",
		Missing: path.Join(p.Dir(), markers[0]),
	}
	if !isDir(p.FS, p.Dir()) {
		d.Message = fmt.Sprintf("no directory %q in the build context", p.Dir())
		d.Hint = diag.DidYouMean(p.Dir(), subdirs(p.FS, ".", strings.Count(p.Dir(), "/")+1))
	} else if dirs := projectsBelow(p, markers); len(dirs) > 0 {
		d.Hint = fmt.Sprintf("there is one in %s: write \"project: %s\"", diag.Quoted(dirs), dirs[0])
	}
	return d
}

// where names a directory of the context for a message.
func where(dir string) string {
	if dir == "." {
		return "the build context"
	}
	return fmt.Sprintf("%q", dir)
}

// projectsBelow returns directories, at most five and two levels down, that have markers.
func projectsBelow(p *Project, markers []string) []string {
	var dirs []string
	for _, sub := range subdirs(p.FS, p.Dir(), 2) {
		if slices.ContainsFunc(markers, func(m string) bool { return isFile(p.FS, path.Join(sub, m)) }) {
			dirs = append(dirs, sub)
		}
	}
	return dirs[:min(len(dirs), 5)]
}

// subdirs returns the directories below dir, at most depth levels down, in
// order, without those that hold no project of their own by convention.
func subdirs(fsys fs.FS, dir string, depth int) []string {
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
		dirs = append(dirs, subdirs(fsys, sub, depth-1)...)
	}
	return dirs
}

func skippedDir(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		name == "vendor" || name == "node_modules" || name == "testdata"
}

func isFile(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

func isDir(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

// fileText is a text of a file with its place.
type fileText struct {
	value string
	rng   diag.Range
}
