package python

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// naming are the files of a project, besides manifests and locks, that name where
// packages come from.
var naming = []string{"uv.toml", "poetry.toml", "pip.conf", "pip.ini"}

// credentials reports passwords in the addresses that a project has packages from.
// Its files are in the image, and what we make of them in its provenance.
func (m *manifest) credentials(lock *lockfile) (diags diag.List) {
	files := append(m.files[:len(m.files):len(m.files)], lock.passedOver...)
	for _, file := range language.Glob(m.fsys, m.dir, "*") {
		if slices.Contains(naming, path.Base(file)) {
			files = append(files, file)
		}
	}
	if lock.source != "" {
		files = append(files, lock.source)
	}
	seen := map[string]bool{}
	for _, file := range append(files, lock.manifests...) {
		if seen[file] || isArchive(file) || !language.IsFile(m.fsys, file) {
			continue
		}
		seen[file] = true
		_, found := language.Once(m.memo, "credentials "+file, func() (bool, diag.List) { return true, credentialsIn(m, file) })
		diags.Add(found)
	}
	return diags
}

// webAddress is where an address of the web begins, alone or as a repository's.
var webAddress = regexp.MustCompile(`(?i)https?://[^\s"'<>]+`)

// credentialsIn reports the lines of a file that have a password in an address. One
// that a variable stands for is none.
func credentialsIn(m *manifest, file string) (diags diag.List) {
	src, err := source(m.fsys, m.memo, file)
	if err != nil || !language.HasCredentials(string(src.Data)) {
		return nil
	}
	line := 0
	for l := range strings.Lines(string(src.Data)) {
		line++
		for _, url := range webAddress.FindAllString(l, -1) {
			if language.HasPlainCredentials(url) {
				diags.Errorf(src.Line(line), "%s has a password in an address, and would be in the image", path.Base(file)).Hint =
					"give it as a secret: --secret id=netrc,src=$HOME/.netrc, or the whole address by --secret id=pip.conf,src=pip.conf"
			}
		}
	}
	return diags
}
