package language

import (
	"io"
	"io/fs"
)

// Built is what the steps of a recipe left, for its language to say what is in it.
type Built struct {
	*Recipe
	Executable io.ReaderAt // the program; nil where compile leaves none
	// Open returns the files that an origin has.
	Open func(Origin) (fs.FS, error)
}
