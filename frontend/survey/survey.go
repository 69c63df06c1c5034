// Package survey notes what there is in a tree of files: their names, what they are, and
// what native code says of itself. Who has the note asks nothing of the files themselves,
// which may be layers that nobody has downloaded yet.
package survey

import (
	"bytes"
	"compress/gzip"
	"debug/elf"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"syscall"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/stagefront/stagefront/frontend/artifact"
)

// Survey is what there is in a tree: what directories hold, by their paths in it, and in
// the order of names.
type Survey map[string][]File

// File is a file, a directory or a link.
type File struct {
	Base     string           `json:"name"`
	FileMode fs.FileMode      `json:"mode"`
	Length   int64            `json:"size,omitempty"`
	Changed  int64            `json:"time,omitempty"` // nanoseconds since 1970
	UID      int              `json:"uid,omitempty"`
	GID      int              `json:"gid,omitempty"`
	Link     string           `json:"link,omitempty"`    // where it leads
	Capable  bool             `json:"capable,omitempty"` // it has capabilities of its own
	Native   *artifact.Native `json:"native,omitempty"`  // of executables and libraries
	Data     []byte           `json:"data,omitempty"`    // of files whose content is noted
}

// Write surveys the tree at root and writes what it found into a file. The content is
// noted of the files that are named by their paths in the tree.
func Write(root, into string, contents []string) error {
	found, err := of(root, contents)
	if err != nil {
		return err
	}
	var data bytes.Buffer
	w := gzip.NewWriter(&data)
	if err := json.NewEncoder(w).Encode(found); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(into, data.Bytes(), 0o644)
}

// largest is more than a survey of a million files has, in bytes.
const largest = 256 << 20

// Read returns what Write wrote, which is no survey where a name in the tree is not UTF-8.
func Read(data []byte) (Survey, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var s Survey
	return s, json.NewDecoder(io.LimitReader(r, largest)).Decode(&s)
}

// errName ends a survey that would have another name than a file has.
var errName = errors.New("a name is not UTF-8")

func of(root string, contents []string) (Survey, error) {
	s := Survey{}
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if !utf8.ValidString(rel) {
			return errName
		}
		if e.IsDir() {
			s[rel] = []File{}
		}
		if rel == "." {
			return nil
		}
		f, err := fileAt(name, e)
		if err != nil {
			return err
		}
		if e.Type().IsRegular() && slices.Contains(contents, rel) {
			if f.Data, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		s[path.Dir(rel)] = append(s[path.Dir(rel)], f)
		return nil
	})
	if errors.Is(err, errName) {
		return nil, nil
	}
	return s, err
}

// fileAt returns what a file is, and what it says of itself where it is native code.
func fileAt(name string, e fs.DirEntry) (File, error) {
	info, err := e.Info()
	if err != nil {
		return File{}, err
	}
	f := File{Base: e.Name(), FileMode: info.Mode(), Length: info.Size(), Changed: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		f.UID, f.GID = int(st.Uid), int(st.Gid)
	}
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		if f.Link, err = os.Readlink(name); !utf8.ValidString(f.Link) {
			return f, errName
		}
	case info.Mode().IsRegular():
		size, err := unix.Lgetxattr(name, "security.capability", nil)
		f.Capable = err == nil && size > 0 || errors.Is(err, unix.EOVERFLOW) // of another namespace of users
		return f, f.describe(name)
	}
	return f, err
}

// describe notes what native code says: an executable or a library, and no object file.
func (f *File) describe(name string) error {
	r, err := os.Open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	head := make([]byte, elf.EI_NIDENT+2)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:len(elf.ELFMAG)]) != elf.ELFMAG {
		return nil
	}
	var order binary.ByteOrder = binary.LittleEndian
	if elf.Data(head[elf.EI_DATA]) == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	if kind := elf.Type(order.Uint16(head[elf.EI_NIDENT:])); kind == elf.ET_EXEC || kind == elf.ET_DYN {
		f.Native = artifact.Describe(r)
	}
	return nil
}

// A File is an fs.FileInfo and an fs.DirEntry.

func (f File) Name() string               { return f.Base }
func (f File) Size() int64                { return f.Length }
func (f File) Mode() fs.FileMode          { return f.FileMode }
func (f File) Type() fs.FileMode          { return f.FileMode.Type() }
func (f File) ModTime() time.Time         { return time.Unix(0, f.Changed) }
func (f File) IsDir() bool                { return f.FileMode.IsDir() }
func (f File) Sys() any                   { return nil }
func (f File) Info() (fs.FileInfo, error) { return f, nil }
func (f File) Owner() (uid, gid int)      { return f.UID, f.GID }
