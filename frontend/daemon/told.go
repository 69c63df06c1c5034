package daemon

import (
	"io/fs"
	"path"
)

// told returns what the listings that were asked for say of a name, so that nobody asks
// for each of many names that most projects have not. A nil info with true says that
// there is none; false, that only the daemon knows: nobody listed the directory, or the
// name is one of several for a file.
func (f *Tree) told(name string) (fs.FileInfo, bool) {
	for child := name; child != "."; child = path.Dir(child) {
		listing, listed := f.listed.Load(path.Dir(child))
		if !listed {
			continue
		}
		entry, there := listing.(map[string]info)[path.Base(child)]
		if !there {
			return nil, true
		}
		return entry, child == name && entry.st.Linkname == ""
	}
	return nil, false
}

// keep notes a listing for told.
func (f *Tree) keep(dir string, entries []fs.DirEntry) {
	listing := map[string]info{}
	for _, e := range entries {
		if st, err := e.Info(); err == nil {
			listing[e.Name()] = st.(info)
		}
	}
	f.listed.Store(dir, listing)
}
