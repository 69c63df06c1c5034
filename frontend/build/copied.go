package build

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
)

// copied returns the packages of a distribution that files of the image are of: those
// that the spec asks for, libraries of the toolchain, and the certificates.
func (j *job) copied(ctx context.Context, layers []plan.Layer) ([]bom.Package, error) {
	files := map[language.Origin][]string{}
	for _, l := range layers {
		for _, op := range l.Ops {
			if op.Copy != "" {
				files[op.From] = append(files[op.From], path.Join("/", op.Copy))
			}
		}
	}
	owners, err := j.owners(ctx, files[language.FromToolchain])
	if err != nil {
		return nil, err
	}
	unpacked, err := j.unpacked(ctx, files[language.FromPackages])
	if err != nil {
		return nil, err
	}
	owners = append(owners, unpacked...)
	if of, ok := j.parts[language.FromCABundle]; ok && len(files[language.FromCABundle]) > 0 {
		installed, err := j.installedIn(ctx, of.image)
		if err != nil {
			return nil, err
		}
		owners = append(owners, slices.DeleteFunc(installed, func(p bom.Package) bool { return p.Name != "ca-certificates" })...)
	}
	return owners, nil
}

// unpacked returns the packages that directories are unpacked from.
func (j *job) unpacked(ctx context.Context, dirs []string) (all []bom.Package, err error) {
	if len(dirs) == 0 {
		return nil, nil
	}
	toolchain, err := j.Daemon.Solve(ctx, j.from[language.FromToolchain])
	if err != nil {
		return nil, err
	}
	system := language.OSRelease(toolchain)
	for _, dir := range dirs {
		control, err := j.tree(language.FromPackages).ReadFile("status.d/" + path.Base(dir))
		if err != nil {
			return nil, err
		}
		if p, ok := debianPackage(string(control), system); ok {
			all = append(all, p)
		}
	}
	return all, nil
}

// owners returns the packages of the toolchain's distribution that files of it are of.
func (j *job) owners(ctx context.Context, files []string) ([]bom.Package, error) {
	if len(files) == 0 {
		return nil, nil
	}
	tree, err := j.Daemon.Solve(ctx, j.from[language.FromToolchain])
	if err != nil {
		return nil, err
	}
	installed, err := debianPackages(tree)
	if err != nil {
		return nil, err
	}
	names, err := debianOwners(tree, files)
	return slices.DeleteFunc(installed, func(p bom.Package) bool {
		return !slices.ContainsFunc(names, func(name string) bool {
			name, arch, _ := strings.Cut(name, ":")
			return name == p.Name && strings.Contains(p.URL, "?arch="+arch) // the first of its qualifiers
		})
	}), err
}

// debianOwners returns the packages that files are of, as the lists of dpkg are named:
// with the architecture where several may be installed. A system whose /lib is a link
// to /usr/lib may list its files in either.
func debianOwners(fsys fs.FS, files []string) (names []string, err error) {
	const info = "var/lib/dpkg/info"
	entries, err := fs.ReadDir(fsys, info)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, f := range files {
		wanted[f], wanted[strings.TrimPrefix(f, "/usr")] = true, true
	}
	for _, e := range entries {
		owner, isList := strings.CutSuffix(e.Name(), ".list")
		if !isList {
			continue
		}
		data, err := fs.ReadFile(fsys, path.Join(info, e.Name()))
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			if wanted[strings.TrimSpace(line)] {
				names = append(names, owner)
			}
		}
	}
	return names, nil
}
