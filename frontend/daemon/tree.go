package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/moby/buildkit/frontend/gateway/client"
	fstypes "github.com/tonistiigi/fsutil/types"

	"github.com/stagefront/stagefront/frontend/memo"
)

// Tree is the files of a build result as an fs.FS. Links are followed
// inside of the tree. What was read once is kept, so that planning for several
// platforms asks the daemon once; several files are asked for at the same time.
type Tree struct {
	// Ref is the result as the gateway knows it.
	Ref client.Reference
	ctx context.Context // of the frontend call that the tree belongs to

	trace *trace

	listed sync.Map // what directories hold, by their names
	stats  memo.Map[string, fs.FileInfo]
	dirs   memo.Map[string, []fs.DirEntry]
	data   memo.Map[string, []byte]
	pieces memo.Map[piece, []byte]
}

// once returns what ask says of a name, from memory when it was asked before.
func once[T any](memory *memo.Map[string, T], op, name string, ask func() (T, error)) (T, error) {
	if !fs.ValidPath(name) {
		var none T
		return none, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return memory.Get(name, func() (T, error) {
		value, err := ask()
		if err != nil {
			err = &fs.PathError{Op: op, Path: name, Err: notExist(err)}
		}
		return value, err
	})
}

// notExist returns fs.ErrNotExist for an error of the daemon that means it;
// only its text comes through gRPC.
func notExist(err error) error {
	text := err.Error()
	if strings.Contains(text, "no such file or directory") || strings.Contains(text, "not a directory") {
		return fs.ErrNotExist
	}
	return err
}

// Stat returns what name, or what a link of that name leads to, is.
func (f *Tree) Stat(name string) (fs.FileInfo, error) {
	return once(&f.stats, "stat", name, func() (fs.FileInfo, error) {
		if told, known := f.told(name); known && told == nil {
			return nil, fs.ErrNotExist
		} else if known {
			return told, nil
		}
		defer f.trace.ask("stat", name)()
		st, err := f.Ref.StatFile(f.ctx, client.StatRequest{Path: name})
		if err != nil {
			return nil, err
		}
		return info{st, path.Base(name)}, nil
	})
}

// Capable reports whether a file has capabilities of its own, by which a program may do
// what its user may not. Copying it keeps them.
// https://man7.org/linux/man-pages/man7/capabilities.7.html
func (f *Tree) Capable(name string) bool {
	st, err := f.Stat(name)
	return err == nil && st.(info).st.Xattrs["security.capability"] != nil
}

// largest is how much of a file comes through the gateway at once, a little less than
// gRPC lets through.
const largest = 15 << 20

// ReadFile returns the content of a file, which is the caller's own. Pipes and devices
// are not opened: whoever opens a pipe waits for a writer, and that is the daemon.
func (f *Tree) ReadFile(name string) ([]byte, error) {
	data, err := once(&f.data, "open", name, func() ([]byte, error) {
		st, err := f.Stat(name)
		switch {
		case err != nil:
			return nil, cause(err)
		case !st.Mode().IsRegular():
			return nil, errors.New("it is no file")
		case st.Size() > largest:
			return nil, fmt.Errorf("it has %d MiB, and at most %d are read", st.Size()>>20, largest>>20)
		}
		defer f.trace.ask("read", name)()
		return f.Ref.ReadFile(f.ctx, client.ReadRequest{Filename: name})
	})
	return bytes.Clone(data), err
}

// cause returns why a path has an error.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// ReadDir returns the entries of a directory in order.
func (f *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	return once(&f.dirs, "readdir", name, func() ([]fs.DirEntry, error) {
		if told, known := f.told(name); known && told == nil {
			return nil, fs.ErrNotExist
		}
		defer f.trace.ask("list", name)()
		stats, err := f.Ref.ReadDir(f.ctx, client.ReadDirRequest{Path: name})
		if err != nil {
			return nil, err
		}
		var entries []fs.DirEntry
		for _, st := range stats {
			entries = append(entries, fs.FileInfoToDirEntry(info{st, path.Base(st.Path)}))
		}
		f.keep(name, entries)
		return entries, nil
	})
}

// Lstat returns what name is, a link itself and not what it leads to.
func (f *Tree) Lstat(name string) (fs.FileInfo, error) {
	if name == "." {
		return f.Stat(name)
	}
	entries, err := f.ReadDir(path.Dir(name))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Name() == path.Base(name) {
			return e.Info()
		}
	}
	return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
}

// ReadLink returns where a link leads.
func (f *Tree) ReadLink(name string) (string, error) {
	st, err := f.Lstat(name)
	if err != nil {
		return "", err
	}
	if st.Mode()&fs.ModeSymlink == 0 {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return st.(info).st.Linkname, nil
}

// Open returns a file for reading.
func (f *Tree) Open(name string) (fs.File, error) {
	st, err := f.Stat(name)
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		entries, err := f.ReadDir(name)
		return &openDir{openFile{info: st}, entries}, err
	}
	if !st.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("it is no file")}
	}
	return &openFile{st, &readerAt{f, name}, &wholeFile{tree: f, name: name}}, nil
}

// openFile is a file that is read whole, or in pieces.
type openFile struct {
	info fs.FileInfo
	io.ReaderAt
	io.Reader
}

func (o *openFile) Stat() (fs.FileInfo, error) { return o.info, nil }
func (o *openFile) Close() error               { return nil }

// wholeFile reads a file when it is first read from.
type wholeFile struct {
	tree *Tree
	name string
	rest *bytes.Reader
}

func (w *wholeFile) Read(p []byte) (int, error) {
	if w.rest == nil {
		data, err := w.tree.ReadFile(w.name)
		if err != nil {
			return 0, err
		}
		w.rest = bytes.NewReader(data)
	}
	return w.rest.Read(p)
}

// openDir is a directory that was read whole.
type openDir struct {
	openFile
	entries []fs.DirEntry
}

func (o *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: o.info.Name(), Err: fs.ErrInvalid}
}

func (o *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(o.entries)
	} else if len(o.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(o.entries))
	out := o.entries[:n]
	o.entries = o.entries[n:]
	return out, nil
}

// info is the daemon's idea of a file as fs.FileInfo.
type info struct {
	st   *fstypes.Stat
	name string
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.st.Size }
func (i info) Mode() fs.FileMode  { return os.FileMode(i.st.Mode) }
func (i info) ModTime() time.Time { return time.Unix(0, i.st.ModTime) }
func (i info) IsDir() bool        { return i.Mode().IsDir() }
func (i info) Sys() any           { return nil }

// Owner returns who the file belongs to.
func (i info) Owner() (uid, gid int) { return int(i.st.Uid), int(i.st.Gid) }
