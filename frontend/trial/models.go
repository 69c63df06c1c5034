package trial

import (
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Models are languages that there are none of, of the shapes that the contract
// admits beside those of the languages that there are. The marker of each is its
// name after "mark.".
var Models = []*language.Language{
	model("plain", plain),
	model("trees", trees),
	model("cooked", cooked),
	model("rooted", rooted),
}

func model(name string, recipe func(target spec.Platform) *language.Recipe) *language.Language {
	return &language.Language{
		Name:    name,
		Markers: []string{"mark." + name},
		Recipe: func(_ *language.Project, target spec.Platform) (*language.Recipe, diag.List) {
			return recipe(target), nil
		},
	}
}

// plain runs nothing: files of the project, and a server of an image.
func plain(spec.Platform) *language.Recipe {
	return &language.Recipe{Image: language.Image{
		Layers: []language.Layer{
			{Name: "server", Copies: []language.Copy{{From: language.FromImage("example.com/server"), Path: "bin/server", To: "/usr/bin/server"}}},
			{Name: "site", Copies: []language.Copy{{From: language.FromTree, Path: "public", To: "/srv"}}},
		},
		Entrypoint: []string{"/usr/bin/server"},
	}, Runtimes: []language.Runtime{{Variant: "static"}}}
}

// trees are two of one lock: the builder's beside the source, for compiling, and the
// target's in the image, where the program is started below it.
func trees(target spec.Platform) *language.Recipe {
	dev := Fetch("fetch for the builder", "/dev-tree")
	dev.Places, dev.Writable = []language.Place{{Path: "lib", At: "/src/lib"}, {Path: "web/lib", At: "/src/web/lib"}}, true
	prod := Fetch("fetch for the target", "/prod-tree")
	prod.Platform = target
	r := Compiled(dev)
	r.Compile.Writes = true
	r.Fetches, r.Image.Workdir = []*language.Fetch{dev, prod}, "/app/web"
	r.Image.Writes = []string{"/app/web/cache"}
	r.Image.Layers = append([]language.Layer{{Name: "dependencies", Copies: []language.Copy{
		{From: language.FromFetch(prod), Path: "/", To: "/app/lib"},
	}}}, r.Image.Layers...)
	return r
}

// cooked compiles dependencies apart, with the packages of the target and what was
// fetched, and without the source.
func cooked(target spec.Platform) *language.Recipe {
	sources := Fetch("fetch sources", "/crates")
	cook := Fetch("cook dependencies", "/cooked")
	cook.Platform, cook.Sealed, cook.Packages, cook.Fetches = target, true, true, language.Refs(sources)
	r := Compiled(sources, cook)
	r.Fetches = []*language.Fetch{sources, cook}
	r.Compile.Platform = target
	r.Packages = &language.Packages{Libraries: []string{"libz-dev"}, Architecture: target.Architecture}
	return r
}

// rooted takes libraries of a root that is fetched for the target.
func rooted(target spec.Platform) *language.Recipe {
	root := Fetch("fetch a root", "/sysroot")
	root.Platform = target
	r := Compiled(root)
	r.Fetches, r.Roots = []*language.Fetch{root}, []language.Origin{language.FromFetch(root)}
	r.Compile.Platform = target
	r.Program = "made"
	r.Image = language.ProgramImage("made")
	return r
}

// Fetch returns a fetch of a name that leaves something in a directory.
func Fetch(name, output string) *language.Fetch {
	return &language.Fetch{Step: language.Step{Name: name, Args: []string{"get"}, Dir: "."}, Output: output}
}

// Compiled returns the recipe of a program that is made from what was fetched.
func Compiled(fetches ...*language.Fetch) *language.Recipe {
	return &language.Recipe{
		Toolchain: language.Toolchain{Ref: "example.com/tool"},
		Compile:   language.Step{Name: "make", Args: []string{"make"}, Dir: ".", Fetches: language.Refs(fetches...)},
		Image: language.Image{
			Layers:     []language.Layer{{Name: "program", Copies: []language.Copy{{Path: "made", To: "/app/made"}}}},
			Entrypoint: []string{"/app/made"},
		},
		Runtimes: []language.Runtime{{Variant: "static"}, {Variant: "base"}},
	}
}
