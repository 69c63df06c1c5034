package java

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// sourceDirs are where modules have their sources, with the endings of files and how a
// main method begins.
var sourceDirs = []struct {
	dir, ext string
	main     *regexp.Regexp
}{
	{"src/main/java", ".java", mainMethod}, {"src/main/kotlin", ".kt", mainMethod}, {"src/main/groovy", ".groovy", mainMethod},
	{"src/main/scala", ".scala", scalaMain},
}

var mainMethod = regexp.MustCompile(`(?m)^\s*(?:public\s+)?(?:final\s+)?(?:public\s+)?static\s+(?:public\s+)?(?:final\s+)?void\s+main\s*\(|^\s*fun\s+main\s*\(|^object\s+\w+\s+extends\s+App\b`)

// scalaMain is how one begins in Scala; in Groovy methods of objects begin so too.
var scalaMain = regexp.MustCompile(mainMethod.String() + `|^\s*(?:@main\s+def\s|def\s+main\s*\()`)

// hasMain reports whether a source file of a module has a main method.
func hasMain(fsys fs.FS, dir string) bool {
	for _, s := range sourceDirs {
		found := false
		_ = fs.WalkDir(fsys, path.Join(dir, s.dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil || found {
				return fs.SkipAll
			}
			if d.Type().IsRegular() && strings.HasSuffix(name, s.ext) {
				data, _ := fs.ReadFile(fsys, name)
				found = s.main.Match(data)
			}
			return nil
		})
		if found {
			return true
		}
	}
	return false
}
