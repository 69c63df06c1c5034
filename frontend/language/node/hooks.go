package node

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// A manager that installs runs code of the repository in two ways: it loads some into
// itself, which settings and files of hooks say, and it starts programs. Where settings are
// not all known to do neither, what installs is foreign code, with neither secrets nor a
// cache of other projects. Elsewhere alone.cjs lets the manager start nothing, whatever
// packages, locks and settings want: caches are believed, so nobody else may write to them.

// hookFiles are the files and directories of a root that managers run, or look for what
// they run in.
var hookFiles = []string{".pnpmfile.cjs", ".pnpmfile.mjs", "pnpmfile.js", ".yarn/plugins"}

// hooked reports whether the manager may run code of the repository when it installs.
func (n *project) hooked() bool { return n.hook() != "" }

// hook returns by what the manager may run code of the repository when it installs, and
// where that is: `"git" at .npmrc:1`. It is "" where there is nothing.
func (n *project) hook() string {
	hook, _ := language.Once(n.Memo, "hook "+n.m.file, func() (string, diag.List) { return n.findHook(), nil })
	return hook
}

func (n *project) findHook() string {
	if found := n.there(hookFiles...); len(found) > 0 {
		return found[0]
	}
	for _, name := range append(slices.Clone(settings), marker) {
		file := n.inRoot(name)
		if len(n.there(name)) == 0 {
			continue
		}
		// Where a link leads is another place in the step.
		if info, err := fs.Lstat(n.FS, file); err != nil || !info.Mode().IsRegular() {
			return file
		}
		if hook := n.hookIn(name, file); hook != "" {
			return hook
		}
	}
	// Managers look for settings in directories above, too.
	for _, dir := range n.local() {
		if n.ws.root != dir && strings.HasPrefix(n.ws.root+"/", dir+"/") {
			return dir
		}
	}
	return ""
}

// hookIn returns the first setting of a file that may have a manager run something.
func (n *project) hookIn(name, file string) string {
	if name == marker {
		for _, key := range n.ws.manifest.Get("pnpm").Keys() {
			if !harmless.has(kebab(key)) {
				return hookAt("pnpm."+key, n.ws.manifest.Get("pnpm", key).Place())
			}
		}
		return ""
	}
	data, err := fs.ReadFile(n.FS, file)
	if err != nil {
		return file
	}
	src := &diag.Source{Name: file, Data: data}
	s, all := settingsOf(path.Base(name), string(data))
	for _, one := range s {
		if !allowed(name, one.key) {
			return hookAt(one.key, src.Line(one.line))
		}
	}
	if !all {
		return file + " as it is written"
	}
	return ""
}

func hookAt(key string, at diag.Range) string { return fmt.Sprintf("%q at %s", key, at.FileLine()) }
