package python

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

var (
	setupPython  = regexp.MustCompile(`python_requires\s*=\s*["']?([^"'\n]+)["']?`)
	setupName    = regexp.MustCompile(`\bname\s*=\s*["']([A-Za-z0-9][A-Za-z0-9._-]*)["']|(?m)^name\s*=\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*$`)
	setupPlugins = regexp.MustCompile(`(?m)\bentry_points\b`)
	setupScripts = regexp.MustCompile(`["']?\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*=\s*([A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_.]*)`)
)

// readSetup reads what setup.cfg and setup.py say in so many words. setup.py is
// a program: what it computes is not known, and nothing is claimed of it.
func (m *manifest) readSetup() {
	for _, name := range []string{"setup.cfg", "setup.py"} {
		file := path.Join(m.dir, name)
		src, _ := source(m.fsys, m.memo, file)
		mark := map[string]string{"setup.cfg": "[metadata]", "setup.py": "setup("}[name]
		if src == nil || !strings.Contains(string(src.Data), mark) {
			continue
		}
		m.files = append(m.files, file)
		if m.backend == nil {
			m.backend = &backend{requires: []string{"setuptools>=40.8.0"}, rng: src.Line(1)}
		}
		m.packaged = m.packaged || m.pyproject.Get("project") == nil && m.pyproject.Get("tool", "poetry") == nil
		m.dynamic = m.dynamic || m.pyproject.Get("project") == nil && strings.Contains(string(src.Data), "install_requires")
		m.readSetupText(src)
	}
}

func (m *manifest) readSetupText(src *diag.Source) {
	text := string(src.Data)
	if at := setupPython.FindStringSubmatchIndex(text); at != nil && m.requiresPython.Value == "" {
		m.requiresPython = diag.Text{Value: strings.TrimSpace(text[at[2]:at[3]]), Range: src.LineAt(at[2])}
	}
	if name := setupName.FindStringSubmatch(text); name != nil && m.name == "" {
		m.name = normal(name[1] + name[2])
	}
	if at := setupPlugins.FindStringIndex(text); at != nil && !strings.Contains(text, "_scripts") && m.plugins.Source == nil {
		m.plugins = src.LineAt(at[0])
	}
	if _, scripts, ok := strings.Cut(text, "console_scripts"); ok {
		offset := len(text) - len(scripts)
		end := len(scripts)
		if i := strings.IndexAny(scripts, "])"); i >= 0 && strings.HasSuffix(src.Name, ".py") {
			end = i
		}
		for _, s := range setupScripts.FindAllStringSubmatchIndex(scripts[:end], -1) {
			m.scripts = append(m.scripts, script{scripts[s[2]:s[3]], scripts[s[4]:s[5]], src.LineAt(offset + s[2])})
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
	line := src.Pos(at[2]).Line
	for i, item := range strings.Split(text[at[2]:at[3]], "\n") {
		for _, part := range strings.Split(item, "',") {
			m.add(strings.Trim(part, " \t\r[]'\","), "", src.Line(line+i))
		}
	}
}

var quotedText = regexp.MustCompile(`"([^"\n]+)"|'([^'\n]+)'`)

// mostLooks is in how many places files are looked for that a setup.py may name. Each
// is a question to the daemon.
const mostLooks = 10_000

// setupNames returns the files that setup.py names in texts, whole or by what
// os.path.join puts behind a directory of the project.
func setupNames(m *manifest) (files []string) {
	src, err := source(m.fsys, m.memo, path.Join(m.dir, "setup.py"))
	if err != nil {
		return nil
	}
	dirs := append([]string{m.dir}, language.Subdirs(m.fsys, m.dir, 2)...)
	looks, seen := 0, map[string]bool{}
	for _, quoted := range quotedText.FindAllStringSubmatch(string(src.Data), -1) {
		name := quoted[1] + quoted[2]
		if seen[name] || strings.ContainsAny(name, " \t:;<>") {
			continue
		}
		seen[name] = true
		if looks += len(dirs); looks > mostLooks {
			break
		}
		for _, dir := range dirs {
			if file := path.Join(dir, name); fs.ValidPath(file) && language.IsFile(m.fsys, file) {
				files = append(files, file)
			}
		}
	}
	return files
}

// fileReference is how setup.cfg names files whose text is taken: "file: README.md".
var fileReference = regexp.MustCompile(`(?m)=\s*file:\s*([^\n]+)`)

// cfgNames returns the files whose text setup.cfg takes.
func cfgNames(m *manifest) (files []string) {
	src, err := source(m.fsys, m.memo, path.Join(m.dir, "setup.cfg"))
	if err != nil {
		return nil
	}
	for _, names := range fileReference.FindAllStringSubmatch(string(src.Data), -1) {
		for _, name := range strings.Split(names[1], ",") {
			files = append(files, path.Join(m.dir, strings.TrimSpace(name)))
		}
	}
	return files
}

// setupReads returns the files that a build backend is likely to read when it
// is asked for dependencies: texts beside the project file, versions, and what
// project files name. Prose that none names is not among them.
func setupReads(m *manifest) []string {
	files := slices.Concat(setupNames(m), cfgNames(m), m.prose())
	for _, pattern := range []string{"*.txt", "*.in", "*.cfg", "setup.py", "VERSION*", "requirements/*", "*/__init__.py", "*/_version.py", "*/__version__.py", "*/version.py", "src/*/__init__.py"} {
		files = append(files, language.Glob(m.fsys, m.dir, pattern)...)
	}
	return slices.DeleteFunc(files, func(f string) bool { return !language.IsFile(m.fsys, f) })
}
