package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// A tree is a root filesystem in memory, put together from packages and single
// files. Its tar is a function of its content: sorted by path, times fixed.
type tree struct {
	files map[string]*treeFile // by path without a leading slash
	// merged holds directories that are links into /usr, such as lib: what a
	// package has in them goes to the link's target.
	merged []string
}

type treeFile struct {
	tar.Header
	data []byte
}

// epoch is the time of every file, as in the real distroless images.
var epoch = time.Unix(0, 0)

func newTree() *tree { return &tree{files: map[string]*treeFile{}} }

// merge makes each of dirs a link to the directory of the same name in /usr.
func (t *tree) merge(dirs ...string) {
	for _, dir := range dirs {
		t.link(dir, "usr/"+dir)
		t.merged = append(t.merged, dir)
	}
}

// clean returns the path under which the tree knows name.
func (t *tree) clean(name string) string {
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	first, _, nested := strings.Cut(name, "/")
	if nested && slices.Contains(t.merged, first) {
		return "usr/" + name
	}
	return name
}

func (t *tree) put(f *treeFile) {
	f.Name = t.clean(f.Name)
	f.ModTime, f.AccessTime, f.ChangeTime = epoch, time.Time{}, time.Time{}
	f.Uname, f.Gname = "", ""
	f.Format = tar.FormatUnknown
	t.files[f.Name] = f
}

func (t *tree) dir(name string, mode int64, uid int) {
	t.put(&treeFile{Header: tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: mode, Uid: uid, Gid: uid}})
}

func (t *tree) file(name string, mode int64, data []byte) {
	t.put(&treeFile{Header: tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(data))}, data: data})
}

func (t *tree) link(name, target string) {
	t.put(&treeFile{Header: tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777}})
}

// addTar adds what the tar in r holds, except what skip (by clean path) refuses.
// A directory that a merged name stands for is not added: the link stays.
func (t *tree) addTar(r io.Reader, skip func(name string) bool) error {
	for tr := tar.NewReader(r); ; {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a tar: %w", err)
		}
		name := t.clean(hdr.Name)
		if name == "" || slices.Contains(t.merged, name) || skip(name) {
			continue
		}
		f := &treeFile{Header: *hdr}
		f.PAXRecords, f.Xattrs = nil, nil
		if hdr.Typeflag == tar.TypeLink {
			f.Linkname = t.clean(hdr.Linkname)
		}
		if f.data, err = io.ReadAll(tr); err != nil {
			return fmt.Errorf("reading %s from a tar: %w", hdr.Name, err)
		}
		t.put(f)
	}
}

// under returns the paths of the tree's regular files below dir, sorted.
func (t *tree) under(dir string) []string {
	var names []string
	for name, f := range t.files {
		if strings.HasPrefix(name, dir+"/") && f.Typeflag == tar.TypeReg {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// keep drops every file for whose path wanted is false.
func (t *tree) keep(wanted func(name string) bool) {
	maps.DeleteFunc(t.files, func(name string, _ *treeFile) bool { return !wanted(name) })
}

// follow returns what name is once its links are followed, or nil when there is
// no such file or a link leads out of the tree.
func (t *tree) follow(name string) *treeFile {
	const enough = 10
	for range enough {
		f := t.files[name]
		switch {
		case f == nil || f.Typeflag != tar.TypeSymlink && f.Typeflag != tar.TypeLink:
			return f
		case f.Typeflag == tar.TypeLink || path.IsAbs(f.Linkname):
			name = t.clean(f.Linkname)
		default:
			name = t.clean(path.Join(path.Dir(name), f.Linkname))
		}
	}
	return nil
}

// write writes the tree as a tar: directories before what is in them, missing
// ones added for root, hard links after what they link to.
func (t *tree) write(w io.Writer) error {
	t.addParents()
	tw := tar.NewWriter(w)
	var links []*treeFile
	for _, name := range slices.Sorted(maps.Keys(t.files)) {
		if t.files[name].Typeflag == tar.TypeLink {
			links = append(links, t.files[name])
			continue
		}
		if err := t.files[name].write(tw); err != nil {
			return err
		}
	}
	for _, f := range links {
		if err := f.write(tw); err != nil {
			return err
		}
	}
	return tw.Close()
}

func (t *tree) addParents() {
	for _, name := range slices.Collect(maps.Keys(t.files)) {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if t.files[dir] == nil {
				t.dir(dir, 0o755, 0)
			}
		}
	}
}

func (f *treeFile) write(tw *tar.Writer) error {
	hdr := f.Header
	if hdr.Typeflag == tar.TypeDir {
		hdr.Name += "/"
	}
	if err := tw.WriteHeader(&hdr); err != nil {
		return fmt.Errorf("writing %s: %w", f.Name, err)
	}
	_, err := tw.Write(f.data)
	return err
}
