package java

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/xml"
)

// mavenBuild is what Maven builds in one go: the modules of the outermost POM
// that has the project among them, where the project is built with others.
type mavenBuild struct {
	fsys    fs.FS
	memo    *language.Memo
	root    string // directory that Maven runs in
	modules []*mavenModule
	poms    map[string]*mavenModule // all that were read, by file
}

// mavenOf returns what Maven builds the project with, nil when it has no POM.
func mavenOf(p *language.Project) (*mavenBuild, diag.List) {
	return language.Once(p.Memo, p.Dir(), func() (*mavenBuild, diag.List) { return readMaven(p.FS, p.Memo, p.Dir()) })
}

// readMaven reads the POMs of the project in dir.
func readMaven(fsys fs.FS, memo *language.Memo, dir string) (*mavenBuild, diag.List) {
	if !language.IsFile(fsys, path.Join(dir, "pom.xml")) {
		return nil, nil
	}
	for _, root := range slices.Backward(slices.Collect(language.Parents(dir))) {
		b := &mavenBuild{fsys: fsys, memo: memo, root: root, poms: map[string]*mavenModule{}}
		diags := b.add(path.Join(root, "pom.xml"))
		if root == dir || b.module(dir) != nil && b.together(dir) {
			return b, diags
		}
	}
	return nil, nil
}

// together reports whether the modules in and below a directory need others of
// the build: a parent, or a library. Many repositories list projects that have
// nothing to do with each other.
func (b *mavenBuild) together(dir string) bool {
	outside := func(d string) bool { return d != dir && !strings.HasPrefix(d, dir+"/") }
	others := map[string]bool{}
	for _, m := range b.modules {
		if outside(m.dir) {
			others[m.id()] = true
		}
	}
	for _, m := range b.modules {
		if outside(m.dir) {
			continue
		}
		if m.parent != nil && outside(m.parent.dir) {
			return true
		}
		needs := append(m.pom.Get("dependencies").All("dependency"), m.pom.Get("dependencyManagement", "dependencies").All("dependency")...)
		for _, d := range needs {
			if others[d.Get("artifactId").Text()] {
				return true
			}
		}
	}
	return false
}

// More than any build has: of modules, and of POMs that inherit from each other.
const (
	mostModules = 10_000
	mostParents = 100
)

// add reads a POM and those of the modules that it lists.
func (b *mavenBuild) add(file string) (diags diag.List) {
	m, diags := b.read(file, 0)
	if m == nil || m.listing {
		return diags
	}
	m.listing = true
	b.modules = append(b.modules, m)
	b.lookAhead(m)
	for _, name := range m.listed() {
		if len(b.modules) >= mostModules {
			diags.Errorf(name.Range, "the build has more than %d modules", mostModules)
			return diags
		}
		below := m.below(name)
		if strings.HasPrefix(below, "../") {
			diags.Errorf(name.Range, "module %q is outside of the build context", name.Text()).Hint =
				"build from the directory that holds all modules, with \"project\" for the one that is the program"
			continue
		}
		if !language.IsFile(b.fsys, below) {
			diags.Errorf(name.Range, "there is no %s for module %q", below, name.Text()).Missing = below
			continue
		}
		diags.Add(b.add(below))
	}
	return diags
}

// below returns the file of a module that a POM lists.
func (m *mavenModule) below(name *xml.Node) string {
	file := path.Join(m.dir, name.Text())
	if strings.HasSuffix(file, ".xml") {
		return file
	}
	return path.Join(file, "pom.xml")
}

// lookAhead has the POMs that a module lists read, at the same time.
func (b *mavenBuild) lookAhead(m *mavenModule) {
	var files []string
	for _, name := range m.listed() {
		if len(files) < mostModules {
			files = append(files, m.below(name))
		}
	}
	language.LookAhead(b.fsys, files, func(file string) { b.pom(file) })
}

// pom reads a POM alone. A project may be read as a part of several builds before one is
// taken.
func (b *mavenBuild) pom(file string) (*xml.Node, diag.List) {
	return language.Once(b.memo, file, func() (*xml.Node, diag.List) { return xml.Read(b.fsys, file) })
}

// read reads a POM and its parents. It is so many parents above the first.
func (b *mavenBuild) read(file string, above int) (*mavenModule, diag.List) {
	if m := b.poms[file]; m != nil {
		return m, nil
	}
	pom, diags := b.pom(file)
	if pom == nil {
		return nil, diags
	}
	m := newMavenModule(file, pom)
	b.poms[file] = m
	if up := m.parentFile(); up != "" && language.IsFile(b.fsys, up) {
		if above == mostParents {
			diags.Errorf(pom.Get("parent").Range, "there are more than %d parents above each other", mostParents)
			return m, diags
		}
		parent, more := b.read(up, above+1)
		diags.Add(more)
		// The usual place may hold a POM that is not the parent.
		if parent != nil && parent.id() == pom.Get("parent", "artifactId").Text() {
			if parent.inherits(m) {
				diags.Errorf(pom.Get("parent").Range, "%s is a parent of itself", file).Hint = "which POM is the parent? \"relativePath\" says where it is"
				return m, diags
			}
			m.parent = parent
		}
	}
	return m, diags
}

// module returns the module of a directory, nil when there is none.
func (b *mavenBuild) module(dir string) *mavenModule {
	for _, m := range b.modules {
		if m.dir == dir {
			return m
		}
	}
	return nil
}

// manifests returns the files that say what is to be fetched: the POMs, with the
// parents that are no modules, and Maven's own configuration of the project.
func (b *mavenBuild) manifests() []string {
	var files []string
	for file := range b.poms {
		files = append(files, file)
	}
	if dir := path.Join(b.root, ".mvn"); language.IsDir(b.fsys, dir) {
		files = append(files, dir)
	}
	slices.Sort(files)
	return files
}

// mavenTool returns how Maven builds the project, nil when it has no POM.
func mavenTool(p *language.Project) (*buildTool, diag.List) {
	b, diags := mavenOf(p)
	if b == nil || diags.Err() != nil {
		return nil, diags
	}
	app, why, more := b.app(p)
	diags.Add(b.credentials(), more)
	if app == nil {
		return nil, diags
	}
	jars, more := b.vendored(app)
	diags.Add(more, app.forContainer(p))
	wanted, at := b.wrapper()
	t := &buildTool{
		program: "Maven", command: "mvn", root: b.root,
		tasks: map[string]string{"fetch": "package", "compile": "package", "test": "test"},
		label: app.id(), main: app.mainClass(),
		manifests: b.manifests(),
		level:     app.level(), jdk: app.toolchain(),
		image:     func(release int) (language.Toolchain, diag.List) { return mavenImage(wanted, at, release), nil },
		output:    mavenRepository,
		caches:    []language.Cache{{Name: "maven-downloads", Path: "/var/cache/maven"}}, // where root alone sees them
		extension: paths(programFiles("maven")),
		listen:    listens(p, app.pom.Range.Source, app.dir),
		secrets:   []language.Secret{{ID: "settings.xml", Path: "/root/.m2/settings.xml"}},
		apart:     true,
		generates: b.generates(),
		unread:    b.unread(p),
		native:    spec.Vars{{Name: "MAVEN_ARGS", Value: mavenArgs(p)}},
		decisions: []language.Decision{{Name: "build tool", Value: "maven", Why: path.Join(b.root, "pom.xml")}, {Name: "module", Value: app.file, Why: why}},
	}
	if app.dir != b.root {
		t.module = language.Relative(b.root, app.dir)
		t.of = []string{"-pl", t.module, "-am"}
	}
	for _, jar := range jars {
		t.vendor(jar)
	}
	if wanted != "" {
		version := wanted
		if !mavenHasImage(wanted) {
			version = "3.9, in place of " + wanted
		}
		t.decisions = append(t.decisions, language.Decision{Name: "maven", Value: version, Why: at.FileLine()})
	}
	return t, diags
}

// generators are plugins that download a compiler when they see something to compile.
var generators = []string{"protobuf-maven-plugin"}

// generates reports whether a module has a generator.
func (b *mavenBuild) generates() bool {
	return slices.ContainsFunc(b.modules, func(m *mavenModule) bool { return len(m.plugins(false, generators...)) > 0 })
}

const mavenRepository = "/opt/m2"

// mavenArgs are the arguments of every Maven that a script starts.
func mavenArgs(p *language.Project) string {
	args := "-B -ntp -Dmaven.repo.local=" + mavenRepository
	if !online(p) {
		args += " -o"
	}
	return args
}
