package rust

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

// cratesFile is where compile.sh lists what cargo has made for the target: a line for
// each, with the id of its package and the place of a program, null for libraries.
const cratesFile = "crates"

// contents returns the packages that the program was made of, as cargo lists what it has
// compiled for the target: macros and what only build scripts need are the builder's.
func contents(b *language.Built) ([]bom.Package, error) {
	compiled, err := b.Open(language.FromCompile)
	if err != nil {
		return nil, err
	}
	lines, err := fs.ReadFile(compiled, cratesFile)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, errors.New("build.flags has cargo say in another form what it makes")
	}
	inv, err := inventoryOf(b)
	if err != nil {
		return nil, err
	}
	var all []bom.Package
	seen := map[string]int{}
	for line := range strings.Lines(string(lines)) {
		id, program, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		at, again := seen[id]
		if !again {
			at = len(all)
			seen[id] = at
			p, err := inv.packageOf(id)
			if err != nil {
				return nil, err
			}
			all = append(all, p)
		}
		if program != "null" {
			all[at].Purpose = bom.Application
		}
	}
	return all, nil
}

// inventory knows what a lock and what was fetched tell of packages.
type inventory struct {
	lock    *lock
	fetched []fs.FS // directories of unpacked packages, one for each registry
}

func inventoryOf(b *language.Built) (*inventory, error) {
	inv := &inventory{lock: &lock{}}
	context, err := b.Open(language.FromContext)
	if err != nil {
		return nil, err
	}
	for _, f := range b.Fetches {
		for _, name := range f.Manifests {
			if path.Base(name) != lockName {
				continue
			}
			l, diags := readLock(context, name)
			if diags.Failed() {
				return nil, diags
			}
			inv.lock = l
		}
		if err := inv.open(b, f); err != nil {
			return nil, err
		}
	}
	return inv, nil
}

// open adds what a fetch has unpacked. One that was not needed has nothing.
func (inv *inventory) open(b *language.Built, f *language.Fetch) error {
	fsys, err := b.Open(language.FromFetch(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	const unpacked = "registry/src"
	registries, err := fs.ReadDir(fsys, unpacked)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, r := range registries {
		sub, err := fs.Sub(fsys, path.Join(unpacked, r.Name()))
		if err != nil {
			return err
		}
		inv.fetched = append(inv.fetched, sub)
	}
	return err
}

// packageOf returns the package of an id of cargo's.
func (inv *inventory) packageOf(id string) (out bom.Package, err error) {
	name, version, source := parseID(id)
	out = bom.Package{Name: name, Version: version, URL: purl(&locked{name: name, version: version})}
	kind, _, _ := strings.Cut(source, "+")
	if kind == "path" {
		out.Note = "of the project"
	}
	for _, p := range inv.lock.named(name) {
		if p.version != version || (p.source == "") != (kind == "path") {
			continue
		}
		out.URL = purl(&p)
		if p.checksum != "" {
			out.Hashes = []bom.Hash{{Algorithm: "SHA256", Value: p.checksum}}
		}
		if commit, ok := strings.CutPrefix(p.source, "git+"); ok {
			out.Note = "from git: " + commit
		}
		for _, need := range p.needs {
			if q := inv.lock.find(need); q != nil {
				out.Needs = append(out.Needs, purl(q))
			}
		}
	}
	if kind != "git" && kind != "path" {
		out.License, err = inv.license(name, version)
	}
	return out, err
}

// license returns what the manifest of an unpacked package declares, "" where there is none.
func (inv *inventory) license(name, version string) (string, error) {
	for _, registry := range inv.fetched {
		root, _, diags := toml.Read(registry, path.Join(name+"-"+version, manifestFile))
		if root != nil {
			return choice(root.Get("package", "license").Text()), nil
		}
		if diags.Failed() {
			return "", diags
		}
	}
	return "", nil
}

// choice returns licences as SPDX writes them: cargo's first releases had a slash for OR.
// https://doc.rust-lang.org/cargo/reference/manifest.html#the-license-and-license-file-fields
func choice(licenses string) string {
	all := strings.Split(licenses, "/")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return strings.Join(all, " OR ")
}

// purl returns the URL of a package, which says of one from git that it is of no registry.
// https://github.com/package-url/purl-spec/blob/main/docs/standard/known-qualifiers.md
func purl(p *locked) string {
	var vcs string
	if source, ok := strings.CutPrefix(p.source, "git+"); ok {
		repository, commit, _ := strings.Cut(source, "#")
		repository, _, _ = strings.Cut(repository, "?")
		vcs = "git+" + repository + "@" + commit
	}
	return bom.URL("cargo", p.name, p.version, "vcs_url", vcs)
}

// parseID returns what an id of a package says. Releases before 1.77 have the form of the
// last line.
//
//	registry+https://example.com/index#serde@1.0.228
//	path+file:///src/crates/core#0.1.0
//	git+https://example.com/core?rev=1f0#core@0.1.0
//	serde 1.0.228 (registry+https://example.com/index)
//
// https://doc.rust-lang.org/cargo/reference/pkgid-spec.html
func parseID(id string) (name, version, source string) {
	if words := strings.SplitN(id, " ", 3); len(words) == 3 {
		return words[0], words[1], strings.Trim(words[2], "()")
	}
	source, fragment, _ := strings.Cut(id, "#")
	if name, version, named := strings.Cut(fragment, "@"); named {
		return name, version, source
	}
	place, _, _ := strings.Cut(source, "?")
	return strings.TrimSuffix(path.Base(place), ".git"), fragment, source
}
