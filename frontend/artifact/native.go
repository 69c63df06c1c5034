package artifact

import (
	"errors"
	"io"
	"io/fs"
)

// Native is all that is looked at of native code.
type Native struct {
	File     *File    `json:",omitempty"`
	Problem  string   `json:",omitempty"` // why there is no File
	Versions []string `json:",omitempty"` // those that it has as a library
}

// Describe reads all that is looked at of native code.
func Describe(r io.ReaderAt) *Native {
	file, err := Inspect(r)
	if err != nil {
		return &Native{Problem: err.Error()}
	}
	return &Native{File: file, Versions: versionsAt(r)}
}

func (n *Native) opened() (*File, error) {
	if n.File == nil {
		return nil, errors.New(n.Problem)
	}
	return n.File, nil
}

// Knowing is a file system that knows what native code in it says of itself.
type Knowing interface {
	// Native returns what a file says, and nil where it is not known.
	Native(name string) *Native
}

// known returns what a file system knows of a file.
func known(fsys fs.FS, name string) *Native {
	if k, ok := fsys.(Knowing); ok {
		return k.Native(name)
	}
	return nil
}
