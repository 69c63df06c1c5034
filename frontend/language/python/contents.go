package python

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// contents returns the distributions that are installed in the environment, as their
// own metadata names them: what "pip list" shows of it.
// https://packaging.python.org/en/latest/specifications/recording-installed-packages/
func contents(b *language.Built) (all []bom.Package, err error) {
	for _, c := range b.Image.Copies() {
		if c.To != venv {
			continue
		}
		fsys, err := b.Open(c.From)
		if err != nil {
			return nil, err
		}
		more, err := installed(fsys, strings.TrimPrefix(path.Clean(c.Path), "/"))
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// installed returns the distributions of an environment that is in a directory.
func installed(fsys fs.FS, dir string) (all []bom.Package, err error) {
	lib := path.Join(dir, "lib")
	pythons, err := fs.ReadDir(fsys, lib)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nothing was installed there
	}
	for _, python := range pythons {
		site := path.Join(lib, python.Name(), "site-packages")
		entries, err := fs.ReadDir(fsys, site)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, e := range entries {
			name := path.Join(site, e.Name())
			file, known := metadataFiles[path.Ext(name)]
			switch {
			case !known:
				continue
			case e.IsDir():
				name = path.Join(name, file)
			}
			data, err := fs.ReadFile(fsys, name)
			if err != nil {
				return nil, err
			}
			all = append(all, distribution(string(data)))
		}
	}
	return all, err
}

// metadataFiles are where distributions have their metadata, by the end of the names of
// the directories that tell of them. The oldest tools leave a file of such a name.
var metadataFiles = map[string]string{".dist-info": "METADATA", ".egg-info": "PKG-INFO"}

// distribution returns the package that metadata is of: its fields are lines, up to the
// first empty one, and what is indented goes on with the line before.
func distribution(metadata string) bom.Package {
	field := map[string]string{}
	for line := range strings.Lines(metadata) {
		if strings.TrimSpace(line) == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if _, twice := field[name]; ok && !twice && !strings.HasPrefix(line, " ") {
			field[name] = strings.TrimSpace(value)
		}
	}
	license := field["License-Expression"]
	if license == "" && !strings.EqualFold(field["License"], "unknown") {
		license = field["License"]
	}
	return bom.Package{
		Name: field["Name"], Version: field["Version"], License: license,
		URL: bom.URL("pypi", normal(field["Name"]), field["Version"]),
	}
}
