package python

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/toml"
)

// manifest is what the files of a Python project declare. What a lock file
// says of the same is in lockfile.
type manifest struct {
	fsys           fs.FS
	dir            string    // of the project in the context: "." or "services/api"
	name           string    // of the project, normalized; "" when it has none
	requiresPython diag.Text // ">=3.11"; poetry's and Pipfile's constraints as they are written
	scripts        []script
	backend        *backend // nil when nothing says how it is built
	packaged       bool     // the project is installed, not only its dependencies
	dynamic        bool     // its dependencies are known to its build backend alone
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

// readManifest reads what a project's files declare.
func readManifest(fsys fs.FS, dir string) (*manifest, diag.List) {
	m := &manifest{fsys: fsys, dir: dir}
	diags := m.readPyproject()
	m.readSetup()
	diags.Add(m.readPipfile())
	diags.Add(m.readRequirements())
	return m, diags
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

// groups returns the names of the extras and groups that are declared.
func (m *manifest) groups() []string {
	var names []string
	for _, r := range m.requirements {
		if r.group != "" && !slices.Contains(names, r.group) {
			names = append(names, r.group)
		}
	}
	for _, n := range slices.Concat(
		m.pyproject.Get("project", "optional-dependencies").Names(), m.pyproject.Get("dependency-groups").Names(),
		m.pyproject.Get("tool", "poetry", "extras").Names(), m.pyproject.Get("tool", "poetry", "group").Names()) {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
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
	// fastapi[standard] is how its own tutorial declares a server.
	if r.name == "fastapi" && (strings.Contains(text, "[standard") || strings.Contains(text, "[all")) {
		r.name = "uvicorn"
		m.requirements = append(m.requirements, r)
	}
}

func (m *manifest) readPyproject() diag.List {
	file := path.Join(m.dir, "pyproject.toml")
	root, _, diags := toml.Read(m.fsys, file)
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
		m.dynamic = m.dynamic || d.Text() == "dependencies"
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

// readGroups reads dependency groups, and what uv and PDM had before them.
// https://peps.python.org/pep-0735/
func (m *manifest) readGroups(root *toml.Value) {
	for _, groups := range []*toml.Value{root.Get("dependency-groups"), root.Get("tool", "pdm", "dev-dependencies")} {
		for _, name := range groups.Names() {
			m.readGroup(groups, name, name, 0)
		}
	}
	for _, d := range root.Get("tool", "uv", "dev-dependencies").List() {
		m.add(d.Text(), "dev", d.Range)
	}
}

// readGroup adds what a group has, and what the groups that it includes have.
func (m *manifest) readGroup(groups *toml.Value, name, as string, depth int) {
	for _, d := range groups.Get(name).List() {
		if other := d.Get("include-group"); other != nil && depth < 8 {
			m.readGroup(groups, other.Text(), as, depth+1)
		} else if d.Text() != "" {
			m.add(d.Text(), as, d.Range)
		}
	}
}

// readPoetry reads Poetry's own tables, which are older than [project].
// https://python-poetry.org/docs/pyproject/
func (m *manifest) readPoetry(p *toml.Value) {
	if p == nil {
		return
	}
	if m.name == "" {
		m.name = normal(p.Get("name").Text())
	}
	m.readPoetryTable(p.Get("dependencies"), "")
	m.readPoetryTable(p.Get("dev-dependencies"), "dev")
	for _, g := range p.Get("group").Names() {
		m.readPoetryTable(p.Get("group", g, "dependencies"), g)
	}
	m.readScripts(p.Get("scripts"))
}

func (m *manifest) readPoetryTable(deps *toml.Value, group string) {
	for _, name := range deps.Names() {
		d := deps.Get(name)
		version := d.Text()
		if d.Table != nil {
			version = d.Get("version").Text()
		}
		switch {
		case name == "python":
			if m.requiresPython.Value == "" {
				m.requiresPython = diag.Text{Value: version, Range: d.Range}
			}
		case d.Get("optional").Text() == "true":
			m.addPoetry(name, version, m.extraOf(name), d.Range)
		default:
			m.addPoetry(name, version, group, d.Range)
		}
	}
}

func (m *manifest) addPoetry(name, version, group string, rng diag.Range) {
	m.requirements = append(m.requirements, requirement{normal(name), strings.TrimSpace(name + " " + version), group, rng})
}

// extraOf returns the extra of Poetry that an optional dependency is in; one
// that is in none is never installed, which a name that no one can write says.
func (m *manifest) extraOf(name string) string {
	extras := m.pyproject.Get("tool", "poetry", "extras")
	for _, e := range extras.Names() {
		for _, d := range extras.Get(e).List() {
			if normal(d.Text()) == normal(name) {
				return e
			}
		}
	}
	return "(none)"
}

// readPipfile reads a Pipfile. https://github.com/pypa/pipfile
func (m *manifest) readPipfile() diag.List {
	file := path.Join(m.dir, "Pipfile")
	root, _, diags := toml.Read(m.fsys, file)
	if root == nil {
		return diags
	}
	m.pipfile, m.files = root, append(m.files, file)
	for table, group := range map[string]string{"packages": "", "dev-packages": "dev"} {
		deps := root.Get(table)
		for _, name := range deps.Names() {
			m.addPoetry(name, deps.Get(name).Text(), group, deps.Get(name).Range)
		}
	}
	slices.SortStableFunc(m.requirements, func(a, b requirement) int { return strings.Compare(a.group, b.group) })
	return diags
}

var (
	setupPython  = regexp.MustCompile(`python_requires\s*=\s*["']?([^"'\n]+)["']?`)
	setupScripts = regexp.MustCompile(`["']?\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*=\s*([A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_.]*)`)
)

// readSetup reads what setup.cfg and setup.py say in so many words. setup.py is
// a program: what it computes is not known, and nothing is claimed of it.
func (m *manifest) readSetup() {
	for _, name := range []string{"setup.cfg", "setup.py"} {
		file := path.Join(m.dir, name)
		data, err := fs.ReadFile(m.fsys, file)
		if err != nil || !strings.Contains(string(data), map[string]string{"setup.cfg": "[metadata]", "setup.py": "setup("}[name]) {
			continue
		}
		m.files = append(m.files, file)
		src := &diag.Source{Name: file, Data: data}
		if m.backend == nil {
			m.backend = &backend{requires: []string{"setuptools>=40.8.0"}, rng: src.Line(1)}
		}
		m.packaged = m.packaged || m.pyproject.Get("project") == nil && m.pyproject.Get("tool", "poetry") == nil
		m.dynamic = m.dynamic || m.pyproject.Get("project") == nil && strings.Contains(string(data), "install_requires")
		m.readSetupText(src)
	}
}

func (m *manifest) readSetupText(src *diag.Source) {
	text := string(src.Data)
	if at := setupPython.FindStringSubmatchIndex(text); at != nil && m.requiresPython.Value == "" {
		m.requiresPython = diag.Text{Value: strings.TrimSpace(text[at[2]:at[3]]), Range: src.Line(1 + strings.Count(text[:at[2]], "\n"))}
	}
	if _, scripts, ok := strings.Cut(text, "console_scripts"); ok {
		offset := len(text) - len(scripts)
		end := len(scripts)
		if i := strings.IndexAny(scripts, "])"); i >= 0 && strings.HasSuffix(src.Name, ".py") {
			end = i
		}
		for _, s := range setupScripts.FindAllStringSubmatchIndex(scripts[:end], -1) {
			m.scripts = append(m.scripts, script{scripts[s[2]:s[3]], scripts[s[4]:s[5]], src.Line(1 + strings.Count(text[:offset+s[2]], "\n"))})
		}
	}
	m.readInstallRequires(src)
}

var setupRequires = regexp.MustCompile(`(?s)install_requires\s*=\s*(\[(.*?)\]|(\n(?:[ \t]+.*\n?)+))`)

// readInstallRequires reads install_requires where it is a list of texts.
func (m *manifest) readInstallRequires(src *diag.Source) {
	text := string(src.Data)
	at := setupRequires.FindStringSubmatchIndex(text)
	if at == nil {
		return
	}
	line := 1 + strings.Count(text[:at[2]], "\n")
	for i, item := range strings.Split(text[at[2]:at[3]], "\n") {
		for _, part := range strings.Split(item, "',") {
			m.add(strings.Trim(part, " \t\r[]'\","), "", src.Line(line+i))
		}
	}
}
