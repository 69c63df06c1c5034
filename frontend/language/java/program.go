package java

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/xml"
)

// mavenPackagers are the plugins that make something that can be started.
var mavenPackagers = []string{
	"spring-boot-maven-plugin", "quarkus-maven-plugin", "micronaut-maven-plugin", "maven-shade-plugin", "maven-assembly-plugin", "helidon-maven-plugin", "exec-maven-plugin",
}

// makesProgram reports whether a module is set up to make something that can be
// started, and the place that says so.
func (m *mavenModule) makesProgram() (diag.Range, bool) {
	if m.pom.Get("packaging").Text() == "pom" || m.isAgent() {
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

// isAgent reports whether a module makes an agent, which another program loads, and
// no program.
func (m *mavenModule) isAgent() bool {
	names := map[string]bool{}
	var look func(n *xml.Node)
	look = func(n *xml.Node) {
		for _, c := range n.Children {
			names[strings.ToLower(strings.ReplaceAll(c.Name, "-", ""))] = true
			look(c)
		}
	}
	if plugins := m.pom.Get("build", "plugins"); plugins != nil {
		look(plugins)
	}
	return (names["premainclass"] || names["agentclass"]) && !names["mainclass"]
}

// mavenMains are the properties that plugins and parents read a main class from.
var mavenMains = []string{"exec.mainClass", "start-class", "mainClass", "main.class"}

// mainClass returns the main class that the POM of a module names; the zero text
// when it names none, or several.
func (m *mavenModule) mainClass() diag.Text {
	var found []diag.Text
	add := func(n *xml.Node) {
		if len(found) > 1 {
			return
		}
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
	return nil, "", append(diags, severalModules(p, dirs))
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

// gradlePackagers are how a build file says that its module can be started.
var gradlePackagers = regexp.MustCompile(`(?m)^[^/\n]*(?:` +
	`\bid[\s(]*["'](?:application|org\.springframework\.boot|com\.github\.johnrengelman\.shadow|com\.gradleup\.shadow|io\.quarkus|io\.micronaut\.(?:application|minimal\.application)|io\.ktor\.plugin)["'](?:[^\n]*)` +
	`|^\s*application\s*$|apply\s+plugin:\s*["'](?:application|org\.springframework\.boot|io\.quarkus)["']|apply\(plugin\s*=\s*"application"\)` +
	`|alias\(libs\.plugins\.[\w.]*(?:boot|shadow|application|quarkus|ktor)[\w.]*\)(?:[^\n]*)` +
	`|["']?Main-Class["']?\s*(?:to|:|,))`)

// makesProgram reports whether a module is set up to make something that can be
// started, and where it says so.
func (m *gradleModule) makesProgram() (diag.Range, bool) {
	for _, at := range gradlePackagers.FindAllIndex(m.src.Data, -1) {
		if !strings.Contains(string(m.src.Data[at[0]:at[1]]), "apply false") {
			line := strings.TrimLeft(string(m.src.Data[at[0]:at[1]]), "\n")
			return m.src.LineAt(at[1] - len(line)), true
		}
	}
	return diag.Range{}, false
}

// app returns the module that is the program, and why: the one that project
// names, the only one, or the only one that is set up to make something that can
// be started. It is nil where the root has no build file, and no module either.
func (b *gradleBuild) app(p *language.Project) (*gradleModule, string, diag.List) {
	var diags diag.List
	var found, here []*gradleModule
	for _, m := range b.modules {
		if m.dir == p.Dir() && p.Spec.Project.IsSet() && p.Dir() != b.root {
			return m, p.Spec.Project.Range.FileLine(), nil
		}
		if p.Dir() == "." || m.dir == p.Dir() || strings.HasPrefix(m.dir, p.Dir()+"/") {
			here = append(here, m)
			if _, ok := m.makesProgram(); ok {
				found = append(found, m)
			}
		}
	}
	switch {
	case len(here) == 1:
		return here[0], "the only module", nil
	case len(found) == 0:
		found = slices.DeleteFunc(slices.Clone(here), func(m *gradleModule) bool { return !hasMain(b.fsys, m.dir) })
	}
	if len(found) == 1 {
		if at, ok := found[0].makesProgram(); ok {
			return found[0], at.FileLine(), nil
		}
		return found[0], "the only module with a main class", nil
	}
	var dirs []string
	for _, m := range found {
		dirs = append(dirs, m.dir)
	}
	if len(dirs) == 0 {
		diags.Errorf(p.Spec.Project.Range, "no module of the build makes a program: none has a plugin that makes one, or a main class").Hint = "say which module: \"project: <directory>\", with the main class as \"entrypoint\""
	} else {
		diags = append(diags, severalModules(p, dirs))
	}
	return nil, "", diags
}

func severalModules(p *language.Project, dirs []string) diag.Diagnostic {
	return language.Ambiguous(p.Spec.Project.Range, "several modules make a program", "project", dirs)
}
