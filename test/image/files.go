package image

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	continuity "github.com/containerd/continuity/fs"
)

// A File is what a container of the image sees at one path.
type File struct {
	Mode     fs.FileMode // type, permissions, setuid, setgid and sticky bits
	UID, GID int
	Size     int64
	ModTime  time.Time
	Linkname string // of a symbolic link: its target
	Xattrs   string // names of its extended attributes, such as "security.capability"
	Layer    int    // index of the layer that the file comes from

	source string // in that layer, where the content is: the path, or what a hard link links to
}

// Files returns all files of the image by absolute path, such as "/etc/passwd",
// after whiteouts. Paths are as the layers have them: below a link to a
// directory there is nothing.
func (i *Image) Files() (map[string]File, error) {
	i.once.Do(func() { i.files, i.err = i.flatten() })
	return maps.Clone(i.files), i.err
}

func (i *Image) flatten() (map[string]File, error) {
	layers, release, err := i.hold(context.Background())
	if err != nil {
		return nil, err
	}
	defer release()
	files := map[string]File{}
	for n, l := range layers {
		for _, hdr := range l.entries {
			add(files, n, hdr)
		}
	}
	return files, nil
}

func absolute(name string) string { return path.Clean("/" + name) }

// add applies one entry of layer n: a file, or a whiteout, which removes what
// the layers below have.
func add(files map[string]File, n int, hdr *tar.Header) {
	name := absolute(hdr.Name)
	dir, base := path.Split(name)
	switch {
	case base == ".wh..wh..opq":
		removeBelow(files, path.Clean(dir), n)
		return
	case isWhiteout(hdr):
		gone := dir + strings.TrimPrefix(base, ".wh.")
		delete(files, gone)
		removeBelow(files, gone, n)
		return
	}
	if old, ok := files[name]; ok && old.Mode.IsDir() && hdr.Typeflag != tar.TypeDir {
		removeBelow(files, name, n)
	}
	f := File{
		Mode: hdr.FileInfo().Mode(), UID: hdr.Uid, GID: hdr.Gid, Size: hdr.Size,
		ModTime: hdr.ModTime, Linkname: hdr.Linkname, Xattrs: xattrs(hdr), Layer: n, source: name,
	}
	if hdr.Typeflag == tar.TypeLink {
		f = files[absolute(hdr.Linkname)]
	}
	files[name] = f
}

// isWhiteout tells whether an entry stands for what is no more.
func isWhiteout(hdr *tar.Header) bool {
	return strings.HasPrefix(path.Base(hdr.Name), ".wh.")
}

// xattrs returns the names of an entry's extended attributes, in order.
func xattrs(hdr *tar.Header) string {
	var names []string
	for record := range hdr.PAXRecords {
		if name, ok := strings.CutPrefix(record, "SCHILY.xattr."); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// removeBelow removes what layers below n have under dir.
func removeBelow(files map[string]File, dir string, n int) {
	for name, f := range files {
		if f.Layer < n && strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/") {
			delete(files, name)
		}
	}
}

// ReadFile returns the content of the file at an absolute path; symbolic links
// on the way are followed as in a container.
func (i *Image) ReadFile(name string) ([]byte, error) {
	files, err := i.Files()
	if err != nil {
		return nil, err
	}
	resolved, err := resolve(files, name)
	if err != nil {
		return nil, fmt.Errorf("reading %s in %s: %w", name, i.Digest, err)
	}
	f, ok := files[resolved]
	if !ok || !f.Mode.IsRegular() {
		return nil, fmt.Errorf("reading %s in %s: %w", name, i.Digest, fs.ErrNotExist)
	}
	return i.readFrom(f)
}

// resolve returns the path without symbolic links that name stands for.
func resolve(files map[string]File, name string) (string, error) {
	done, rest := "/", strings.Split(strings.TrimPrefix(absolute(name), "/"), "/")
	for hops := 0; len(rest) > 0; {
		next := path.Join(done, rest[0])
		rest = rest[1:]
		f := files[next]
		if f.Mode&fs.ModeSymlink == 0 {
			done = next
			continue
		}
		if hops++; hops > 40 {
			return "", errors.New("too many symbolic links")
		}
		target := f.Linkname
		if !path.IsAbs(target) {
			target = path.Join(done, target)
		}
		rest = append(strings.Split(strings.TrimPrefix(absolute(target), "/"), "/"), rest...)
		done = "/"
	}
	return done, nil
}

func (i *Image) readFrom(f File) ([]byte, error) {
	layers, release, err := i.hold(context.Background())
	if err != nil {
		return nil, err
	}
	defer release()
	at, err := continuity.RootPath(layers[f.Layer].dir, f.source)
	if err != nil {
		return nil, fmt.Errorf("reading %s in %s: %w", f.source, i.Digest, err)
	}
	return os.ReadFile(at)
}
