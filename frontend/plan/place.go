package plan

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
)

// owned is what the infos of Base.FS are besides.
type owned interface{ Owner() (uid, gid int) }

// placed returns l with its paths as they are on the runtime, where links may
// stand on their way, and with every directory on the way. Layers are apart
// from each other, so each says again who owns what: the last one counts.
func (x *exporter) placed(l Layer) Layer {
	out := Layer{Name: l.Name, Range: l.Range}
	said := map[string]bool{"/": true}
	var say func(d Dir)
	say = func(d Dir) {
		if said[d.Path] {
			return
		}
		said[d.Path] = true
		say(x.dir(path.Dir(d.Path)))
		out.Dirs = append(out.Dirs, d)
	}
	for _, d := range l.Dirs {
		d.Path = x.real(d.Path)
		say(d)
	}
	for _, op := range l.Ops {
		switch {
		case op.Mkfile != "":
			op.Mkfile = x.real(op.Mkfile)
			say(x.dir(path.Dir(op.Mkfile)))
		case op.Link != "":
			op.Link = x.real(op.Link)
			say(x.dir(path.Dir(op.Link)))
		case strings.HasSuffix(op.To, "/"):
			at := x.real(op.To)
			op.To = at + "/"
			say(x.dir(at))
			for _, d := range x.below(at) {
				say(d)
			}
		default:
			op.To = x.real(op.To)
			if d, ok := x.dirs[op.To]; ok {
				say(d)
			}
			say(x.dir(path.Dir(op.To)))
			for _, d := range x.below(op.To) {
				say(d)
			}
		}
		out.Ops = append(out.Ops, op)
	}
	return out
}

// below returns the directories of the image below one that are no plain ones of root:
// a tree that is copied there may have them, as root's.
func (x *exporter) below(dir string) (all []Dir) {
	for _, name := range slices.Sorted(maps.Keys(x.dirs)) {
		if strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/") && x.has(x.dirs[name]) {
			all = append(all, x.dirs[name])
		}
	}
	return all
}

// has reports whether the image has a directory: all but some of those that our runtimes
// have, which others may lack.
func (x *exporter) has(d Dir) bool {
	switch {
	case d != ownedDirs[d.Path] || x.Runtime.Kind == Distroless:
		return true
	case x.Runtime.Kind == Scratch:
		return d.Path == "/tmp"
	}
	return x.base.FS != nil && language.IsDir(x.base.FS, d.Path[1:])
}

// dir returns what a directory of the image is, where nothing else is said: as
// the spec makes it, as the runtime has it, or a plain one of root.
func (x *exporter) dir(name string) Dir {
	if d, ok := x.dirs[name]; ok {
		return d
	}
	d := Dir{name, 0o755, 0, 0}
	if x.base.FS == nil {
		return d
	}
	info, err := fs.Stat(x.base.FS, strings.TrimPrefix(name, "/"))
	if err != nil || !info.IsDir() {
		return d
	}
	d.Mode = uint32(info.Mode().Perm())
	if info.Mode()&fs.ModeSticky != 0 {
		d.Mode |= 0o1000
	}
	if o, ok := info.(owned); ok {
		d.UID, d.GID = o.Owner()
	}
	return d
}

// real returns where a path of the image leads when the runtime has links on
// its way. A layer must not have a directory in a link's place: it would hide
// what the link leads to. On distroless /bin, /lib and /sbin lead into /usr.
// https://wiki.debian.org/UsrMerge
func (x *exporter) real(name string) string {
	name = path.Clean(name)
	switch {
	case x.Runtime.Kind == Distroless:
		for _, dir := range []string{"/bin", "/sbin", "/lib", "/lib64"} {
			if name == dir || strings.HasPrefix(name, dir+"/") {
				return "/usr" + name
			}
		}
	case x.base.FS != nil:
		return x.follow(name, 40)
	}
	return name
}

// follow resolves the links among the parents of a path, at most so many.
func (x *exporter) follow(name string, links int) string {
	parts := strings.Split(strings.TrimPrefix(name, "/"), "/")
	for i := range len(parts) - 1 {
		at := path.Join(parts[:i+1]...)
		to, err := fs.ReadLink(x.base.FS, at)
		if err != nil || links == 0 {
			continue
		}
		if !path.IsAbs(to) {
			to = path.Join("/", path.Dir(at), to)
		}
		return x.follow(path.Join(to, path.Join(parts[i+1:]...)), links-1)
	}
	return name
}
