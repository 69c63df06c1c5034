package language

import (
	"io"
	"io/fs"

	"github.com/stagefront/stagefront/frontend/spec"
)

// Built is what the steps of a plan left, for a language to say what is in it.
type Built struct {
	*Project // as it was compiled
	Target   spec.Platform
	Recipe   *Recipe
	Program  io.ReaderAt // nil where compile leaves none
	// Open returns the files that an origin has.
	Open func(Origin) (fs.FS, error)
}
