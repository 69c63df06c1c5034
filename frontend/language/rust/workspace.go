package rust

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// crate is a package of the context.
type crate struct {
	*manifest
	name, version string
	member        bool // of the workspace, where others are taken by their path alone
}

// workspace is what cargo builds together: packages that have one lock.
// https://doc.rust-lang.org/cargo/reference/workspaces.html
type workspace struct {
	*manifest // of the root
	crates    []*crate
	byDir     map[string]*crate
	others    []*manifest // roots of other workspaces, which packages of theirs inherit from
	defaults  []string    // directories of the members that cargo builds unasked
}

// workspaceOf returns the workspace that the project is in: that of its own
// Cargo.toml, or of one above it that has it as a member. It is nil when the project
// has no Cargo.toml.
func workspaceOf(p *language.Project) (*workspace, diag.List) {
	return language.Once(p.Memo, p.Dir(), func() (*workspace, diag.List) { return readWorkspace(p) })
}

func readWorkspace(p *language.Project) (*workspace, diag.List) {
	own, diags := readManifest(p.FS, p.Memo, p.Dir())
	if own == nil {
		return nil, diags
	}
	r := &reader{fsys: p.FS, memo: p.Memo}
	if own.root.Get("workspace") != nil {
		return r.read(own)
	}
	if named := own.root.Get("package", "workspace"); named != nil {
		root, diags := readManifest(p.FS, p.Memo, path.Join(own.dir, named.Text()))
		if root == nil && !diags.Failed() {
			file := path.Join(own.dir, named.Text(), manifestFile)
			diags.Errorf(named.Range, "there is no %s", file).Missing = file
		}
		if root == nil {
			return nil, diags
		}
		return r.read(root)
	}
	for dir := range language.Parents(p.Dir()) {
		root, _ := readManifest(p.FS, p.Memo, dir)
		if dir == p.Dir() || root == nil || root.root.Get("workspace") == nil || root.excludes(p.Dir()) {
			continue
		}
		ws, more := r.read(root)
		if ws == nil || ws.crate(p.Dir()) != nil {
			return ws, more
		}
		more.Errorf(own.src.Line(1), "%s is below the workspace of %s and no member of it", own.src.Name, root.src.Name).Hint =
			"add it to \"members\" or to \"exclude\" there"
		return nil, more
	}
	return r.read(own)
}

// excludes reports whether the workspace of a manifest leaves a directory out.
func (m *manifest) excludes(dir string) bool {
	for _, x := range m.root.Get("workspace", "exclude").List() {
		out := path.Join(m.dir, x.Text())
		if dir == out || strings.HasPrefix(dir, out+"/") {
			return true
		}
	}
	return false
}

// reader reads the packages of a workspace, each once.
type reader struct {
	fsys  fs.FS
	memo  *language.Memo
	ws    *workspace
	diags diag.List
}

// read returns the workspace of a root, with all packages of the context that its
// members are or need.
func (r *reader) read(root *manifest) (*workspace, diag.List) {
	r.ws = &workspace{manifest: root, byDir: map[string]*crate{}}
	if root.root.Get("package") != nil {
		r.lookAhead([]string{root.dir})
		r.add(root.dir, diag.Range{}, true)
	}
	r.members()
	r.follow(0)
	known := len(r.ws.crates)
	for _, local := range root.replacements() {
		r.add(local.Value, local.Range, false)
	}
	r.follow(known)
	if len(r.ws.crates) == 0 && !r.diags.Failed() {
		r.diags.Errorf(root.src.Line(1), "%s has neither a package nor members", root.src.Name)
	}
	if r.diags.Failed() {
		return nil, r.diags
	}
	return r.ws, r.diags
}

// follow adds what packages take from the context by paths, from one of the list on. What
// members take from below the root are members too.
func (r *reader) follow(i int) {
	for ; i < len(r.ws.crates); i++ { // those that are found are looked at in turn
		c := r.ws.crates[i]
		locals := c.locals()
		r.lookAhead(values(locals))
		for _, local := range locals {
			r.add(local.Value, local.Range, c.member && r.inside(local.Value))
		}
	}
}

// members adds the members that the root lists, and notes which are built unasked.
func (r *reader) members() {
	root := r.ws.manifest
	var listed []diag.Text
	for _, v := range root.root.Get("workspace", "members").List() {
		for _, dir := range r.expand(v.Text()) {
			if !root.excludes(dir) {
				listed = append(listed, diag.Text{Value: dir, Range: v.Range})
			}
		}
	}
	r.lookAhead(values(listed))
	for _, dir := range listed {
		r.add(dir.Value, dir.Range, true)
	}
	for _, v := range root.root.Get("workspace", "default-members").List() {
		r.ws.defaults = append(r.ws.defaults, r.expand(v.Text())...)
	}
}

// expand returns the directories that a pattern of members stands for.
func (r *reader) expand(pattern string) (dirs []string) {
	root := r.ws.dir
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{path.Join(root, pattern)}
	}
	patterns := []string{pattern}
	if before, after, ok := strings.Cut(pattern, "**"); ok {
		patterns = nil
		for _, depth := range []string{"", "*", "*/*", "*/*/*"} {
			patterns = append(patterns, path.Join(before, depth, after))
		}
	}
	for _, p := range patterns {
		found := language.Glob(r.fsys, root, p)
		r.lookAhead(found)
		for _, dir := range found {
			if language.IsFile(r.fsys, path.Join(dir, manifestFile)) && !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

// lookAhead has the packages of directories looked at, at the same time: what is there,
// and what their manifests say.
func (r *reader) lookAhead(dirs []string) {
	var files []string
	for _, dir := range dirs {
		if r.ws.crate(dir) == nil {
			files = append(files, path.Join(dir, manifestFile))
		}
	}
	language.LookAhead(r.fsys, files, func(file string) {
		_, _ = readManifest(r.fsys, r.memo, path.Dir(file))
		_, _ = fs.ReadDir(r.fsys, path.Join(path.Dir(file), "src"))
	})
}

func values(texts []diag.Text) (values []string) {
	for _, t := range texts {
		values = append(values, t.Value)
	}
	return values
}

// add adds the package of a directory, which is a member of the workspace or is taken
// by its path alone.
func (r *reader) add(dir string, at diag.Range, member bool) {
	if r.ws.crate(dir) != nil {
		return
	}
	m := r.pkg(dir, at)
	if m == nil {
		return
	}
	own := *m
	own.above = r.ws.manifest
	if !member {
		own.above = r.elsewhere(m)
	}
	c := &crate{manifest: &own, member: member}
	c.name, c.version = c.get("name").Text(), c.get("version").Text()
	if c.name == "" {
		r.diags.Errorf(m.root.Get("package").Place(), "the package has no name")
		return
	}
	r.ws.crates = append(r.ws.crates, c)
	r.ws.byDir[dir] = c
}

// pkg returns the manifest of the package of a directory, nil when there is none.
func (r *reader) pkg(dir string, at diag.Range) *manifest {
	file := path.Join(dir, manifestFile)
	if !fs.ValidPath(dir) {
		r.diags.Errorf(at, "%q is outside of the build context", dir).Hint =
			"build from a directory that holds it, with \"project\" for this one"
		return nil
	}
	m, diags := readManifest(r.fsys, r.memo, dir)
	r.diags.Add(diags)
	switch {
	case m == nil && !diags.Failed():
		r.diags.Errorf(at, "there is no %s", file).Missing = file
	case m != nil && m.root.Get("package") == nil:
		r.diags.Errorf(m.src.Line(1), "%s has no package", file)
		return nil
	}
	return m
}

// inside reports whether a directory is one whose packages are members as soon as a
// member takes them by their path.
func (r *reader) inside(dir string) bool {
	return (r.ws.dir == "." || dir == r.ws.dir || strings.HasPrefix(dir, r.ws.dir+"/")) && !r.ws.excludes(dir)
}

// elsewhere returns the root of the other workspace that a package belongs to, nil for
// none. Cargo reads it for what the package inherits, and none of its other members.
func (r *reader) elsewhere(m *manifest) *manifest {
	for dir := range language.Parents(m.dir) {
		root, _ := readManifest(r.fsys, r.memo, dir)
		if root == nil || root.root.Get("workspace") == nil || root.excludes(m.dir) {
			continue
		}
		if root.src == r.ws.src {
			return nil
		}
		r.ws.others = append(r.ws.others, root)
		return root
	}
	return nil
}

// crate returns the package of a directory, nil when there is none.
func (ws *workspace) crate(dir string) *crate { return ws.byDir[dir] }

// named returns the member of a name, nil when there is none.
func (ws *workspace) named(name string) *crate {
	i := slices.IndexFunc(ws.crates, func(c *crate) bool { return c.name == name && c.member })
	if i < 0 {
		return nil
	}
	return ws.crates[i]
}

// needed returns the directories of the packages of the context that one takes from there
// by their paths on a platform, whatever their features, with its own.
func (ws *workspace) needed(c *crate, on platform) map[string]bool {
	dirs := map[string]bool{c.dir: true}
	for todo := []*crate{c}; len(todo) > 0; todo = todo[1:] {
		for _, d := range todo[0].dependencies() {
			if local := ws.crate(d.path); local != nil && !dirs[d.path] && on.takes(d.platform) {
				dirs[d.path] = true
				todo = append(todo, local)
			}
		}
	}
	return dirs
}

// lockFile returns the path of the workspace's lock.
func (ws *workspace) lockFile() string { return path.Join(ws.dir, lockName) }

// knows reports a profile that neither cargo, the root nor the configuration has.
// https://doc.rust-lang.org/cargo/reference/profiles.html
func (ws *workspace) knows(profile spec.Text, config *config) (diags diag.List) {
	known := append([]string{"release", "dev", "test", "bench"}, ws.root.Get("profile").Names()...)
	known = append(known, config.profiles()...)
	if slices.Contains(known, profile.Value) {
		return nil
	}
	d := diags.Errorf(profile.Range, "there is no profile %q", profile.Value)
	if d.Hint = diag.DidYouMean(profile.Value, known); d.Hint == "" {
		d.Hint = "there are " + diag.Quoted(known)
	}
	return diags
}
