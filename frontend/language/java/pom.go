package java

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/xml"
)

// mavenModule is a pom.xml with what it inherits from files of the context.
type mavenModule struct {
	dir    string // in the context
	file   string // of the POM
	pom    *xml.Node
	parent *mavenModule // nil when only a repository has it, or there is none

	properties   map[string]*xml.Node // its own, the last of each name
	dependencies []*xml.Node          // its own
	paths        []*xml.Node          // those of them that have a path

	listing bool // whether it is among the modules of a build
}

// newMavenModule returns the module of a POM, without its parent.
func newMavenModule(file string, pom *xml.Node) *mavenModule {
	m := &mavenModule{dir: path.Dir(file), file: file, pom: pom, properties: map[string]*xml.Node{}}
	m.dependencies = pom.Get("dependencies").All("dependency")
	for _, d := range m.dependencies {
		if d.Get("systemPath") != nil {
			m.paths = append(m.paths, d)
		}
	}
	if properties := pom.Get("properties"); properties != nil {
		for _, p := range properties.Children {
			m.properties[p.Name] = p
		}
	}
	return m
}

func (m *mavenModule) id() string { return m.pom.Get("artifactId").Text() }

// inherits reports whether another is the module, or one of its parents.
func (m *mavenModule) inherits(other *mavenModule) bool {
	for ; m != nil; m = m.parent {
		if m == other {
			return true
		}
	}
	return false
}

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

var mavenReference = regexp.MustCompile(`\$\{([^}]+)\}`)

// value returns the text of an element with properties in place of references to
// them, as far as the files of the context say what they are.
func (m *mavenModule) value(n *xml.Node) string {
	text := n.Text()
	if len(text) > 1000 {
		return text
	}
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
		if p := m.properties[name]; p != nil {
			return p
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
