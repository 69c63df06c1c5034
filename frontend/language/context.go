package language

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Subdirs returns the directories below dir, at most depth levels down, in
// order, without those that hold no project of their own by convention.
func Subdirs(fsys fs.FS, dir string, depth int) []string {
	if depth == 0 {
		return nil
	}
	entries, _ := fs.ReadDir(fsys, dir)
	var below, dirs []string
	for _, e := range entries {
		if e.IsDir() && !skippedDir(e.Name()) {
			below = append(below, path.Join(dir, e.Name()))
		}
	}
	if depth > 1 {
		List(fsys, below)
	}
	for _, sub := range below {
		dirs = append(dirs, sub)
		dirs = append(dirs, Subdirs(fsys, sub, depth-1)...)
	}
	return dirs
}

func skippedDir(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		name == "vendor" || name == "node_modules" || name == "testdata"
}

// IsFile reports whether there is a file of a name, or a link to one.
func IsFile(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// IsDir reports whether there is a directory of a name, or a link to one.
func IsDir(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

// Parents yields dir and the directories that it is in, up to the context's root:
// "services/api", "services" and ".".
func Parents(dir string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for yield(dir) && dir != "." && dir != "/" {
			dir = path.Dir(dir)
		}
	}
}

// Upwards returns the nearest directory from dir up to the context's root that
// holds a file of a name, and whether there is one.
func Upwards(fsys fs.FS, dir, name string) (string, bool) {
	for up := range Parents(dir) {
		if IsFile(fsys, path.Join(up, name)) {
			return up, true
		}
	}
	return "", false
}

// maxSource is how large a file may be that is read whole: a little less than what
// comes through the gateway at once.
const maxSource = 15 << 20

// ReadSource returns a file of the context, nil with an error in the list when it
// cannot be read.
func ReadSource(fsys fs.FS, name string) (*diag.Source, diag.List) {
	data, err := fs.ReadFile(fsys, name)
	if err == nil && len(data) <= maxSource {
		return &diag.Source{Name: name, Data: data}, nil
	}
	var diags diag.List
	diags.Errorf(diag.Range{}, "cannot read %q: %v", name, err)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, diags
	}
	if info, err := fs.Stat(fsys, name); err == nil && info.Size() > maxSource {
		diags[0].Message = fmt.Sprintf("%q has %d MiB, and at most %d are read", name, info.Size()>>20, maxSource>>20)
	}
	return nil, diags
}

// Glob returns the names in a directory of the context that match a pattern, as
// fs.Glob does. The directory's own name is no pattern: it may be "[slug]". A
// broken pattern matches nothing.
func Glob(fsys fs.FS, dir, pattern string) []string {
	names, _ := fs.Glob(fsys, path.Join(literally.Replace(dir), pattern))
	return names
}

// literally puts the backslash of path.Match before what it reads as a pattern.
var literally = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

// Relative returns a directory that is root or below it as a path from there.
func Relative(root, dir string) string {
	if root == "." {
		return dir
	}
	return strings.TrimPrefix(dir, root+"/")
}
