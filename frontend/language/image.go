package language

import (
	"cmp"
	"path"

	"github.com/stagefront/stagefront/frontend/spec"
)

// Image is what a recipe puts into the image, and how it is started.
type Image struct {
	Layers     []Layer // what changes least comes first
	Entrypoint []string
	Path       []string  `json:",omitempty"` // directories that come first on PATH
	Env        spec.Vars `json:",omitempty"` // defaults; the spec's env wins
	// Workdir is the directory that the program expects to be started in; AppDir
	// where it is empty. The spec's wins, and so does a custom runtime's own.
	Workdir string `json:",omitempty"`
	// Writes are directories that the program writes into, such as caches of its own.
	// They belong to the user.
	Writes []string `json:",omitempty"`
}

// Dir returns the working directory.
func (i Image) Dir() string { return cmp.Or(i.Workdir, AppDir) }

// Copies returns the copies of all layers.
func (i Image) Copies() []Copy {
	var all []Copy
	for _, l := range i.Layers {
		all = append(all, l.Copies...)
	}
	return all
}

// Layer is a part of the image that changes apart from others.
type Layer struct {
	Name   string // for the person watching: "dependencies"
	Copies []Copy
	Links  []Link `json:",omitempty"`
	Files  []File `json:",omitempty"`
}

// Copy is what goes into the image of the result of a step.
type Copy struct {
	From    Origin
	Path    string   // file or directory in there; of a directory, its content
	To      string   // absolute path in the image
	Exclude []string `json:",omitempty"` // patterns of what stays behind, relative to Path
	Mode    uint32   `json:",omitempty"` // 0: 0755 where executable, 0644 elsewhere
	// Natives is a file in the result, outside of the copy, that lists what in
	// it is native code: a line each with its path below Path, a tab, and what
	// it belongs to. Behind another tab may stand whether it is for one platform at
	// all: "own" is a file of the project, "any" one of a package that says that it is
	// for all platforms, and neither has to be for the target. Empty: there is none.
	Natives string `json:",omitempty"`
	// Libc is the C library that native code of the list is loaded with; "" is any.
	Libc string `json:",omitempty"`
}

// Link is a symbolic link of the image.
type Link struct{ Path, To string }

// File is a text file that is written.
type File struct {
	Path string // in the image; of a step, its name in FilesDir
	Data string
}

// ProgramImage returns the image of a program that compile leaves as one executable.
func ProgramImage(name string) Image {
	to := path.Join(ProgramDir, name)
	return Image{
		Layers:     []Layer{{Name: "program", Copies: []Copy{{Path: name, To: to, Mode: 0o755}}}},
		Entrypoint: []string{to},
	}
}

// Runtime is an image that can hold a program: a variant of distroless, or any image.
type Runtime struct {
	Variant string `json:",omitempty"` // of distroless: "static"
	Ref     string `json:",omitempty"` // else the image
}
