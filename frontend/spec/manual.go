package spec

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// The manual is the doc comments of the types that hold a spec. A key's comment
// says what it is, then, each where there is one, its default and an example
// that is part of a spec:
//
//	// Working directory of the container.
//	// Default: /app.
//	//
//	//	workdir: /srv
//	Workdir Text `spec:"workdir"`

// sources are the files that the types are in.
//
//go:embed spec.go build.go files.go healthcheck.go manual.go
var sources embed.FS

// document is what a file holds beside a spec.
type document struct {
	// Several images from one file, by name: `--target worker`. Each takes the keys
	// of a spec but `checks`, and what it does not say it has from the top level. A
	// comment above it that begins with its name is its description. The names
	// `test` and `binary` are built in.
	// Default: one image, that of the top level.
	//
	//	targets:
	//	  # worker does the jobs that requests leave
	//	  worker:
	//	    entrypoint: ./cmd/worker
	//	  # debug has a shell
	//	  debug:
	//	    entrypoint: ./cmd/server
	//	    runtime: distroless:debug
	Targets targets `spec:"targets" said:"stages,services,images,target"`
}

// targets stands for the specs of several images.
type targets map[string]*Spec

// key is a key of the spec as the manual has it.
type key struct {
	path string // from the top level, with dots: "build.args", "files.to"
	typ  reflect.Type
	of   []string // the languages that it is for; none where it is for all
	manual
}

// name returns the key as it is written.
func (k key) name() string { return k.path[strings.LastIndex(k.path, ".")+1:] }

// manual is what a key's comment says.
type manual struct {
	doc     string // one paragraph
	def     string
	example string // a piece of a spec; empty where an example of the key above shows it
}

// topKeys returns the keys of a file.
func topKeys() []key {
	return append(keysOf(reflect.TypeFor[Spec](), ""), keysOf(reflect.TypeFor[document](), "")...)
}

// keysOf returns the keys of a struct, in its order, where path is the key that
// it belongs to.
func keysOf(t reflect.Type, path string) []key {
	var keys []key
	block := blockOf(t)
	for _, name := range block.keys {
		f := block.fields[name]
		comment := comments()[t.Name()+"."+f.Name]
		keys = append(keys, key{strings.TrimPrefix(path+"."+name, "."), f.Type, languages(f), readManual(comment)})
	}
	return keys
}

// inner returns the keys that are written below k, none where it is no map of
// fixed keys, or a list of such.
func (k key) inner() []key {
	switch {
	case k.typ == reflect.TypeFor[Files]():
		keys := keysOf(reflect.TypeFor[File](), k.path)
		return slices.DeleteFunc(keys, func(k key) bool { return k.path == "build.files.owner" })
	case forms[k.typ].schema == nil && k.typ.Kind() == reflect.Struct:
		return keysOf(k.typ, k.path)
	}
	return nil
}

// comments are those of types and their fields: of "Build" and "Build.Args".
var comments = sync.OnceValue(func() map[string]string {
	found := map[string]string{}
	files, err := sources.ReadDir(".")
	if err != nil {
		panic(err) // it is in the program
	}
	for _, f := range files {
		source, err := sources.ReadFile(f.Name())
		if err != nil {
			panic(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments)
		if err != nil {
			panic(err) // it was compiled
		}
		for _, d := range file.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				addComments(found, d)
			}
		}
	}
	return found
})

func addComments(found map[string]string, d *ast.GenDecl) {
	for _, s := range d.Specs {
		t := s.(*ast.TypeSpec)
		found[t.Name.Name] = d.Doc.Text()
		body, ok := t.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range body.Fields.List {
			for _, name := range f.Names {
				found[t.Name.Name+"."+name.Name] = f.Doc.Text()
			}
		}
	}
}

// readManual takes a comment apart.
func readManual(comment string) (m manual) {
	to := &m.doc
	for line := range strings.Lines(comment) {
		text := strings.TrimSpace(line)
		switch rest, isDefault := strings.CutPrefix(text, "Default: "); {
		case strings.HasPrefix(line, "\t"):
			m.example += strings.TrimPrefix(line, "\t")
			continue
		case isDefault:
			to, text = &m.def, rest
		}
		*to = strings.TrimSpace(*to + " " + text)
	}
	return m
}
