package static

import (
	"io/fs"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// laid returns what of the site files of the spec may be in the place of, relative to it:
// files and directories, "" for all. What another target or an image brings is not known
// yet, so it may be anything below its destination.
func (s *site) laid() (names []string) {
	for _, f := range s.Spec.Files {
		to, _ := f.Destination(s.Spec.WorkingDir())
		if !f.From.IsSet() || !spec.Overlap(to, siteDir) {
			continue
		}
		for _, at := range s.brought(f) {
			if spec.Overlap(at, siteDir) {
				below, ok := strings.CutPrefix(at, siteDir+"/")
				if !ok { // all of the site is in there
					below = ""
				}
				names = append(names, below)
			}
		}
	}
	return names
}

// brought returns the places in the image that an entry of files fills, as far as is known.
func (s *site) brought(f spec.File) (places []string) {
	to, into := f.Destination(s.Spec.WorkingDir())
	if f.Source.IsSet() {
		return []string{path.Clean(to)}
	}
	found, _ := fs.Glob(s.FS, f.Path())
	for _, root := range found {
		fs.WalkDir(s.FS, root, func(name string, e fs.DirEntry, err error) error {
			switch {
			case err != nil || e.IsDir(): // what cannot be read fails the copy
			case name != root:
				places = append(places, path.Join(to, language.Relative(root, name)))
			case into:
				places = append(places, path.Join(to, path.Base(name)))
			default:
				places = append(places, path.Clean(to))
			}
			return nil
		})
	}
	return places
}
