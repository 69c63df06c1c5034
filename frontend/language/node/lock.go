package node

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// lockKind tells the formats of locks apart.
type lockKind string

const (
	noLock    lockKind = ""
	npmLock   lockKind = "npm"
	pnpmLock  lockKind = "pnpm"
	yarnLock  lockKind = "yarn"  // of yarn 1
	berryLock lockKind = "berry" // of yarn 2 and later
)

// lockfile is what a lock says, as far as a build wants to know it.
type lockfile struct {
	kind     lockKind
	file     string
	src      *diag.Source
	version  string // of its format
	at       diag.Range
	packages []locked
	// wanted is what it was made for: of each directory, relative to the root, the
	// packages that its manifest asked for and how. Nil where it does not say.
	wanted map[string]map[string]string
	// overridden are packages for which the lock has other ranges than manifests.
	overridden map[string]bool
	// descriptors are what packages of yarn's were asked for by: "a@^1.0.0".
	descriptors map[string]bool
	// undecided says that the lock does not tell which packages are for some
	// platforms alone.
	undecided bool
}

// locked is a package of a lock.
type locked struct {
	name, version string
	line          int
	os, cpu, libc []string // that it is for; nil: all
	engine        string   // the range of node's versions that it is for; "": all
	dev, optional bool
	installs      bool     // something of its own when it is installed, where the lock says so
	source        string   // of a package that is in no registry: "git+ssh://…"
	optionals     []string // packages that it wants one of, for the platform
	needs         []string // packages that it does not work without
}

// lockFiles are the locks that are read.
var lockFiles = []struct {
	name string
	read func(l *lockfile) diag.List
}{
	{"package-lock.json", readNpmLock},
	{"npm-shrinkwrap.json", readNpmLock},
	{"pnpm-lock.yaml", readPnpmLock},
	{"yarn.lock", readYarnLock},
}

// lockOf returns the lock of a workspace. Two are an error: who reads the other one
// installs something else.
func lockOf(p *language.Project, root string) (*lockfile, diag.List) {
	return language.Once(p.Memo, root, func() (*lockfile, diag.List) { return readLock(p, root) })
}

func readLock(p *language.Project, root string) (*lockfile, diag.List) {
	var found *lockfile
	var diags diag.List
	there := files(p.FS, root)
	for _, f := range lockFiles {
		file := path.Join(root, f.name)
		if !there[f.name] {
			continue
		}
		if found != nil {
			other, more := language.ReadSource(p.FS, file)
			diags.Add(more)
			d := diags.Errorf(firstLine(other), "found %s and %s", found.file, file)
			d.Hint = fmt.Sprintf("remove the lock of the manager that is not used: git rm %s, or git rm %s", found.file, file)
			return found, diags
		}
		src, more := language.ReadSource(p.FS, file)
		diags.Add(more)
		if src == nil {
			return &lockfile{}, diags
		}
		found = &lockfile{file: file, src: src}
		diags.Add(f.read(found))
	}
	if found == nil {
		found = &lockfile{}
		for _, name := range []string{"bun.lock", "bun.lockb"} {
			if there[name] {
				diags.Errorf(diag.Range{}, "%s is a lock of Bun, which is not used here", path.Join(root, name)).Hint = "commit a lock of npm, pnpm or yarn"
			}
		}
	}
	return found, diags
}

// firstLine returns where a file that should not be there begins.
func firstLine(src *diag.Source) diag.Range {
	if src == nil {
		return diag.Range{}
	}
	return src.Line(1)
}

// place returns the line of a package.
func (l *lockfile) place(k locked) diag.Range { return l.src.Line(k.line) }

// newer reports a format that no manager here reads.
func (l *lockfile) newer(most string) (diags diag.List) {
	diags.Errorf(l.at, "%s has the format %s, of a newer manager than is known", l.file, l.version).Hint =
		fmt.Sprintf("formats up to %s are read; write the lock anew with an older one", most)
	return diags
}

const repositoryHint = "lock a released version, or the address of its archive"

// refused reports packages that cannot be fetched: those of repositories, which
// would be cloned and built with the credentials of whoever builds. Without a lock,
// manifests say which those are.
func (l *lockfile) refused(manifests []*manifest) (diags diag.List) {
	for _, m := range manifests {
		for _, kind := range allDeps {
			for _, name := range m.Get(kind).Keys() {
				if v := m.Get(kind, name); l.kind == noLock && isRepository(v.Text()) {
					diags.Errorf(v.Place(), "%s comes from a repository, which cannot be cloned here", name).Hint = repositoryHint
				}
			}
		}
	}
	for _, k := range l.packages {
		if isRepository(k.source) {
			diags.Errorf(l.place(k), "%s comes from a repository, which cannot be cloned here", k.name).Hint = repositoryHint
		}
	}
	return diags
}

var (
	// repository matches addresses of repositories: git+ssh://host/repo, git:, ssh:, me@host:repo,
	// github:user/repo and the like, user/repo, and addresses that end in .git.
	repository = regexp.MustCompile(`^(?:git\+|git:|ssh:|github:|gitlab:|bitbucket:|gist:|sourcehut:)|^[^@/:\s]+@[^:/\s]+:(?:[^/]|/[^/])|` +
		`^[\w-][\w.-]*/[\w.-]+(?:#.*)?$|\.git(?:#|$)`)
	// hostedRepository matches pages of repositories, not archives that their hosts have.
	hostedRepository = regexp.MustCompile(`^(?:git|https?)://(?:[^@/]*@)?(?:www\.)?` +
		`(?:(?:github\.com|gitlab\.com|bitbucket\.org|git\.sr\.ht)(?::\d*)?/[^/?#]+/[^/?#]+/?(?:tree/[^?#]*)?|gist\.github\.com(?::\d*)?/(?:[^/?#]+/)?[^/?#]+/?)(?:[?#].*)?$`)
)

// isRepository reports whether the source of a package is a git repository, in any of the
// spellings that managers know.
// https://docs.npmjs.com/cli/configuring-npm/package-json#git-urls-as-dependencies
func isRepository(source string) bool {
	source = strings.ToLower(strings.TrimSpace(source))
	return repository.MatchString(source) || hostedRepository.MatchString(source)
}

// platformed reports whether what is installed differs between platforms.
func (l *lockfile) platformed(dev bool) bool {
	if l.kind == noLock {
		return true
	}
	return slices.ContainsFunc(l.packages, func(k locked) bool {
		if k.dev && !dev {
			return false
		}
		return len(k.cpu) > 0 || len(k.os) > 0 && !slices.Contains(k.os, "linux") || l.undecided && namesPlatform(k.name)
	})
}

// systems are the words by which names of packages say a system.
var systems = []string{"linux", "darwin", "win32", "windows", "freebsd", "android", "linuxmusl", "fsevents"}

// namesPlatform reports whether the name of a package is that of a platform's part
// of another: "@esbuild/linux-x64".
func namesPlatform(name string) bool {
	for _, w := range nameWords(name) {
		if slices.Contains(systems, w) {
			return true
		}
	}
	return false
}

func nameWords(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("@/-_.", r) })
}

// lacking reports optional packages of a platform that a lock does not have though it
// has the package that wants them: npm leaves out those of other platforms where it
// finds some installed. Those of development are wanted where dev says so.
func (l *lockfile) lacking(target spec.Platform, cpu, libc string, dev bool) (diags diag.List) {
	if l.kind != npmLock {
		return nil
	}
	have := map[string]bool{}
	for _, k := range l.packages {
		have[k.name] = true
	}
	for _, k := range l.packages {
		if k.dev && !dev {
			continue
		}
		for _, name := range k.optionals {
			if !have[name] && isFor(name, cpu, libc) {
				d := diags.Errorf(l.place(k), "%s lacks %s, without which %s does not work on %s", l.file, name, k.name, target)
				d.Hint = "write the lock anew: rm -rf node_modules " + path.Base(l.file) + " && npm install"
			}
		}
	}
	return diags
}

// isFor reports whether a package's name says that it is for Linux on an
// architecture and a C library.
func isFor(name, cpu, libc string) bool {
	words := nameWords(name)
	if !slices.Contains(words, cpu) {
		return false
	}
	musl := slices.Contains(words, "musl") || slices.Contains(words, "linuxmusl")
	return musl == (libc == "musl") && (slices.Contains(words, "linux") || slices.Contains(words, "linuxmusl"))
}

// stale reports manifests that ask for what the lock was not made for.
func (l *lockfile) stale(ws *workspace, manifests []*manifest) (diags diag.List) {
	switch {
	case l.descriptors != nil:
		return l.unlocked(ws, manifests)
	case l.wanted == nil:
		return nil
	}
	root := ws.root
	for _, m := range manifests {
		dir := language.Relative(root, m.dir)
		if m.dir == root {
			dir = "."
		}
		wanted, ok := l.wanted[dir]
		if !ok {
			diags.Errorf(m.Get("name").Place(), "%s does not have the package of %s", l.file, m.file).Hint = l.remedy()
			continue
		}
		for _, kind := range allDeps {
			for _, name := range m.Get(kind).Keys() {
				want, have := m.Get(kind, name), wanted[name]
				if have != want.Text() && !l.overridden[name] && !overridden(have, want.Text()) {
					diags.Errorf(want.Place(), "%s asks for %s %s, and %s has %s", m.file, name, want.Text(), l.file, cmp.Or(have, "none")).Hint = l.remedy()
				}
			}
		}
	}
	return diags
}

// unlocked is stale for yarn, whose lock has packages by what they were asked for by.
func (l *lockfile) unlocked(ws *workspace, manifests []*manifest) (diags diag.List) {
	if ws.manifest.Get("resolutions") != nil {
		return nil // they stand for what manifests ask for
	}
	for _, m := range manifests {
		for _, kind := range allDeps {
			for _, name := range m.Get(kind).Keys() {
				want := m.Get(kind, name)
				if strings.Contains(want.Text(), ":") || ws.named(name) != nil ||
					l.descriptors[name+"@"+want.Text()] || l.descriptors[name+"@npm:"+want.Text()] {
					continue
				}
				diags.Errorf(want.Place(), "%s asks for %s %s, and %s does not have that", m.file, name, want.Text(), l.file).Hint = l.remedy()
			}
		}
	}
	return diags
}

// overridden reports whether a lock may have another range than the manifest: pnpm
// writes what catalogs, overrides and links stand for.
func overridden(have, want string) bool {
	return have != "" && (strings.Contains(want, ":") || strings.Contains(have, ":"))
}

// remedy says how a lock is written anew.
func (l *lockfile) remedy() string {
	tool := map[lockKind]string{npmLock: "npm", pnpmLock: "pnpm", yarnLock: "yarn", berryLock: "yarn"}[l.kind]
	return fmt.Sprintf("run \"%s install\" and commit %s", tool, path.Base(l.file))
}
