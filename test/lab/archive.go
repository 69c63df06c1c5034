package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A packageArchive downloads packages of one suite and architecture without
// touching the machine's own package lists.
type packageArchive struct {
	dir  string
	conf string
}

// fresh is how long package lists are good for. A mirror keeps a package for
// longer than that after its successor came.
const fresh = time.Hour

// openArchive returns the archive of a suite and architecture, with lists that
// are fresh. They are in the cache, where all assembling shares them.
func openArchive(ctx context.Context, suite, arch string, log io.Writer) (*packageArchive, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cache, "apt", suite+"-"+arch)
	unlock, err := lockFile(dir+".lock", nil)
	if err != nil {
		return nil, err
	}
	defer unlock()
	a := &packageArchive{dir: dir, conf: filepath.Join(dir, "apt.conf")}
	updated := filepath.Join(dir, "updated")
	if info, err := os.Stat(updated); err == nil && time.Since(info.ModTime()) < fresh {
		return a, nil
	}
	if err := a.configure(suite, arch); err != nil {
		return nil, err
	}
	if err := a.apt(dir, "update").run(ctx, log); err != nil {
		return nil, err
	}
	return a, os.WriteFile(updated, nil, 0o644)
}

// configure writes what apt reads in place of the machine's configuration.
func (a *packageArchive) configure(suite, arch string) error {
	sources, err := machineSources(suite)
	if err != nil {
		return err
	}
	for _, sub := range []string{"state/lists/partial", "cache/archives/partial", "sources"} {
		if err := os.MkdirAll(filepath.Join(a.dir, sub), 0o755); err != nil {
			return err
		}
	}
	conf := fmt.Sprintf(`#clear APT::Architectures;
APT::Architecture %[1]q;
APT::Architectures { %[1]q; };
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
Dir::State %[2]q;
Dir::State::status %[3]q;
Dir::Cache %[4]q;
Dir::Cache::srcpkgcache "";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts %[5]q;
Dir::Etc::preferencesparts "/dev/null";
`, arch, filepath.Join(a.dir, "state"), filepath.Join(a.dir, "status"), filepath.Join(a.dir, "cache"), filepath.Join(a.dir, "sources"))
	return errors.Join(
		os.WriteFile(a.conf, []byte(conf), 0o644),
		os.WriteFile(filepath.Join(a.dir, "status"), nil, 0o644),
		os.WriteFile(filepath.Join(a.dir, "sources", "debian.sources"), []byte(renderSources(sources)), 0o644))
}

// apt returns a run of apt-get in dir. It keeps an index of the lists, which it would
// make for each package otherwise; a machine's own configuration, as images of Debian
// have it, may forbid that, and only an option is read after it.
func (a *packageArchive) apt(dir string, args ...string) proc {
	return proc{
		args: append([]string{"apt-get", "-q", "-o", "Dir::Cache::pkgcache=packages.index"}, args...),
		dir:  dir,
		env:  []string{"APT_CONFIG=" + a.conf},
	}
}

// download returns the .deb files of packages, in their order, in dir.
func (a *packageArchive) download(ctx context.Context, dir string, packages []string, log io.Writer) ([]string, error) {
	if err := a.apt(dir, append([]string{"download"}, packages...)...).run(ctx, log); err != nil {
		return nil, err
	}
	var debs []string
	for _, name := range packages {
		found, err := filepath.Glob(filepath.Join(dir, name+"_*.deb"))
		if err != nil || len(found) != 1 {
			return nil, fmt.Errorf("downloading %s: got %d files, want 1", name, len(found))
		}
		debs = append(debs, found[0])
	}
	return debs, nil
}

// closure returns packages and all that they depend on, with what is in every
// minimal Debian, as apt would install them into an empty root. It is sorted.
func (a *packageArchive) closure(ctx context.Context, packages []string, log io.Writer) ([]string, error) {
	var out bytes.Buffer
	args := append([]string{"install", "--simulate", "apt", "?essential", "?priority(required)"}, packages...)
	simulate := a.apt(a.dir, args...)
	simulate.stdout = io.MultiWriter(&out, log)
	if err := simulate.run(ctx, log); err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(out.String()) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "Inst" {
			names = append(names, words[1])
		}
	}
	if len(names) == 0 {
		return nil, errors.New("apt would install nothing into an empty root")
	}
	slices.Sort(names)
	return names, nil
}

// unpack adds the files of deb to t, as they are in the package: nothing is
// configured and nothing of it runs.
func unpack(ctx context.Context, t *tree, deb string, skip func(string) bool, log io.Writer) error {
	var data bytes.Buffer
	if err := (proc{args: []string{"dpkg-deb", "--fsys-tarfile", deb}, stdout: &data}).run(ctx, log); err != nil {
		return err
	}
	if err := t.addTar(&data, skip); err != nil {
		return fmt.Errorf("unpacking %s: %w", filepath.Base(deb), err)
	}
	return nil
}

// extract puts what packages have into a directory, and runs nothing of it.
func extract(ctx context.Context, dir, suite, arch string, packages []string, log io.Writer) error {
	archive, err := openArchive(ctx, suite, arch, log)
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	debs, err := archive.download(ctx, tmp, packages, log)
	if err != nil {
		return err
	}
	for _, deb := range debs {
		if err := (proc{args: []string{"dpkg-deb", "--extract", deb, dir}}).run(ctx, log); err != nil {
			return err
		}
	}
	return nil
}
