package language

import (
	"io/fs"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Pin is a file by which people pin a version for a tool that switches between
// versions.
type Pin struct {
	File   string // ".tool-versions"
	Before string // what stands before the version in its line: "python "; "" where the line begins with it
}

// Pinned returns the first version that files of a directory pin, with its line:
// of the first file that has one, in the first directory. It returns the zero text
// when none has.
func Pinned(fsys fs.FS, pins []Pin, dirs ...string) diag.Text {
	for _, dir := range dirs {
		for _, p := range pins {
			if v := p.read(fsys, dir); v.Value != "" {
				return v
			}
		}
	}
	return diag.Text{}
}

// read returns the word after what is before it, of the first line that has one.
func (p Pin) read(fsys fs.FS, dir string) diag.Text {
	src, _ := ReadSource(fsys, path.Join(dir, p.File))
	if src == nil {
		return diag.Text{}
	}
	n := 0
	for line := range strings.Lines(string(src.Data)) {
		n++
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), p.Before)
		words := strings.Fields(rest)
		if ok && len(words) > 0 && !strings.HasPrefix(words[0], "#") {
			return diag.Text{Value: words[0], Range: src.Line(n)}
		}
	}
	return diag.Text{}
}
