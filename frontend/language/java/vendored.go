package java

import (
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/xml"
)

// needed returns a module with those of the build that it depends on, and they do.
func (b *mavenBuild) needed(app *mavenModule) []*mavenModule {
	byID := map[string]*mavenModule{}
	for _, m := range b.modules {
		byID[m.id()] = m
	}
	all, seen := []*mavenModule{app}, map[*mavenModule]bool{app: true}
	asked := map[*mavenModule]bool{} // parents are of many modules
	for i := 0; i < len(all); i++ {
		for m := all[i]; m != nil && !asked[m]; m = m.parent {
			asked[m] = true
			for _, d := range m.dependencies {
				if m := byID[d.Get("artifactId").Text()]; m != nil && !seen[m] {
					seen[m] = true
					all = append(all, m)
				}
			}
		}
	}
	return all
}

// byPath returns what a module depends on that may be a file of the context, by its
// own POM and its parents'.
func (m *mavenModule) byPath() (all []*xml.Node) {
	for ; m != nil; m = m.parent {
		all = append(all, m.paths...)
	}
	return all
}

// vendored returns the jars of the context that a program depends on by their
// path, each once: those of scope system, which no class path of Maven's at run time has.
// https://maven.apache.org/guides/introduction/introduction-to-dependency-mechanism.html#dependency-scope
func (b *mavenBuild) vendored(app *mavenModule) (files []diag.Text, diags diag.List) {
	seen := map[string]bool{}
	for _, m := range b.needed(app) {
		for _, d := range m.byPath() {
			if m.value(d.Get("scope")) != "system" {
				continue
			}
			where := d.Get("systemPath")
			file, ok := m.systemPath(m.value(where))
			switch {
			case !ok, seen[file]:
			case file == "" || strings.HasPrefix(file, "../"):
				diags.Errorf(where.Range, "cannot tell where %s is in the build context", where.Text()).Hint = "write it as ${project.basedir}/lib/<name>.jar"
			case !language.IsFile(b.fsys, file):
				diags.Errorf(where.Range, "there is no %s", file).Missing = file
			default:
				seen[file] = true
				files = append(files, diag.Text{Value: file, Range: where.Range})
			}
		}
	}
	return files, diags
}

// systemPath returns a path of the machine as one of the context, "" when nobody
// can tell; a jar of the JDK's is none of the project.
func (m *mavenModule) systemPath(text string) (string, bool) {
	for _, base := range []string{"${project.basedir}", "${basedir}", "${pom.basedir}"} {
		if rest, ok := strings.CutPrefix(text, base); ok && !strings.Contains(rest, "${") {
			return path.Join(m.dir, rest), true
		}
	}
	return "", !strings.Contains(text, "${java.home}") && !strings.Contains(text, "${env.JAVA_HOME}")
}

// vendor notes a jar of the context, in the root of the build or below, that the
// program needs.
func (t *buildTool) vendor(jar diag.Text) {
	name := language.Relative(t.root, jar.Value)
	t.vendored = append(t.vendored, name)
	t.manifests = append(t.manifests, jar.Value)
	t.decisions = append(t.decisions, language.Decision{Name: "vendored", Value: name, Why: jar.Range.FileLine()})
}
