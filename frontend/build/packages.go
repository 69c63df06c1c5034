package build

import (
	"context"
	"path"
	"slices"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// unpack has the packages of the spec unpacked that may be wanted at run time.
func (j *job) unpack(ctx context.Context) error {
	packages, architecture := j.Plan.Shipped()
	if len(packages) == 0 {
		return nil
	}
	state := j.Shipped(packages.Values(), architecture)
	tree, err := j.Daemon.Solve(ctx, state)
	if err == nil {
		j.keep(language.FromPackages, state, tree)
	}
	return err
}

// shipped returns the directories of packages' files that go into the image: those of
// packages that the runtime has not. A program without a loader loads nothing by name,
// so it is given data alone. What leaves nothing and is of no use is told.
func (j *job) shipped(ctx context.Context, objects []artifact.Object, runtime *daemon.Image) ([]string, error) {
	var left, dirs []string
	if tree := j.tree(language.FromPackages); tree != nil {
		kinds := []string{"data"}
		if j.Plan.Program == "" || slices.ContainsFunc(objects, func(o artifact.Object) bool { return !o.Static() }) {
			kinds = append(kinds, "libraries")
		}
		has, err := j.installed(ctx, runtime)
		if err != nil {
			return nil, err
		}
		for _, kind := range kinds {
			entries, _ := tree.ReadDir(kind)
			for _, e := range entries {
				left = append(left, e.Name())
				if !has(e.Name()) {
					dirs = append(dirs, path.Join(kind, e.Name()))
				}
			}
		}
	}
	j.Daemon.Warn(ctx, j.useless(left))
	return dirs, nil
}

// useless warns of packages that leave nothing in the image, where no step uses them.
func (j *job) useless(left []string) (diags diag.List) {
	if j.Plan.CompilesWithPackages() {
		return nil
	}
	for _, name := range j.Plan.Spec.Build.Packages {
		if !slices.Contains(left, name.Value) {
			diags.Warnf(name.Range, "package %s leaves nothing in the image, and nothing is compiled with it", name.Value).Hint =
				"name the package of the library that the program loads: libpq5, not libpq-dev"
		}
	}
	return diags
}

// installed returns whether a runtime has a package of Debian.
func (j *job) installed(ctx context.Context, runtime *daemon.Image) (func(name string) bool, error) {
	if runtime == nil {
		return func(string) bool { return false }, nil
	}
	packages, err := j.installedIn(ctx, runtime)
	return func(name string) bool {
		return slices.ContainsFunc(packages, func(p bom.Package) bool { return p.Name == name })
	}, err
}
