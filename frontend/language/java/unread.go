package java

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
)

// modest are the plugins that read what they are told of, and no other file of a
// project: not git's directory, and no prose.
var modest = []string{
	"build-helper-maven-plugin", "flatten-maven-plugin", "gmavenplus-plugin", "jacoco-maven-plugin", "kotlin-maven-plugin", "maven-clean-plugin",
	"maven-compiler-plugin", "maven-dependency-plugin", "maven-deploy-plugin", "maven-enforcer-plugin", "maven-failsafe-plugin",
	"maven-install-plugin", "maven-jar-plugin", "maven-javadoc-plugin", "maven-resources-plugin", "maven-shade-plugin",
	"maven-source-plugin", "maven-surefire-plugin", "maven-toolchains-plugin", "protobuf-maven-plugin", "scala-maven-plugin",
	"spring-boot-maven-plugin",
}

// modestParents are parents of a repository that bring no other plugin by themselves.
var modestParents = []string{"spring-boot-starter-parent", "spring-boot-dependencies"}

// wholeProject is how a POM names the project's directory, or one above it, as one of
// resources.
var wholeProject = regexp.MustCompile(`<directory>\s*(?:\.\.?|\$\{[^}]*\})(?:/\.\.?)*/?\s*</directory>`)

// unread returns what of the context the build does not read: all that is for people
// and other tools, but what a POM names. Of a build whose plugins may read anything it
// is nothing.
func (b *mavenBuild) unread(p *language.Project) []string {
	if !b.modest() {
		return nil
	}
	return slices.DeleteFunc(language.Unread(p), func(name string) bool {
		word := []byte(strings.ToLower(path.Base(name)))
		for _, m := range b.poms {
			if path.Ext(name) != ".git" && bytes.Contains(bytes.ToLower(m.pom.Range.Source.Data), word) {
				return true
			}
		}
		return false
	})
}

// modest reports whether all plugins of a build are.
func (b *mavenBuild) modest() bool {
	if language.IsFile(b.fsys, path.Join(b.root, ".mvn/extensions.xml")) {
		return false
	}
	for _, m := range b.poms {
		if parent := m.pom.Get("parent", "artifactId"); m.parent == nil && parent != nil && !slices.Contains(modestParents, parent.Text()) {
			return false
		}
		if wholeProject.Match(m.pom.Range.Source.Data) || !m.modest() {
			return false
		}
	}
	return true
}

// modest reports whether all plugins that a POM brings are, those of profiles too.
func (m *mavenModule) modest() bool {
	for _, holder := range append(m.pom.Get("profiles").All("profile"), m.pom) {
		for _, plugin := range holder.Get("build", "plugins").All("plugin") {
			if !slices.Contains(modest, plugin.Get("artifactId").Text()) {
				return false
			}
		}
	}
	return true
}
