package python

import (
	"path"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

// sees gives a fetch of packages what it reads of the context: packages' files, uv.lock,
// and of project files what uv reads of them. Of requirements and other locks it has what
// we made of them, so that an edit of what is not installed does not fetch again.
func (y *project) sees(f *language.Fetch, lock *lockfile) {
	for _, file := range lock.manifests {
		part, ok := y.part(file, lock.kind)
		switch {
		case ok && part == "":
			continue
		case ok:
			f.Parts = append(f.Parts, language.File{Path: file, Data: part})
		case isProject(file), isArchive(file), lock.kind == uvLock && file == lock.source:
			f.Manifests = append(f.Manifests, file)
		default:
			continue
		}
		if path.Dir(file) == y.Dir() {
			f.Dir = y.Dir() // where uv looks for settings; it is there for what is in it
		}
	}
}

func isProject(file string) bool { return path.Base(file) == "pyproject.toml" }

// part returns what uv reads of a project file; false of another file, and of one that
// cannot be read.
func (y *project) part(file string, kind lockKind) (part string, ok bool) {
	if !isProject(file) {
		return "", false
	}
	src, err := source(y.FS, y.Memo, file)
	if err != nil {
		return "", false
	}
	part, _ = language.Once(y.Memo, "part of "+file+" for "+string(kind), func() (string, diag.List) {
		return uvPart(src, kind), nil
	})
	return part, true
}

// uvPart returns what uv reads of a project file: where we give it requirements, its own
// settings or nothing, and else all but the tables of other tools. It knows no table of
// these besides Poetry's, which it refuses. What cannot be read as TOML stays as it is.
func uvPart(src *diag.Source, kind lockKind) string {
	root, diags := toml.Parse(src)
	settingsAlone := kind == noLock || kind == listed
	if settingsAlone && diags.Err() == nil && root.Get("tool", "uv") == nil {
		return ""
	}
	part := toml.Part(src, func(keys []string) bool {
		if keys[0] != "tool" {
			return !settingsAlone
		}
		return len(keys) == 1 || keys[1] == "uv" || keys[1] == "poetry" && !settingsAlone
	})
	if kind == uvLock {
		return unversioned(part)
	}
	return part
}

var plainVersion = regexp.MustCompile(`^version\s*=\s*("[^"\\]*"|'[^']*')$`)

// unversioned returns a project file with 0 in place of the project's version, which uv
// insists on and, where there is a lock, makes nothing of. One that is not written on a
// line of its own stays.
func unversioned(text string) string {
	src := &diag.Source{Data: []byte(text)}
	root, _ := toml.Parse(src)
	version := root.Get("project", "version")
	if version == nil || version.Text() == "" || !plainVersion.MatchString(src.Text(version.Range.Start.Line)) {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	lines[version.Range.Start.Line-1] = "version = \"0\"\n"
	return strings.Join(lines, "")
}
