package build

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/language"
)

// installedIn returns the packages of a distribution that an image says it has.
func (j *job) installedIn(ctx context.Context, image *daemon.Image) ([]bom.Package, error) {
	tree, err := j.Daemon.Solve(ctx, image.State)
	if err != nil {
		return nil, err
	}
	return debianPackages(tree)
}

// debianPackages returns the packages that a system of Debian's kind says it has, none
// where it is of another kind. Distroless has a file for each, others have one for all.
func debianPackages(fsys fs.FS) ([]bom.Package, error) {
	files := []string{"var/lib/dpkg/status"}
	entries, err := fs.ReadDir(fsys, "var/lib/dpkg/status.d")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".md5sums" {
			files = append(files, path.Join("var/lib/dpkg/status.d", e.Name()))
		}
	}
	system := language.OSRelease(fsys)
	var all []bom.Package
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for paragraph := range strings.SplitSeq(string(data), "\n\n") {
			if p, ok := debianPackage(paragraph, system); ok {
				all = append(all, p)
			}
		}
	}
	return all, nil
}

// debianPackage returns the package that a paragraph of dpkg's database is of, and
// whether it is installed.
// https://www.debian.org/doc/debian-policy/ch-controlfields.html
func debianPackage(paragraph string, system map[string]string) (bom.Package, bool) {
	field := map[string]string{}
	for line := range strings.Lines(paragraph) {
		if name, value, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, " ") {
			field[name] = strings.TrimSpace(value)
		}
	}
	status := field["Status"]
	if field["Package"] == "" || status != "" && !strings.HasSuffix(status, " installed") {
		return bom.Package{}, false
	}
	distro := ""
	if system["ID"] != "" && system["VERSION_ID"] != "" {
		distro = system["ID"] + "-" + system["VERSION_ID"]
	}
	vendor := system["ID"]
	if vendor == "" {
		vendor = "debian"
	}
	upstream, _, _ := strings.Cut(field["Source"], " ")
	return bom.Package{
		Name: field["Package"], Version: field["Version"],
		URL: bom.URL("deb", vendor+"/"+field["Package"], field["Version"],
			"arch", field["Architecture"], "distro", distro, "upstream", upstream),
	}, true
}
