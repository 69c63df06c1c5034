package plan

import (
	"path"
	"slices"
)

// ownedDirs are the directories of our runtimes that are not plain ones of root.
var ownedDirs = map[string]Dir{
	"/tmp":          {"/tmp", 0o1777, 0, 0},
	"/root":         {"/root", 0o700, 0, 0},
	"/home/nonroot": {"/home/nonroot", 0o700, 65532, 65532},
}

// systemDirs are directories of every runtime whose owners stay as they are.
var systemDirs = []string{
	"/", "/bin", "/dev", "/etc", "/home", "/lib", "/proc", "/root", "/run", "/sbin", "/sys", "/tmp",
	"/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/local/bin", "/var",
}

// directories are those that belong to the user: 65532:0 and group-writable,
// since some clusters run arbitrary uids, always in group 0.
func (x *exporter) directories(c Config) (dirs []Dir) {
	made := map[string]bool{}
	add := func(dir string, mode uint32, uid, gid int) {
		dir = path.Clean(dir)
		if !made[x.real(dir)] && !slices.Contains(systemDirs, dir) {
			made[x.real(dir)] = true
			x.dirs[x.real(dir)] = Dir{x.real(dir), mode, uid, gid}
			dirs = append(dirs, x.dirs[x.real(dir)])
		}
	}
	// Those of the spec before those that follow from it: an explicit mode wins.
	for _, f := range x.Spec.Files {
		if f.From.IsSet() {
			continue
		}
		mode, uid, gid := uint32(0o775), x.user.UID, 0
		if !f.Mode.Range.IsZero() {
			mode = f.Mode.Value
		}
		if !f.Owner.Range.IsZero() {
			uid, gid = x.owner(f.Owner)
		}
		add(f.To.Value, mode, uid, gid)
	}
	for _, v := range c.Volumes {
		add(v, 0o775, x.user.UID, 0)
	}
	if x.Runtime.Kind != Custom || c.Workdir != x.base.Workdir {
		add(c.Workdir, 0o775, x.user.UID, 0)
	}
	for _, dir := range x.Image.Writes {
		add(dir, 0o775, x.user.UID, 0)
	}
	if home, _ := c.Env.Get("HOME"); home == x.user.Home && x.makesHome() {
		add(home, 0o775, x.user.UID, 0)
	}
	return dirs
}

// makesHome reports whether the runtime lacks the user's home directory.
func (x *exporter) makesHome() bool {
	known := accounts
	switch x.Runtime.Kind {
	case Scratch:
		return x.user.Name != "nobody"
	case Custom:
		known = x.passwd()
	}
	return !slices.ContainsFunc(known, func(a Account) bool { return a.Home == x.user.Home })
}
