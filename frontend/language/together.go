package language

import (
	"io/fs"
	"path"
	"slices"
	"sync"
)

// atOnce is how many questions are asked together: more than the daemon answers at a time.
const atOnce = 16

// Together calls do for each name, for several at the same time, and returns when all is
// done. It is for asking ahead what will be asked for in order: files that were read, and
// directories that were listed, are known from then on.
func Together(names []string, do func(name string)) {
	var all sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	for _, name := range names {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			do(name)
		})
	}
	all.Wait()
}

// List has directories listed at the same time. What they do not have is not asked for
// afterwards, and what a file is not before it is read.
func List(fsys fs.FS, dirs []string) {
	Together(dirs, func(dir string) { _, _ = fs.ReadDir(fsys, dir) })
}

// LookAhead has those of some files read that are there, at the same time. Names that are
// no paths in fsys are passed over.
func LookAhead(fsys fs.FS, files []string, read func(file string)) {
	files = slices.DeleteFunc(slices.Clone(files), func(file string) bool { return !fs.ValidPath(file) })
	var dirs []string
	for _, file := range files {
		dirs = append(dirs, path.Dir(file))
	}
	List(fsys, dirs)
	Together(files, func(file string) {
		if IsFile(fsys, file) {
			read(file)
		}
	})
}
