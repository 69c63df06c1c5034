package main

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// unpackedRoot writes a Debian of a foreign architecture with packages as a tar,
// and runs nothing of it: emulating package scripts takes minutes. What they
// would have made (users, alternatives, certificates, locales) is the same for
// all architectures and comes from the machine's own root with these packages.
// Only the loader's cache and the package database differ; they are written here.
func unpackedRoot(ctx context.Context, l *Lab, w, log io.Writer, suite, arch string, packages, options []string) error {
	own, err := l.rootOf(ctx, debianLayers(l, suite, nativeArch, packages, options...))
	if err != nil {
		return err
	}
	archive, err := openArchive(ctx, suite, arch, log)
	if err != nil {
		return err
	}
	all, err := archive.closure(ctx, packages, log)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	debs, err := archive.download(ctx, dir, all, log)
	if err != nil {
		return err
	}
	t := newTree()
	t.merge(mergedDirs(arch)...)
	packaged := packagedIn(own)
	addGenerated(t, own, packaged)
	if err := installUnconfigured(ctx, t, arch, debs, log); err != nil {
		return err
	}
	configure(t, own, packaged)
	cache, err := ldCache(t, arch)
	if err != nil {
		return err
	}
	t.file("etc/ld.so.cache", 0o644, cache)
	return t.write(w)
}

// mergedDirs are the directories of a root that are links into /usr.
func mergedDirs(arch string) []string {
	if arch == "amd64" {
		return []string{"bin", "lib", "lib64", "sbin"}
	}
	return []string{"bin", "lib", "sbin"}
}

// rootOf returns the root filesystem that layers make.
func (l *Lab) rootOf(ctx context.Context, layers []layerRecipe) (*tree, error) {
	t := newTree()
	t.merged = mergedDirs(nativeArch)
	for _, r := range layers {
		layer, err := l.layer(ctx, r)
		if err != nil {
			return nil, err
		}
		content, err := layer.Uncompressed()
		if err != nil {
			return nil, err
		}
		err = t.addTar(content, func(name string) bool { return strings.HasPrefix(path.Base(name), ".wh.") })
		content.Close()
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// database is where dpkg keeps what it knows.
const database = "var/lib/dpkg/"

// packagedIn returns the files of a root that its packages brought.
func packagedIn(own *tree) map[string]bool {
	packaged := map[string]bool{}
	for _, name := range own.under(database + "info") {
		if path.Ext(name) == ".list" {
			for line := range strings.Lines(string(own.files[name].data)) {
				packaged[own.clean(strings.TrimSpace(line))] = true
			}
		}
	}
	return packaged
}

// addGenerated adds to t what is in own but in no package: what configuring the
// packages has made.
func addGenerated(t, own *tree, packaged map[string]bool) {
	for name, f := range own.files {
		if !packaged[name] && !isOfArch(name) {
			copied := *f
			t.put(&copied)
		}
	}
}

// isOfArch tells whether a generated file depends on the architecture: what dpkg
// knows of packages, the loader's caches, and what is beside libraries.
func isOfArch(name string) bool {
	for _, prefix := range []string{
		database + "status", database + "info/", database + "available", database + "arch",
		"etc/ld.so.cache", "var/cache/ldconfig/",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return strings.Contains(name, "/"+triplets[nativeArch]+"/")
}

// configure gives what packages brought to t the types, modes and owners that
// scripts have given it in own: a directory that became a link, for example.
func configure(t, own *tree, packaged map[string]bool) {
	for name, f := range own.files {
		unpacked := t.files[name]
		if unpacked == nil || !packaged[name] {
			continue
		}
		switch {
		case unpacked.Typeflag != f.Typeflag && f.Typeflag == tar.TypeSymlink:
			t.link(name, f.Linkname)
		case unpacked.Typeflag == f.Typeflag && f.Typeflag != tar.TypeSymlink:
			unpacked.Mode, unpacked.Uid, unpacked.Gid = f.Mode, f.Uid, f.Gid
		}
	}
}

// isLeftOutOfSlim tells which files of packages are in no slim image.
func isLeftOutOfSlim(name string) bool {
	for _, dir := range []string{"dev", "usr/share/man/", "usr/share/info/", "usr/share/locale/", "usr/share/lintian/"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return strings.HasPrefix(name, "usr/share/doc/") && path.Base(name) != "copyright"
}

// installUnconfigured adds the files of debs to t, and to the package database
// that they are installed.
func installUnconfigured(ctx context.Context, t *tree, arch string, debs []string, log io.Writer) error {
	var status strings.Builder
	for _, deb := range debs {
		files := newTree()
		files.merged = t.merged
		if err := unpack(ctx, files, deb, isLeftOutOfSlim, log); err != nil {
			return err
		}
		for _, f := range files.files {
			t.put(f)
		}
		control, err := (proc{args: []string{"dpkg-deb", "--field", deb}}).output(ctx)
		if err != nil {
			return fmt.Errorf("reading the control file of %s: %w", filepath.Base(deb), err)
		}
		status.WriteString(strings.Replace(control, "\n", "\nStatus: install ok installed\n", 1) + "\n\n")
		if err := addInfo(ctx, t, deb, control, files, log); err != nil {
			return err
		}
	}
	t.file(database+"status", 0o644, []byte(status.String()))
	t.file(database+"info/format", 0o644, []byte("1\n"))
	t.file(database+"arch", 0o644, []byte(arch+"\n"))
	return nil
}

// addInfo adds what dpkg keeps of one package: its scripts, and its files.
func addInfo(ctx context.Context, t *tree, deb, control string, files *tree, log io.Writer) error {
	name := controlField(control, "Package")
	if controlField(control, "Multi-Arch") == "same" {
		name += ":" + controlField(control, "Architecture")
	}
	list := []string{"/."}
	for file := range files.files {
		list = append(list, "/"+file)
	}
	slices.Sort(list)
	t.file(database+"info/"+name+".list", 0o644, []byte(strings.Join(list, "\n")+"\n"))
	var data bytes.Buffer
	if err := (proc{args: []string{"dpkg-deb", "--ctrl-tarfile", deb}, stdout: &data}).run(ctx, log); err != nil {
		return err
	}
	scripts := newTree()
	if err := scripts.addTar(&data, func(name string) bool { return name == "control" }); err != nil {
		return fmt.Errorf("reading the scripts of %s: %w", filepath.Base(deb), err)
	}
	for script, f := range scripts.files {
		if f.Typeflag == tar.TypeReg {
			t.file(database+"info/"+name+"."+script, f.Mode, f.data)
		}
	}
	return nil
}

// controlField returns the value of a field that has one line.
func controlField(control, name string) string {
	for line := range strings.Lines(control) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
