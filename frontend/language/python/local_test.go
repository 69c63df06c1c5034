package python

import (
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/trial"
)

// declares is what every project of these tests declares.
const declares = "[project]\nname = \"app\"\nversion = \"1\"\ndependencies = [\"shared\"]\n"

// referring are files that refer to a package by a path PATH, one for each format.
// Those of directories differ from those of files, where a tool writes them so.
var referring = []struct {
	file         string
	dir, archive string // the file's text
	project      string // "-" where there is no project file
}{
	{
		file:    "uv.lock",
		dir:     uvHead + "[[package]]\nname = \"shared\"\nversion = \"1\"\nsource = { editable = \"PATH\" }\n",
		archive: uvHead + "[[package]]\nname = \"shared\"\nversion = \"1\"\nsource = { path = \"PATH\" }\nwheels = [{ filename = \"shared-1-py3-none-any.whl\", hash = \"sha256:00\" }]\n",
	},
	{
		file:    "pylock.toml",
		dir:     "[[packages]]\nname = \"shared\"\ndirectory = { path = \"PATH\" }\n",
		archive: "[[packages]]\nname = \"shared\"\nversion = \"1\"\narchive = { path = \"PATH\", hashes = { sha256 = \"00\" } }\n",
	},
	{
		file:    "poetry.lock",
		dir:     "[[package]]\nname = \"shared\"\nversion = \"1\"\ngroups = [\"main\"]\nfiles = []\n[package.source]\ntype = \"directory\"\nurl = \"PATH\"\n",
		archive: "[[package]]\nname = \"shared\"\nversion = \"1\"\ngroups = [\"main\"]\nfiles = [{file = \"shared-1-py3-none-any.whl\", hash = \"sha256:00\"}]\n[package.source]\ntype = \"file\"\nurl = \"PATH\"\n",
	},
	{
		file:    "pdm.lock",
		dir:     "[[package]]\nname = \"shared\"\nversion = \"1\"\ngroups = [\"default\"]\npath = \"PATH\"\n",
		archive: "[[package]]\nname = \"shared\"\nversion = \"1\"\ngroups = [\"default\"]\npath = \"PATH\"\nfiles = [{file = \"shared-1-py3-none-any.whl\", hash = \"sha256:00\"}]\n",
	},
	{
		file:    "Pipfile.lock",
		dir:     "{\"default\": {\"shared\": {\"editable\": true, \"path\": \"PATH\"}}}",
		archive: "{\"default\": {\"shared\": {\"file\": \"PATH\", \"hashes\": [\"sha256:00\"]}}}",
	},
	{file: "requirements.txt", dir: "-e PATH\n", archive: "PATH --hash=sha256:00\n", project: "-"},
	{file: "requirements.txt", dir: "shared @ file:PATH\n", archive: "shared @ file:PATH --hash=sha256:00\n", project: "-"},
}

const uvHead = "version = 1\n[[package]]\nname = \"app\"\nversion = \"1\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"shared\" }]\n"

// decided returns the lock of a project whose file refers to a path, and what is
// wrong with it.
func decided(file, text, own, at string, more ...string) (*lockfile, diag.List) {
	fsys := fstest.MapFS{file: {Data: []byte(strings.ReplaceAll(text, "PATH", at))}}
	if own != "-" {
		fsys["pyproject.toml"] = &fstest.MapFile{Data: []byte(declares)}
	}
	for _, name := range more {
		fsys[name] = &fstest.MapFile{}
	}
	p := &language.Project{FS: fsys}
	m, diags := manifestOf(p, ".")
	l, found := lockOf(m, nil)
	diags.Add(found, (&project{Project: p, m: m, lock: l}).locals())
	return l, diags
}

func TestPathOutside(t *testing.T) {
	for _, r := range referring {
		for _, text := range []string{strings.ReplaceAll(r.dir, "PATH", "../../libs/shared"), strings.ReplaceAll(r.archive, "PATH", "../../libs/shared-1-py3-none-any.whl")} {
			_, diags := decided(r.file, text, r.project, "")
			if got := diags.Error(); !strings.Contains(got, "outside of the build context") || !strings.HasPrefix(got, r.file+":") {
				t.Errorf("%s: got %q", text, got)
			}
		}
	}
}

func TestPathHidden(t *testing.T) {
	for _, r := range referring {
		for at, text := range map[string]string{"libs/shared": r.dir, "vendor/shared-1-py3-none-any.whl": r.archive} {
			_, diags := decided(r.file, text, r.project, "./"+at)
			if errs := diags.Errors(); len(errs) != 1 || errs[0].Missing != at || errs[0].Range.IsZero() {
				t.Errorf("%s: got %v, want an error of %s", text, errs, at)
			}
		}
	}
}

// TestPathFound lays wheels and source distributions of the context into fetch, and
// installs directories.
func TestPathFound(t *testing.T) {
	for _, r := range referring {
		l, diags := decided(r.file, r.dir, r.project, "./libs/shared", "libs/shared/pyproject.toml")
		if diags.Err() != nil || len(l.locals) != 1 || l.locals[0].Value != "libs/shared" {
			t.Errorf("%s: got %v, %v", r.dir, l.locals, diags)
		}
		for _, at := range []string{"vendor/shared-1-py3-none-any.whl", "vendor/shared-1.tar.gz"} {
			l, diags := decided(r.file, r.archive, r.project, "./"+at, at)
			placed := l.kind == uvLock || strings.Contains(l.text, "file://"+path.Join(language.SourceDir, at))
			if diags.Err() != nil || !slices.Contains(l.manifests, at) || !placed || len(l.locals) > 0 {
				t.Errorf("%s: got %q, %v, %v", r.archive, l.text, l.manifests, diags)
			}
		}
	}
}

// TestPathSource builds source distributions of the context, whatever refers to them.
func TestPathSource(t *testing.T) {
	on, _ := wheelsFor(trial.ARM64, "manylinux_2_40")
	for _, r := range referring {
		const at = "vendor/shared-1.tar.gz"
		text := strings.ReplaceAll(r.archive, "shared-1-py3-none-any.whl", "shared-1.tar.gz")
		text = strings.ReplaceAll(text, "wheels = [{ filename = \"shared-1.tar.gz\", hash = \"sha256:00\" }]", "sdist = { hash = \"sha256:00\" }")
		if l, diags := decided(r.file, text, r.project, "./"+at, at); diags.Err() != nil || !l.needsSource(on, "3.13") {
			t.Errorf("%s: nothing is built; %v", text, diags)
		}
	}
}

// TestFindLinks lays the files of a directory into fetch.
func TestFindLinks(t *testing.T) {
	l, diags := decided("requirements.txt", "-f PATH\nshared==1\n", "-", "./vendor", "vendor/shared-1-py3-none-any.whl", "vendor/README")
	if diags.Err() != nil || !strings.Contains(l.text, "--find-links /src/vendor\n") ||
		!slices.Equal(l.manifests, []string{"requirements.txt", "vendor/shared-1-py3-none-any.whl"}) {
		t.Errorf("got %q, %v, %v", l.text, l.manifests, diags)
	}
	if _, diags := decided("requirements.txt", "-f PATH\nshared==1\n", "-", "./vendor"); diags.Err() == nil {
		t.Errorf("got no error without the directory")
	}
}
