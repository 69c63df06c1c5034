package java

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/xml"
)

// mavenModule is a pom.xml with what it inherits from files of the context.
type mavenModule struct {
	dir    string // in the context
	file   string // of the POM
	pom    *xml.Node
	parent *mavenModule // nil when only a repository has it, or there is none
}

// mavenBuild is what Maven builds in one go: the modules of the outermost POM
// that has the project among them, where the project is built with others.
type mavenBuild struct {
	fsys    fs.FS
	root    string // directory that Maven runs in
	modules []*mavenModule
	poms    map[string]*mavenModule // all that were read, by file
}

// readMaven reads the POMs of the project in dir, nil when it has none.
func readMaven(fsys fs.FS, dir string) (*mavenBuild, diag.List) {
	if !language.IsFile(fsys, path.Join(dir, "pom.xml")) {
		return nil, nil
	}
	for root := range above(dir) {
		b := &mavenBuild{fsys: fsys, root: root, poms: map[string]*mavenModule{}}
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
	for _, m := range b.modules {
		if outside(m.dir) {
			continue
		}
		if m.parent != nil && outside(m.parent.dir) {
			return true
		}
		needs := append(m.pom.Get("dependencies").All("dependency"), m.pom.Get("dependencyManagement", "dependencies").All("dependency")...)
		for _, d := range needs {
			id := d.Get("artifactId").Text()
			if slices.ContainsFunc(b.modules, func(o *mavenModule) bool { return outside(o.dir) && o.id() == id }) {
				return true
			}
		}
	}
	return false
}

// above yields the directories from the context's root down to dir.
func above(dir string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if dir != "." && !yield(".") {
			return
		}
		for i, c := range dir {
			if c == '/' && !yield(dir[:i]) {
				return
			}
		}
		yield(dir)
	}
}

// add reads a POM and those of the modules that it lists.
func (b *mavenBuild) add(file string) (diags diag.List) {
	m, diags := b.read(file)
	if m == nil || slices.Contains(b.modules, m) {
		return diags
	}
	b.modules = append(b.modules, m)
	for _, name := range m.listed() {
		below := path.Join(m.dir, name.Text())
		if !strings.HasSuffix(below, ".xml") {
			below = path.Join(below, "pom.xml")
		}
		if !language.IsFile(b.fsys, below) {
			diags.Errorf(name.Range, "there is no %s for module %q", below, name.Text()).Missing = below
			continue
		}
		diags.Add(b.add(below))
	}
	return diags
}

// read reads a POM and its parents.
func (b *mavenBuild) read(file string) (*mavenModule, diag.List) {
	if m := b.poms[file]; m != nil {
		return m, nil
	}
	pom, diags := xml.Read(b.fsys, file)
	if pom == nil {
		return nil, diags
	}
	m := &mavenModule{dir: path.Dir(file), file: file, pom: pom}
	b.poms[file] = m
	if up := m.parentFile(); up != "" && language.IsFile(b.fsys, up) {
		parent, more := b.read(up)
		diags.Add(more)
		// The usual place may hold a POM that is not the parent.
		if parent != nil && parent.id() == pom.Get("parent", "artifactId").Text() {
			m.parent = parent
		}
	}
	return m, diags
}

func (m *mavenModule) id() string { return m.pom.Get("artifactId").Text() }

// parentFile returns where a parent's POM would be, "" when only a repository
// has it. https://maven.apache.org/ref/current/maven-model/maven.html#parent
func (m *mavenModule) parentFile() string {
	parent := m.pom.Get("parent")
	if parent == nil {
		return ""
	}
	relative := "../pom.xml"
	if r := parent.Get("relativePath"); r != nil {
		relative = r.Text()
	}
	file := path.Join(m.dir, relative)
	switch {
	case relative == "" || strings.HasPrefix(file, ".."):
		return ""
	case !strings.HasSuffix(file, ".xml"):
		return path.Join(file, "pom.xml")
	}
	return file
}

// listed returns the modules that a POM lists, those of profiles too.
func (m *mavenModule) listed() []*xml.Node {
	var all []*xml.Node
	holders := []*xml.Node{m.pom}
	holders = append(holders, m.pom.Get("profiles").All("profile")...)
	for _, h := range holders {
		all = append(all, h.Get("modules").All("module")...)
		all = append(all, h.Get("subprojects").All("subproject")...)
	}
	return slices.DeleteFunc(all, func(n *xml.Node) bool { return n.Text() == "" || strings.Contains(n.Text(), "${") })
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

var mavenReference = regexp.MustCompile(`\$\{([^}]+)\}`)

// value returns the text of an element with properties in place of references to
// them, as far as the files of the context say what they are.
func (m *mavenModule) value(n *xml.Node) string {
	text := n.Text()
	for range 8 { // properties may refer to others
		next := mavenReference.ReplaceAllStringFunc(text, func(ref string) string {
			if p := m.property(ref[2 : len(ref)-1]); p != nil {
				return p.Text()
			}
			return ref
		})
		if next == text {
			break
		}
		text = next[:min(len(next), 1000)]
	}
	return text
}

// property returns a property of a module or the nearest parent that has it.
func (m *mavenModule) property(name string) *xml.Node {
	for ; m != nil; m = m.parent {
		if all := m.pom.Get("properties").All(name); len(all) > 0 {
			return all[len(all)-1]
		}
	}
	return nil
}

// plugins returns the plugins of an artifact that a module has, with their
// configuration, the nearest first: its own, then those of parents. Managed ones
// are configuration for who has them, and count where managed is asked for.
func (m *mavenModule) plugins(managed bool, artifacts ...string) []*xml.Node {
	var found []*xml.Node
	for ; m != nil; m = m.parent {
		lists := []*xml.Node{m.pom.Get("build", "plugins")}
		if managed {
			lists = append(lists, m.pom.Get("build", "pluginManagement", "plugins"))
		}
		for _, list := range lists {
			for _, p := range list.All("plugin") {
				if slices.Contains(artifacts, p.Get("artifactId").Text()) {
					found = append(found, p)
				}
			}
		}
	}
	return found
}

// mavenLevels are the properties that say which level the source has.
// https://maven.apache.org/plugins/maven-compiler-plugin/compile-mojo.html
var mavenLevels = []string{"maven.compiler.release", "maven.compiler.target", "maven.compiler.source", "java.version", "kotlin.compiler.jvmTarget"}

// level returns the language level of a module; the zero one when no file of the
// context says it.
func (m *mavenModule) level() wantedVersion {
	for _, p := range m.plugins(true, "maven-compiler-plugin") {
		for _, key := range []string{"release", "target", "source"} {
			if n := p.Get("configuration", key); n != nil && levelOf(m.value(n)) > 0 {
				return wantedVersion{level: levelOf(m.value(n)), rng: m.said(n)}
			}
		}
	}
	for _, name := range mavenLevels {
		if n := m.property(name); n != nil && levelOf(m.value(n)) > 0 {
			return wantedVersion{level: levelOf(m.value(n)), rng: m.said(n)}
		}
	}
	return wantedVersion{}
}

// said returns where the value of an element is written: at the last of the
// properties that it refers to.
func (m *mavenModule) said(n *xml.Node) diag.Range {
	for range 8 {
		ref := mavenReference.FindStringSubmatch(n.Text())
		if ref == nil {
			break
		}
		p := m.property(ref[1])
		if p == nil {
			break
		}
		n = p
	}
	return n.Range
}

// toolchain returns the JDK that Maven's toolchains plugin asks for.
func (m *mavenModule) toolchain() wantedVersion {
	for _, p := range m.plugins(true, "maven-toolchains-plugin") {
		if n := p.Get("configuration", "toolchains", "jdk", "version"); n != nil && levelOf(m.value(n)) > 0 {
			return wantedVersion{level: levelOf(m.value(n)), rng: m.said(n), pinned: true}
		}
	}
	return wantedVersion{}
}

// mavenPackagers are the plugins that make something that can be started.
var mavenPackagers = []string{
	"spring-boot-maven-plugin", "quarkus-maven-plugin", "micronaut-maven-plugin", "maven-shade-plugin", "maven-assembly-plugin", "helidon-maven-plugin", "exec-maven-plugin",
}

// makesProgram reports whether a module is set up to make something that can be
// started, and the place that says so.
func (m *mavenModule) makesProgram() (diag.Range, bool) {
	if m.pom.Get("packaging").Text() == "pom" {
		return diag.Range{}, false
	}
	for _, list := range []*xml.Node{m.pom.Get("build", "plugins")} {
		for _, p := range list.All("plugin") {
			name := p.Get("artifactId")
			if slices.Contains(mavenPackagers, name.Text()) || name.Text() == "maven-jar-plugin" && p.Get("configuration", "archive", "manifest", "mainClass") != nil {
				return name.Range, true
			}
		}
	}
	for _, key := range mavenMains {
		if n := m.pom.Get("properties").Get(key); n != nil {
			return n.Range, true
		}
	}
	return diag.Range{}, false
}

// mavenMains are the properties that plugins and parents read a main class from.
var mavenMains = []string{"exec.mainClass", "start-class", "mainClass", "main.class"}

// mainClass returns the main class that the POM of a module names; the zero text
// when it names none, or several.
func (m *mavenModule) mainClass() diag.Text {
	var found []diag.Text
	add := func(n *xml.Node) {
		text := diag.Text{Value: m.value(n), Range: m.said(n)}
		if className.MatchString(text.Value) && !slices.ContainsFunc(found, func(t diag.Text) bool { return t.Value == text.Value }) {
			found = append(found, text)
		}
	}
	for _, name := range mavenMains {
		if n := m.property(name); n != nil {
			add(n)
		}
	}
	var look func(n *xml.Node)
	look = func(n *xml.Node) {
		for _, c := range n.Children {
			if c.Name == "mainClass" {
				add(c)
			}
			look(c)
		}
	}
	if plugins := m.pom.Get("build", "plugins"); plugins != nil {
		look(plugins)
	}
	if len(found) != 1 {
		return diag.Text{}
	}
	return found[0]
}

// mavenDistribution is how a wrapper says which Maven it wants.
var mavenDistribution = regexp.MustCompile(`(?m)^distributionUrl\s*=.*apache-maven-(\d+\.\d+\.\d+[\w.-]*?)-bin`)

// wrapper returns the version of Maven that the project's wrapper asks for, ""
// when it has none. It is read, and never run: it would download.
func (b *mavenBuild) wrapper() (string, diag.Range) {
	return wrapperVersion(b.fsys, path.Join(b.root, ".mvn/wrapper/maven-wrapper.properties"), mavenDistribution)
}

// wrapperVersion returns the version that a wrapper's properties name, "" when there
// is no such file or it names none.
func wrapperVersion(fsys fs.FS, name string, distribution *regexp.Regexp) (string, diag.Range) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return "", diag.Range{}
	}
	at := distribution.FindSubmatchIndex(data)
	if at == nil {
		return "", diag.Range{}
	}
	src := &diag.Source{Name: name, Data: data}
	return string(data[at[2]:at[3]]), src.Line(1 + strings.Count(string(data[:at[2]]), "\n"))
}

// mavenTool returns how Maven builds the project, nil when it has no POM.
func mavenTool(p *language.Project) (*buildTool, diag.List) {
	b, diags := readMaven(p.FS, p.Dir())
	if b == nil || diags.Err() != nil {
		return nil, diags
	}
	app, why, more := b.app(p)
	diags.Add(more)
	if app == nil {
		return nil, diags
	}
	wanted, at := b.wrapper()
	t := &buildTool{
		name: "maven", program: "Maven", root: b.root,
		label: app.id(), main: app.mainClass(),
		manifests: b.manifests(),
		level:     app.level(), jdk: app.toolchain(),
		image:     func(release int) (language.Toolchain, diag.List) { return mavenImage(wanted, at, release), nil },
		output:    mavenRepository,
		secrets:   []language.Secret{{ID: "settings.xml", Path: "/root/.m2/settings.xml"}},
		native:    spec.Vars{{Name: "MAVEN_ARGS", Value: "-B -ntp -o -Dmaven.repo.local=" + mavenRepository}},
		decisions: []language.Decision{{Name: "build tool", Value: "maven", Why: path.Join(b.root, "pom.xml")}, {Name: "module", Value: app.file, Why: why}},
	}
	if app.dir != b.root {
		t.module = language.Relative(b.root, app.dir)
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

const mavenRepository = "/opt/m2"

// mavenHasImage reports whether a version is one that we take.
func mavenHasImage(version string) bool {
	return strings.HasPrefix(version, "3.9.") || strings.HasPrefix(version, "4.")
}

// mavenImage returns the image of a release with the Maven that the wrapper
// wants, or the newest 3.9 where that is older: plugins of today ask for it.
// https://hub.docker.com/_/maven
func mavenImage(wanted string, at diag.Range, release int) language.Toolchain {
	newest := fmt.Sprintf("maven:3.9-eclipse-temurin-%d-noble", release)
	t := language.Toolchain{Ref: newest, Version: fmt.Sprint(release)}
	if mavenHasImage(wanted) {
		t.Ref, t.Forward, t.Range = fmt.Sprintf("maven:%s-eclipse-temurin-%d", wanted, release), newest, at
	}
	return t
}

// app returns the module that is the program, and why: the one that project
// names, the only one, the one that has the main class that is asked for, or the
// only one that is set up to make something that can be started.
func (b *mavenBuild) app(p *language.Project) (*mavenModule, string, diag.List) {
	var diags diag.List
	here := b.module(p.Dir())
	if here == nil {
		return nil, "", diags
	}
	below := b.below(here)
	if len(below) == 1 {
		return below[0], b.whyOnly(p, below[0]), nil
	}
	if len(below) == 0 { // POMs alone: what is started is a dependency's
		return here, here.file, nil
	}
	if want := p.Spec.Entrypoint; want.IsSet() && len(want.Items) > 0 {
		if m := b.withClass(below, want.Items[0].Value); m != nil {
			return m, want.Range.FileLine(), nil
		}
	}
	var found []*mavenModule
	for _, m := range below {
		if _, ok := m.makesProgram(); ok {
			found = append(found, m)
		}
	}
	if len(found) == 0 {
		found = b.withMain(below)
	}
	if len(found) == 1 {
		return found[0], b.whyProgram(found[0]), nil
	}
	if len(found) == 0 {
		diags.Errorf(p.Spec.Project.Range, "no module makes a program: none has a packager or a main class").Hint =
			fmt.Sprintf("say which module: \"project: %s\", with the main class as \"entrypoint\"", below[len(below)-1].dir)
		return nil, "", diags
	}
	var dirs []string
	for _, m := range found {
		dirs = append(dirs, m.dir)
	}
	diags.Errorf(p.Spec.Project.Range, "several modules make a program: %s", strings.Join(dirs, ", ")).Hint = fmt.Sprintf("say which: \"project: %s\"", dirs[0])
	return nil, "", diags
}

// below returns the modules in and below one's directory that have a packaging of
// their own.
func (b *mavenBuild) below(here *mavenModule) []*mavenModule {
	var all []*mavenModule
	for _, m := range b.modules {
		if (m == here || here.dir == "." || strings.HasPrefix(m.dir, here.dir+"/")) && m.pom.Get("packaging").Text() != "pom" {
			all = append(all, m)
		}
	}
	// A directory with a module of its own is asked for by name.
	if p := here.pom.Get("packaging").Text(); p != "pom" && len(here.listed()) == 0 {
		return []*mavenModule{here}
	}
	return all
}

func (b *mavenBuild) whyOnly(p *language.Project, m *mavenModule) string {
	if p.Spec.Project.IsSet() {
		return p.Spec.Project.Range.FileLine()
	}
	return "the only module"
}

func (b *mavenBuild) whyProgram(m *mavenModule) string {
	if at, ok := m.makesProgram(); ok {
		return at.FileLine()
	}
	return "the only module with a main class"
}

// sourceDirs are where modules have their sources, with the endings of files.
var sourceDirs = []struct{ dir, ext string }{{"src/main/java", ".java"}, {"src/main/kotlin", ".kt"}, {"src/main/groovy", ".groovy"}, {"src/main/scala", ".scala"}}

// withClass returns the only module that has a class, or an archive that is named
// for it, nil when there is none.
func (b *mavenBuild) withClass(modules []*mavenModule, name string) *mavenModule {
	var found []*mavenModule
	for _, m := range modules {
		file := strings.ReplaceAll(name, ".", "/")
		if archiveName.MatchString(name) {
			if strings.HasPrefix(path.Base(name), m.id()+"-") || strings.HasPrefix(path.Clean(name), language.Relative(b.root, m.dir)+"/") {
				found = append(found, m)
			}
			continue
		}
		for _, s := range sourceDirs {
			if language.IsFile(b.fsys, path.Join(m.dir, s.dir, file+s.ext)) || s.ext == ".kt" && language.IsFile(b.fsys, path.Join(m.dir, s.dir, strings.TrimSuffix(file, "Kt")+s.ext)) {
				found = append(found, m)
				break
			}
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// withMain returns the modules whose sources have a main method.
func (b *mavenBuild) withMain(modules []*mavenModule) []*mavenModule {
	return slices.DeleteFunc(slices.Clone(modules), func(m *mavenModule) bool { return !hasMain(b.fsys, m.dir) })
}

var mainMethod = regexp.MustCompile(`(?m)^\s*(?:public\s+)?(?:final\s+)?(?:public\s+)?static\s+(?:public\s+)?(?:final\s+)?void\s+main\s*\(|^\s*fun\s+main\s*\(|^object\s+\w+\s+extends\s+App\b`)

// hasMain reports whether a source file of a module has a main method.
func hasMain(fsys fs.FS, dir string) bool {
	for _, s := range sourceDirs {
		found := false
		_ = fs.WalkDir(fsys, path.Join(dir, s.dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil || found {
				return fs.SkipAll
			}
			if !d.IsDir() && strings.HasSuffix(name, s.ext) {
				data, _ := fs.ReadFile(fsys, name)
				found = mainMethod.Match(data)
			}
			return nil
		})
		if found {
			return true
		}
	}
	return false
}
