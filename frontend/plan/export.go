package plan

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Base is what the runtime image brings.
type Base struct {
	User    string
	Workdir string
	Env     spec.Vars
	// FS is the files of a custom runtime, whose layout we must ask for. It
	// implements fs.ReadLinkFS, and its infos have an Owner method.
	FS fs.FS
}

// owned is what the infos of Base.FS are besides.
type owned interface{ Owner() (uid, gid int) }

// Account is a user of an image.
type Account struct {
	Name     string
	UID, GID int
	Home     string
}

// accounts are those of distroless images, and of ours on scratch.
var accounts = []Account{
	{"root", 0, 0, "/root"},
	{"nobody", 65534, 65534, "/nonexistent"},
	{"nonroot", 65532, 65532, "/home/nonroot"},
}

// Library is a file that the program loads at run time and the runtime lacks.
type Library struct {
	From language.Origin
	Path string // in there
	To   string // in the image
}

// Found is what opening the compiled program showed.
type Found struct {
	Libraries []Library // that it needs beside those of the runtime
	Arguments []string  // that start it, after those of the recipe's entrypoint
	Empty     []string  // names of layers that nothing was left for
}

// Export is the last stage: copies onto the runtime, and the image's config.
type Export struct {
	Layers []Layer
	Config Config
}

// Layer is a layer of the image: directories with their owners and modes, and
// what goes into them. It never depends on the base.
type Layer struct {
	Name  string // for the person watching: "files"
	Dirs  []Dir  // every directory that the layer has an opinion on, parents first
	Ops   []Op
	Range diag.Range // what in the spec the layer is for
}

// Dir is a directory of the image.
type Dir struct {
	Path     string
	Mode     uint32
	UID, GID int
}

// Op is one file, or one copy of files.
type Op struct {
	Mkfile string `json:",omitempty"` // path of a file to write
	Data   string `json:",omitempty"` // what Mkfile writes

	Link   string `json:",omitempty"` // path of a symbolic link to make
	Target string `json:",omitempty"` // what Link leads to

	From language.Origin `json:",omitzero"`  // where Copy is looked up
	Copy string          `json:",omitempty"` // path or pattern to copy; of a directory, its content
	To   string          `json:",omitempty"` // where Copy goes; into a directory when it ends in a slash
	// Exclude are patterns of what is not copied, relative to Copy.
	Exclude []string `json:",omitempty"`

	Mode     uint32 // 0 with Copy: 0755 where executable, 0644 elsewhere
	UID, GID int
}

// Config is the image's config, in the words of the OCI specification.
type Config struct {
	Entrypoint, Cmd []string
	Env             spec.Vars
	Workdir         string
	User            string
	Ports           []string
	Volumes         []string
	Labels          spec.Vars
	StopSignal      string
	Healthcheck     *Healthcheck
}

// Healthcheck is as Docker's image config has it.
type Healthcheck struct {
	Test                                          []string
	Interval, Timeout, StartPeriod, StartInterval time.Duration
	Retries                                       int
}

// exporter collects an export.
type exporter struct {
	*Plan
	base  Base
	found Found
	user  Account
	dirs  map[string]Dir // directories that are not plain ones of root, by path
	diags diag.List
}

// Export returns what becomes of the compiled program, of which it is known what
// was found, on a runtime with the given base. It does no I/O but reading base.FS.
func (p *Plan) Export(base Base, found Found) (*Export, diag.List) {
	x := &exporter{Plan: p, base: base, found: found, dirs: maps.Clone(ownedDirs)}
	config := x.config()
	out := &Export{Config: config}
	layers := []Layer{x.skeleton(), x.directories(config), x.libraries(found.Libraries)}
	parts := slices.DeleteFunc(x.parts(), func(l Layer) bool { return slices.Contains(found.Empty, l.Name) })
	// The program changes most often, so it comes last.
	last := len(parts) - 1
	layers = slices.Concat(layers, parts[:last], []Layer{x.files(config), parts[last]})
	for _, l := range layers {
		if len(l.Ops)+len(l.Dirs) > 0 {
			out.Layers = append(out.Layers, x.placed(l))
		}
	}
	if x.diags.Err() != nil {
		return nil, x.diags
	}
	return out, x.diags
}

func (x *exporter) config() Config {
	s := x.Spec
	c := Config{
		Entrypoint:  slices.Concat(x.Image.Entrypoint, x.found.Arguments, fixedArgs(s)),
		Cmd:         s.Args.Values(),
		Env:         x.base.Env,
		Workdir:     s.Workdir.Or(language.AppDir),
		StopSignal:  s.StopSignal.Value,
		Healthcheck: healthcheck(s.Healthcheck),
	}
	if x.Runtime.Kind == Custom && !s.Workdir.IsSet() && x.base.Workdir != "" {
		c.Workdir = x.base.Workdir
	}
	x.user, c.User = x.runsAs()
	if x.Runtime.Kind == Scratch {
		c.Env = spec.Vars{{Name: "PATH", Value: language.SystemPath}}
		if s.Certificates.Or(true) {
			c.Env = c.Env.Set("SSL_CERT_FILE", language.CABundle)
		}
	}
	if dirs := x.Image.Path; len(dirs) > 0 {
		have, ok := c.Env.Get("PATH")
		if !ok {
			have = language.SystemPath
		}
		c.Env = c.Env.Set("PATH", strings.Join(append(slices.Clone(dirs), have), ":"))
	}
	for _, v := range x.Image.Env {
		c.Env = c.Env.Set(v.Name, v.Value)
	}
	if _, ok := c.Env.Get("HOME"); !ok {
		c.Env = c.Env.Set("HOME", x.user.Home)
	}
	for _, e := range s.Env {
		c.Env = c.Env.Set(e.Name.Value, e.Value.Value)
	}
	for _, l := range s.Labels {
		c.Labels = append(c.Labels, spec.Var{Name: l.Name.Value, Value: l.Value.Value})
	}
	for _, p := range s.Ports {
		c.Ports = append(c.Ports, fmt.Sprintf("%d/%s", p.Number, p.Protocol))
	}
	for _, v := range s.Volumes {
		c.Volumes = append(c.Volumes, path.Clean(v.Value))
	}
	return c
}

// fixedArgs returns what follows the program in an entrypoint that is a list.
func fixedArgs(s *spec.Spec) []string {
	if len(s.Entrypoint.Items) == 0 {
		return nil
	}
	return s.Entrypoint.Items[1:].Values()
}

func healthcheck(h spec.Healthcheck) *Healthcheck {
	if h.Disable.Or(false) {
		return &Healthcheck{Test: []string{"NONE"}}
	}
	if !h.Test.IsSet() {
		return nil
	}
	test := h.Test.Items.Values()
	if !h.Test.List {
		test = append([]string{"CMD-SHELL"}, test...)
	}
	return &Healthcheck{
		Test: test, Interval: h.Interval.Value, Timeout: h.Timeout.Value,
		StartPeriod: h.StartPeriod.Value, StartInterval: h.StartInterval.Value, Retries: h.Retries.Value,
	}
}

// runsAs returns the account that the container runs as, and how the config says it.
func (x *exporter) runsAs() (Account, string) {
	u := x.Spec.User
	if u.Range.IsZero() {
		if a, ok := x.baseUser(); ok {
			return a, x.base.User
		}
		u = spec.User{Name: "nonroot"}
	}
	a, ok := x.account(u)
	if !ok {
		x.diags.Errorf(u.Range, "the runtime has no user %q", u.Name).Hint = "write its uid, or one of " + strings.Join(x.names(), ", ")
	}
	switch {
	case u.HasGD || u.Name == "nonroot" || u.Name == "root":
		return a, fmt.Sprintf("%d:%d", a.UID, a.GID)
	case u.HasID:
		return a, strconv.Itoa(a.UID)
	}
	return a, u.Name
}

// baseUser returns the user of a custom runtime when it is numeric and not
// root: a name says nothing to who must know that it is not root.
func (x *exporter) baseUser() (Account, bool) {
	if x.Runtime.Kind != Custom {
		return Account{}, false
	}
	id, group, _ := strings.Cut(x.base.User, ":")
	uid, err := strconv.Atoi(id)
	if err != nil || uid == 0 {
		return Account{}, false
	}
	gid, _ := strconv.Atoi(group)
	a, _ := x.account(spec.User{UID: uid, GID: gid, HasID: true, HasGD: group != ""})
	return a, true
}

// account returns the account that u names on the runtime.
func (x *exporter) account(u spec.User) (Account, bool) {
	known := accounts
	if x.Runtime.Kind == Custom {
		known = append(x.passwd(), Account{"nonroot", 65532, 65532, "/home/nonroot"})
	}
	i := slices.IndexFunc(known, func(a Account) bool { return u.HasID && a.UID == u.UID || !u.HasID && a.Name == u.Name })
	if !u.HasID {
		if i < 0 {
			return Account{}, false
		}
		return known[i], true
	}
	a := Account{UID: u.UID, GID: u.GID, Home: fmt.Sprintf("/home/%d", u.UID)}
	if i >= 0 {
		a.Name, a.Home = known[i].Name, known[i].Home
	}
	return a, true
}

func (x *exporter) names() []string {
	known := accounts
	if x.Runtime.Kind == Custom {
		known = x.passwd()
	}
	var names []string
	for _, a := range known {
		names = append(names, a.Name)
	}
	return names
}

// passwd returns the accounts of a custom runtime's /etc/passwd; an image
// without one knows no names.
func (x *exporter) passwd() []Account {
	if x.base.FS == nil {
		return nil
	}
	data, err := fs.ReadFile(x.base.FS, "etc/passwd")
	if err != nil {
		return nil
	}
	var known []Account
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) < 6 {
			continue
		}
		uid, err1 := strconv.Atoi(f[2])
		gid, err2 := strconv.Atoi(f[3])
		if err1 == nil && err2 == nil {
			known = append(known, Account{f[0], uid, gid, f[5]})
		}
	}
	return known
}

// skeleton is what every program expects of a system and scratch has not.
func (x *exporter) skeleton() Layer {
	l := Layer{Name: "system files", Range: x.Runtime.Range}
	if x.Runtime.Kind != Scratch {
		return l
	}
	users := slices.Clone(accounts)
	if !slices.ContainsFunc(users, func(a Account) bool { return a.UID == x.user.UID }) {
		users = append(users, Account{"user", x.user.UID, x.user.GID, x.user.Home})
	}
	var passwd, group strings.Builder
	for _, a := range users {
		fmt.Fprintf(&passwd, "%s:x:%d:%d:%s:%s:/sbin/nologin\n", a.Name, a.UID, a.GID, a.Name, a.Home)
		if a.Name != "user" {
			fmt.Fprintf(&group, "%s:x:%d:\n", a.Name, a.GID)
		}
	}
	l.Ops = []Op{
		{Mkfile: "/etc/passwd", Data: passwd.String(), Mode: 0o644},
		{Mkfile: "/etc/group", Data: group.String(), Mode: 0o644},
		{Mkfile: "/etc/nsswitch.conf", Data: "hosts: files dns\n", Mode: 0o644},
	}
	l.Dirs = []Dir{x.dirs["/tmp"]}
	if x.Spec.Certificates.Or(true) {
		l.Ops = append(l.Ops, Op{From: language.FromCABundle, Copy: language.CABundle, To: language.CABundle, Mode: 0o644})
	}
	return l
}

// ownedDirs are the directories of our runtimes that are not plain ones of root.
var ownedDirs = map[string]Dir{
	"/tmp":          {"/tmp", 0o1777, 0, 0},
	"/root":         {"/root", 0o700, 0, 0},
	"/home/nonroot": {"/home/nonroot", 0o700, 65532, 65532},
}

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
			op.To = x.real(op.To) + "/"
			say(x.dir(path.Clean(op.To)))
		default:
			op.To = x.real(op.To)
			if d, ok := x.dirs[op.To]; ok {
				say(d)
			}
			say(x.dir(path.Dir(op.To)))
		}
		out.Ops = append(out.Ops, op)
	}
	return out
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

// systemDirs are directories of every runtime whose owners stay as they are.
var systemDirs = []string{"/", "/bin", "/dev", "/etc", "/home", "/lib", "/proc", "/root", "/run", "/sbin", "/sys", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/local/bin", "/var"}

// directories are those that belong to the user: 65532:0 and group-writable,
// since some clusters run arbitrary uids, always in group 0.
func (x *exporter) directories(c Config) Layer {
	l := Layer{Name: "directories", Range: x.Spec.Workdir.Range}
	add := func(dir string, mode uint32, uid, gid int) {
		dir = path.Clean(dir)
		made := slices.ContainsFunc(l.Dirs, func(d Dir) bool { return d.Path == dir })
		if !made && !slices.Contains(systemDirs, dir) {
			x.dirs[x.real(dir)] = Dir{x.real(dir), mode, uid, gid}
			l.Dirs = append(l.Dirs, x.dirs[x.real(dir)])
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
	if home, _ := c.Env.Get("HOME"); home == x.user.Home && x.makesHome() {
		add(home, 0o775, x.user.UID, 0)
	}
	return l
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

func (x *exporter) owner(u spec.User) (uid, gid int) {
	if u.Range.IsZero() {
		return 0, 0
	}
	a, ok := x.account(u)
	if !ok {
		x.diags.Errorf(u.Range, "the runtime has no user %q", u.Name).Hint = "write its uid, or one of " + strings.Join(x.names(), ", ")
	}
	return a.UID, a.GID
}

func (x *exporter) libraries(libs []Library) Layer {
	l := Layer{Name: "libraries", Range: x.Spec.Build.Packages.Range()}
	for _, lib := range libs {
		l.Ops = append(l.Ops, Op{From: lib.From, Copy: lib.Path, To: lib.To, Mode: 0o755})
	}
	return l
}

func (x *exporter) files(c Config) Layer {
	l := Layer{Name: "files"}
	for _, f := range x.Spec.Files {
		if !f.From.IsSet() {
			continue
		}
		if l.Range.IsZero() {
			l.Range = f.Range
		}
		from := language.FromContext
		if f.Source.IsSet() {
			from = language.FromSource(f.Source.Value)
		}
		to, _ := f.Destination(c.Workdir)
		uid, gid := x.owner(f.Owner)
		l.Ops = append(l.Ops, Op{From: from, Copy: contextPath(f.From.Value), To: to, Mode: f.Mode.Value, UID: uid, GID: gid})
	}
	return l
}

// Artifacts returns what --target binary does: one executable at the root, or
// what an interpreter runs, each thing where it is in an image.
func (p *Plan) Artifacts() []Layer {
	if p.Program != "" {
		return []Layer{{Name: "program", Ops: []Op{{From: language.FromCompile, Copy: p.Program, To: "/" + p.Program, Mode: 0o755}}}}
	}
	return p.parts()
}

// parts are the layers of the recipe.
func (p *Plan) parts() []Layer {
	var layers []Layer
	for _, part := range p.Image.Layers {
		l := Layer{Name: part.Name, Range: p.Compile.Range}
		for _, c := range part.Copies {
			l.Ops = append(l.Ops, Op{From: c.From, Copy: c.Path, To: c.To, Exclude: c.Exclude, Mode: c.Mode})
		}
		for _, f := range part.Files {
			l.Ops = append(l.Ops, Op{Mkfile: f.Path, Data: f.Data, Mode: 0o644})
		}
		for _, k := range part.Links {
			l.Ops = append(l.Ops, Op{Link: k.Path, Target: k.To})
		}
		layers = append(layers, l)
	}
	return layers
}
