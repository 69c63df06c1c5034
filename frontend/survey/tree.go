package survey

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/artifact"
)

// Files are the files of a tree, which may be far away.
type Files interface {
	fs.StatFS
	fs.ReadFileFS
	fs.ReadDirFS
	fs.ReadLinkFS
	// Capable reports whether a file has capabilities of its own.
	Capable(name string) bool
}

// Tree is a tree of files with a survey of it. What is in no survey is asked of the files,
// and so is everything where there is none.
type Tree struct {
	Files
	survey func() Survey
}

// Over returns files with what a survey says of them, which is asked for with each
// question, and may be nil.
func Over(files Files, survey func() Survey) *Tree { return &Tree{files, survey} }

// Stat returns what a name, or what a link of that name leads to, is.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	s := t.survey()
	if s == nil {
		return t.Files.Stat(name)
	}
	f, _, err := s.find("stat", name)
	return f, err
}

// ReadDir returns the entries of a directory in order.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	s := t.survey()
	if s == nil {
		return t.Files.ReadDir(name)
	}
	_, at, err := s.find("readdir", name)
	if err != nil {
		return nil, err
	}
	files, is := s[at]
	if !is {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist} // as the daemon says it
	}
	entries := make([]fs.DirEntry, len(files))
	for i, f := range files {
		entries[i] = f
	}
	return entries, nil
}

// ReadFile returns the content of a file.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	if s := t.survey(); s != nil {
		f, _, err := s.find("open", name)
		if err != nil {
			return nil, err
		}
		if f.Mode().IsRegular() && len(f.Data) == int(f.Length) {
			return bytes.Clone(f.Data), nil
		}
	}
	return t.Files.ReadFile(name)
}

// Open opens a file, or says that there is none.
func (t *Tree) Open(name string) (fs.File, error) {
	if s := t.survey(); s != nil {
		if _, _, err := s.find("open", name); err != nil {
			return nil, err
		}
	}
	return t.Files.Open(name)
}

// Lstat returns what a name is, a link itself and not what it leads to.
func (t *Tree) Lstat(name string) (fs.FileInfo, error) {
	s := t.survey()
	if s == nil || name == "." {
		return t.Files.Lstat(name)
	}
	_, dir, err := s.find("lstat", path.Dir(name))
	if err != nil {
		return nil, err
	}
	if f, there := s.in(dir, path.Base(name)); there {
		return f, nil
	}
	return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
}

// ReadLink returns where a link leads.
func (t *Tree) ReadLink(name string) (string, error) {
	if t.survey() == nil {
		return t.Files.ReadLink(name)
	}
	st, err := t.Lstat(name)
	if err != nil {
		return "", err
	}
	if f, ok := st.(File); ok && f.Link != "" {
		return f.Link, nil
	}
	return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
}

// Capable reports whether a file has capabilities of its own.
func (t *Tree) Capable(name string) bool {
	s := t.survey()
	if s == nil {
		return t.Files.Capable(name)
	}
	f, _, err := s.find("stat", name)
	return err == nil && f.Capable
}

// Native returns what native code says of itself.
func (t *Tree) Native(name string) *artifact.Native {
	s := t.survey()
	if s == nil {
		return nil
	}
	f, _, err := s.find("open", name)
	if err != nil {
		return nil
	}
	return f.Native
}

// Ends asks for the beginning and the end of a file ahead, where that is worth it.
func (t *Tree) Ends(name string) {
	if far, ok := t.Files.(interface{ Ends(name string) }); ok {
		far.Ends(name)
	}
}

// mostLinks is after how many links a path is taken to lead nowhere, as the kernel does.
const mostLinks = 40

// find returns what a path leads to, and its path without links, which lead no further up
// than the tree.
func (s Survey) find(op, name string) (File, string, error) {
	wrong := func(err error) (File, string, error) {
		return File{}, "", &fs.PathError{Op: op, Path: name, Err: err}
	}
	if !fs.ValidPath(name) {
		return wrong(fs.ErrInvalid)
	}
	found, at, links := File{Base: ".", FileMode: fs.ModeDir | 0o755}, ".", 0
	for rest := name; rest != ""; {
		base, after, _ := strings.Cut(rest, "/")
		rest = after
		switch base {
		case "", ".":
			continue
		case "..":
			at = path.Dir(at)
			found = s.at(at)
			continue
		}
		next, there := s.in(at, base)
		if !there {
			return wrong(fs.ErrNotExist)
		}
		if next.Link == "" {
			found, at = next, path.Join(at, base)
			continue
		}
		if links++; links > mostLinks {
			return wrong(errors.New("too many links"))
		}
		if strings.HasPrefix(next.Link, "/") {
			found, at = s.at("."), "."
		}
		rest = next.Link + "/" + rest
	}
	return found, at, nil
}

// at returns the directory of a path without links.
func (s Survey) at(dir string) File {
	if dir == "." {
		return File{Base: ".", FileMode: fs.ModeDir | 0o755}
	}
	f, _ := s.in(path.Dir(dir), path.Base(dir))
	return f
}

// in returns the file of a name in a directory.
func (s Survey) in(dir, base string) (File, bool) {
	i, there := slices.BinarySearchFunc(s[dir], base, func(f File, base string) int {
		return strings.Compare(f.Base, base)
	})
	if !there {
		return File{}, false
	}
	return s[dir][i], true
}
