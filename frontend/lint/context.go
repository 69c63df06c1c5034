package lint

import (
	"fmt"
	"io/fs"

	"github.com/stagefront/stagefront/frontend/diag"
)

// What a context without an ignore file may hold before it is worth a word.
const (
	largeContext = 50 << 20 // bytes
	manyFiles    = 5000
)

const hugeContext = "the build context has more than %s and there is no .dockerignore; " +
	"list what the build does not read"

func noIgnoreFile(in *Input, report func(diag.Range, string, ...any)) {
	if in.Ignored || in.Files == nil {
		return
	}
	var size int64
	files := 0
	fs.WalkDir(in.Files, ".", func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			size += info.Size()
			files++
		}
		if size > largeContext || files > manyFiles {
			return fs.SkipAll
		}
		return nil
	})
	switch {
	case size > largeContext:
		report(diag.Range{}, hugeContext, fmt.Sprint(largeContext>>20, " MiB"))
	case files > manyFiles:
		report(diag.Range{}, hugeContext, fmt.Sprint(manyFiles, " files"))
	}
}
