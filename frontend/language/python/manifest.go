package python

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

// manifest is what the files of a Python project declare. What a lock file
// says of the same is in lockfile.
type manifest struct {
	fsys           fs.FS
	memo           *language.Memo
	dir            string    // of the project in the context: "." or "services/api"
	name           string    // of the project, normalized; "" when it has none
	requiresPython diag.Text // ">=3.11"; poetry's and Pipfile's constraints as they are written
	scripts        []script
	plugins        diag.Range // where it says what other programs load of it; zero where nothing does
	backend        *backend   // nil when nothing says how it is built
	packaged       bool       // the project is installed, not only its dependencies
	dynamic        bool       // its dependencies are known to its build backend alone
	requirements   []requirement
	lists          []requirementsFile
	files          []string    // what was read, as paths of the context
	pyproject      *toml.Value // nil when there is none
	pipfile        *toml.Value
}

// script is a console script of the project: the function that it calls.
type script struct {
	name, target string // "shop", "shop.cli:main"
	rng          diag.Range
}

// backend is how the project is built into a wheel.
// https://peps.python.org/pep-0517/
type backend struct {
	requires []string
	rng      diag.Range
}

// requirement is a declared dependency.
type requirement struct {
	name  string // normalized
	text  string // as the file has it: "flask>=3"
	group string // "" for what the program always needs, else the extra or group that it is in
	rng   diag.Range
}

// manifestOf returns what the files of a project in a directory declare.
func manifestOf(p *language.Project, dir string) (*manifest, diag.List) {
	return language.Once(p.Memo, dir, func() (*manifest, diag.List) {
		m := &manifest{fsys: p.FS, memo: p.Memo, dir: dir}
		return m, m.read()
	})
}

func (m *manifest) read() diag.List {
	diags := m.readPyproject()
	m.readSetup()
	diags.Add(m.readPipfile())
	diags.Add(m.readRequirements())
	return diags
}

// file is a file of the context, or why it cannot be read.
type file struct {
	src *diag.Source
	err error
}

// languages are the names of what files are written in, by the ends of their names.
var languages = map[string]string{".toml": "TOML", "uv.lock": "TOML", "poetry.lock": "TOML", "pdm.lock": "TOML", "Pipfile": "TOML", "Pipfile.lock": "JSON"}

// source returns a file of the context as UTF-8, read once.
func source(fsys fs.FS, memo *language.Memo, name string) (*diag.Source, error) {
	f, _ := language.Once(memo, name, func() (file, diag.List) {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return file{err: err}, nil
		}
		written := cmp.Or(languages[path.Base(name)], languages[path.Ext(name)])
		return file{src: &diag.Source{Name: name, Data: []byte(decoded(data)), Language: written}}, nil
	})
	return f.src, f.err
}

// toml returns a TOML file of the context, nil when there is none, or with the
// error in it. Locks are large, and read for each choice of groups.
func (m *manifest) toml(name string) (*toml.Value, diag.List) {
	return language.Once(m.memo, name, func() (*toml.Value, diag.List) {
		src, err := source(m.fsys, m.memo, name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		if err != nil {
			var diags diag.List
			diags.Errorf(diag.Range{}, "cannot read %q: %v", name, err)
			return nil, diags
		}
		return toml.Parse(src)
	})
}

// declares returns the first requirement of one of the names that is in no
// group, or in one of those that are installed.
func (m *manifest) declares(groups []string, names ...string) (requirement, bool) {
	for _, r := range m.requirements {
		if slices.Contains(names, r.name) && (r.group == "" || slices.Contains(groups, r.group)) {
			return r, true
		}
	}
	return requirement{}, false
}

// inGroup returns the first requirement of one of the names in any group, of
// those for development only where no other has one.
func (m *manifest) inGroup(names ...string) (found requirement, ok bool) {
	for _, r := range m.requirements {
		better := !ok || slices.Contains(testGroups, found.group) && !slices.Contains(testGroups, r.group)
		if r.group != "" && slices.Contains(names, r.name) && better {
			found, ok = r, true
		}
	}
	return found, ok
}

var nameRun = regexp.MustCompile(`[-_.]+`)

// normal returns a package's name as it is compared.
// https://peps.python.org/pep-0503/#normalized-names
func normal(name string) string { return strings.ToLower(nameRun.ReplaceAllString(name, "-")) }

var requirementName = regexp.MustCompile(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)`)

// add adds a requirement, and those that its extras are known to bring.
func (m *manifest) add(text, group string, rng diag.Range) {
	match := requirementName.FindStringSubmatch(text)
	if match == nil {
		return
	}
	r := requirement{normal(match[1]), strings.TrimSpace(text), group, rng}
	m.requirements = append(m.requirements, r)
	// fastapi[standard] is how its own tutorial declares a server; its command needs one too.
	if r.name == "fastapi-cli" || r.name == "fastapi" && (strings.Contains(text, "[standard") || strings.Contains(text, "[all")) {
		r.name = "uvicorn"
		m.requirements = append(m.requirements, r)
	}
}

func (m *manifest) readPyproject() diag.List {
	file := path.Join(m.dir, "pyproject.toml")
	root, diags := m.toml(file)
	if root == nil {
		return diags
	}
	m.pyproject, m.files = root, append(m.files, file)
	m.readProject(root.Get("project"))
	m.readGroups(root)
	m.readPoetry(root.Get("tool", "poetry"))
	if b := root.Get("build-system"); b != nil {
		m.backend = &backend{rng: b.Range}
		for _, r := range b.Get("requires").List() {
			m.backend.requires = append(m.backend.requires, r.Text())
		}
	}
	// https://docs.astral.sh/uv/concepts/projects/config/#build-system-configuration
	uv, poetry := root.Get("tool", "uv", "package"), root.Get("tool", "poetry", "package-mode")
	m.packaged = m.backend != nil && uv.Text() != "false" && poetry.Text() != "false" && (root.Get("project") != nil || root.Get("tool", "poetry", "name") != nil)
	if uv.Text() == "true" && m.backend == nil {
		m.packaged, m.backend = true, &backend{requires: []string{"setuptools"}, rng: uv.Range}
	}
	return diags
}

func (m *manifest) readProject(p *toml.Value) {
	if p == nil {
		return
	}
	m.name = normal(p.Get("name").Text())
	if v := p.Get("requires-python"); v != nil {
		m.requiresPython = diag.Text{Value: v.Text(), Range: v.Range}
	}
	for _, d := range p.Get("dynamic").List() {
		m.dynamic = m.dynamic || d.Text() == "dependencies" || d.Text() == "optional-dependencies"
	}
	for _, d := range p.Get("dependencies").List() {
		m.add(d.Text(), "", d.Range)
	}
	extras := p.Get("optional-dependencies")
	for _, name := range extras.Names() {
		for _, d := range extras.Get(name).List() {
			m.add(d.Text(), name, d.Range)
		}
	}
	m.readScripts(p.Get("scripts"))
	m.readPlugins(p.Get("entry-points"))
}

// readPlugins notes entry points of other programs.
func (m *manifest) readPlugins(groups *toml.Value) {
	for _, group := range groups.Names() {
		if group != "console_scripts" && group != "gui_scripts" && m.plugins.Source == nil {
			m.plugins = groups.Get(group).Range
		}
	}
}

func (m *manifest) readScripts(s *toml.Value) {
	for _, name := range s.Names() {
		v := s.Get(name)
		target := v.Text()
		if v.Table != nil {
			target = v.Get("reference").Text() // poetry's long form
		}
		m.scripts = append(m.scripts, script{name, target, v.Range})
	}
}
