package plan

import (
	"io/fs"
	"maps"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Base is what the runtime image brings.
type Base struct {
	User    string
	Workdir string
	Env     spec.Vars
	// FS is the files of a custom runtime, whose layout we must ask for. It
	// implements fs.ReadLinkFS, and its infos have an Owner method.
	FS fs.FS
}

// Library is a file that the program loads at run time and the runtime lacks.
type Library struct {
	From language.Origin
	Path string // in there
	To   string // in the image
}

// Found is what opening the compiled program showed.
type Found struct {
	Libraries []Library // that it needs beside those of the runtime
	Packages  []string  // directories of packages' files that the runtime lacks
	Arguments []string  // that start it, after those of the recipe's entrypoint
	Empty     []string  // names of layers that nothing was left for
}

// Export is the last stage: copies onto the runtime, and the image's config.
type Export struct {
	Layers []Layer
	Config Config
}

// Layer is a layer of the image: directories with their owners and modes, and
// what goes into them. It never depends on the base.
type Layer struct {
	Name  string // for the person watching: "files"
	Dirs  []Dir  // every directory that the layer has an opinion on, parents first
	Ops   []Op
	Range diag.Range // what in the spec the layer is for
}

// Dir is a directory of the image.
type Dir struct {
	Path     string
	Mode     uint32
	UID, GID int
}

// Op is one file, or one copy of files.
type Op struct {
	Mkfile string `json:",omitempty"` // path of a file to write
	Data   string `json:",omitempty"` // what Mkfile writes

	Link   string `json:",omitempty"` // path of a symbolic link to make
	Target string `json:",omitempty"` // what Link leads to

	From language.Origin `json:",omitzero"`  // where Copy is looked up
	Copy string          `json:",omitempty"` // path or pattern to copy; of a directory, its content
	To   string          `json:",omitempty"` // where Copy goes; into a directory when it ends in a slash
	// Exclude are patterns of what is not copied, relative to Copy.
	Exclude []string `json:",omitempty"`

	Mode     uint32 // 0 with Copy: 0755 where executable, 0644 elsewhere
	UID, GID int
}

// exporter collects an export.
type exporter struct {
	*Plan
	base  Base
	found Found
	user  Account
	dirs  map[string]Dir // directories that are not plain ones of root, by path
	diags diag.List
}

// Export returns what becomes of the compiled program, of which it is known what
// was found, on a runtime with the given base. It does no I/O but reading base.FS.
func (p *Plan) Export(base Base, found Found) (*Export, diag.List) {
	x := &exporter{Plan: p, base: base, found: found, dirs: maps.Clone(ownedDirs)}
	config := x.config()
	out := &Export{Config: config}
	layers := []Layer{x.system(config), x.libraries(found.Libraries), x.packages(found.Packages)}
	parts := slices.DeleteFunc(x.parts(), func(l Layer) bool { return slices.Contains(found.Empty, l.Name) })
	// The program changes most often, so it comes last, but for what is to be in its place.
	last := len(parts) - 1
	files, over := x.files(config, x.places(parts[last]))
	layers = slices.Concat(layers, parts[:last], []Layer{files, parts[last], over})
	for _, l := range layers {
		if len(l.Ops)+len(l.Dirs) > 0 {
			out.Layers = append(out.Layers, x.placed(l))
		}
	}
	if x.diags.Err() != nil {
		return nil, x.diags
	}
	return out, x.diags
}
