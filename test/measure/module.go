package main

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// pkg is the product code of one package.
type pkg struct {
	Dir     string // below the module's root: "frontend/spec"; "." is the root itself
	Files   []*file
	Imports []string // directories of other packages of the module, in order
}

// read returns the packages of the module that a directory is the root of, in order
// of their directories. Tests, generated files, testdata and modules inside of the
// module are left out, and so is a package that imports testing: it helps tests.
func read(root string) ([]*pkg, error) {
	module, err := moduleOf(root)
	if err != nil {
		return nil, err
	}
	var packages []*pkg
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name != root && apart(name) {
			return fs.SkipDir
		}
		p, err := readPackage(root, name, module)
		if p != nil {
			packages = append(packages, p)
		}
		return err
	})
	if err == nil && len(packages) == 0 {
		err = fmt.Errorf("%s has no Go code", root)
	}
	slices.SortFunc(packages, func(a, b *pkg) int { return strings.Compare(a.Dir, b.Dir) })
	return packages, err
}

// moduleOf returns the path of the module in a directory.
func moduleOf(root string) (string, error) {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "module" {
			return strings.Trim(words[1], `"`), nil
		}
	}
	return "", fmt.Errorf("%s names no module", filepath.Join(root, "go.mod"))
}

// apart reports whether a directory is no part of the module that it is in.
func apart(dir string) bool {
	base := filepath.Base(dir)
	if base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return true
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return !errors.Is(err, fs.ErrNotExist)
}

// readPackage returns the package of a directory, nil where none is.
func readPackage(root, dir, module string) (*pkg, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	below, err := filepath.Rel(root, dir)
	if err != nil {
		return nil, err
	}
	p := &pkg{Dir: filepath.ToSlash(below)}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := readFile(filepath.Join(dir, e.Name()), path.Join(p.Dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if slices.Contains(f.imports, "testing") {
			return nil, nil
		}
		if f.generated {
			continue
		}
		p.Files = append(p.Files, f)
		for _, i := range f.imports {
			if own, ok := strings.CutPrefix(i, module+"/"); ok {
				p.Imports = append(p.Imports, own)
			}
		}
	}
	if len(p.Files) == 0 {
		return nil, nil
	}
	slices.Sort(p.Imports)
	p.Imports = slices.Compact(p.Imports)
	return p, nil
}

// readFile measures a file, which is called name in what is printed.
func readFile(from, name string) (*file, error) {
	data, err := os.ReadFile(from)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	syntax, err := parser.ParseFile(files, name, data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return measure(name, data, files, syntax), nil
}
