package node

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// contents returns the packages of the trees that the image has: every package.json of
// a package in a directory node_modules, wherever those are.
func contents(b *language.Built) ([]bom.Package, error) {
	t := &inventory{}
	for _, c := range b.Image.Copies() {
		fsys, err := b.Open(c.From)
		if err != nil {
			return nil, err
		}
		if err := t.walk(fsys, path.Clean(c.Path), c.Exclude); err != nil {
			return nil, err
		}
	}
	return t.packages, nil
}

// inventory collects the packages of trees.
type inventory struct{ packages []bom.Package }

// walk looks for directories node_modules in a directory. Links are not followed: what
// they lead to is found where it is.
func (t *inventory) walk(fsys fs.FS, dir string, exclude []string) error {
	entries, err := fs.ReadDir(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was left for the layer
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case !e.IsDir():
		case e.Name() == "node_modules":
			err = t.modules(fsys, name, exclude)
		default:
			err = t.walk(fsys, name, exclude)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// modules adds the packages of a directory node_modules, and of those in them.
func (t *inventory) modules(fsys fs.FS, dir string, exclude []string) error {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case !e.IsDir():
		case strings.HasPrefix(e.Name(), "@"):
			err = t.modules(fsys, name, exclude)
		case strings.HasPrefix(e.Name(), "."):
			err = t.walk(fsys, name, exclude) // of pnpm: .pnpm/NAME@VERSION/node_modules
		default:
			err = t.add(fsys, name, exclude)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// add adds the package in a directory, if there is one, and those that it has for
// itself. Other directories of it are its own business.
func (t *inventory) add(fsys fs.FS, dir string, exclude []string) error {
	if left(dir, exclude) {
		return nil
	}
	data, err := fs.ReadFile(fsys, path.Join(dir, "package.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		p, err := packageOf(data)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		if p.Name != "" {
			t.packages = append(t.packages, p)
		}
	}
	if own := path.Join(dir, "node_modules"); language.IsDir(fsys, own) {
		return t.modules(fsys, own, exclude)
	}
	return nil
}

// left reports whether a directory stays behind: patterns of copies are of the ends of
// paths, in as many parts as they have themselves.
func left(dir string, exclude []string) bool {
	return slices.ContainsFunc(exclude, func(pattern string) bool {
		pattern = strings.TrimPrefix(pattern, "**/")
		parts := strings.Split(dir, "/")
		n := strings.Count(pattern, "/") + 1
		ok, _ := path.Match(pattern, strings.Join(parts[max(len(parts)-n, 0):], "/"))
		return ok
	})
}

// packageOf returns the package that a package.json is of. One without a version is a
// part of another that says how its files are read.
func packageOf(data []byte) (bom.Package, error) {
	var m struct {
		Name    string          `json:"name"`
		Version string          `json:"version"`
		License json.RawMessage `json:"license"`
	}
	const mark = "\xef\xbb\xbf" // of the order of bytes, which some editors write
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte(mark)), &m); err != nil {
		return bom.Package{}, err
	}
	if m.Name == "" || m.Version == "" {
		return bom.Package{}, nil
	}
	return bom.Package{
		Name: m.Name, Version: m.Version, URL: bom.URL("npm", m.Name, m.Version), License: licenseOf(m.License),
	}, nil
}

// licenseOf returns a declared licence: a text, or an object with its type.
func licenseOf(data json.RawMessage) string {
	var text string
	if json.Unmarshal(data, &text) == nil {
		return text
	}
	var object struct{ Type string }
	if json.Unmarshal(data, &object) == nil {
		return object.Type
	}
	return ""
}
