package java

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// system is a dependency by path.
func system(path string) string {
	return "<dependencies><dependency><groupId>v</groupId><artifactId>v</artifactId><version>1</version><scope>system</scope><systemPath>" + path + "</systemPath></dependency></dependencies>"
}

// TestVendored decides which jars of the project are a program's: those of its own
// modules, wherever they say so, and none of the JDK's.
func TestVendored(t *testing.T) {
	const spec = "project: app"
	modules := func(app, core string) string {
		return "-- pom.xml --\n<project><artifactId>all</artifactId><packaging>pom</packaging><modules><module>core</module><module>app</module></modules>" +
			"<properties><libs>lib</libs></properties></project>\n" +
			"-- core/pom.xml --\n<project><parent><artifactId>all</artifactId></parent><artifactId>core</artifactId>" + core + "</project>\n" +
			"-- app/pom.xml --\n<project><parent><artifactId>all</artifactId></parent><artifactId>app</artifactId>" + app +
			"<dependencies><dependency><artifactId>core</artifactId></dependency></dependencies></project>\n" +
			"-- core/lib/a.jar --\nPK\n-- app/lib/b.jar --\nPK\n"
	}
	for _, c := range []struct{ project, want string }{
		{modules("", system("${project.basedir}/lib/a.jar")), "core/lib/a.jar"},
		{modules("", system("${basedir}/${libs}/a.jar")), "core/lib/a.jar"},
		{modules("", system("${project.basedir}/../app/lib/b.jar")), "app/lib/b.jar"},
		{modules("", system("${java.home}/lib/tools.jar")), ""},
	} {
		r := decided(t, spec, c.project)
		var got []string
		for i, a := range r.Compile.Args {
			if a == "--library" {
				got = append(got, r.Compile.Args[i+1])
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
		if c.want != "" && !slices.Contains(r.Fetches[1].Manifests, c.want) {
			t.Errorf("fetch sees %q, want %s too", r.Fetches[1].Manifests, c.want)
		}
	}
}

// TestVendoredMissing tells of jars that are not where a POM says.
func TestVendoredMissing(t *testing.T) {
	for path, want := range map[string]string{
		"${project.basedir}/lib/a.jar":  `pom.xml:1:164: there is no lib/a.jar`,
		"${project.basedir}/../x/a.jar": `pom.xml:1:164: cannot tell where ${project.basedir}/../x/a.jar is in the build context`,
		"${maven.home}/lib/a.jar":       `pom.xml:1:164: cannot tell where ${maven.home}/lib/a.jar is in the build context`,
		"/usr/share/java/a.jar":         `pom.xml:1:164: cannot tell where /usr/share/java/a.jar is in the build context`,
	} {
		a := txtar.Parse([]byte("-- stagefront.yaml --\nlanguage: java\n-- pom.xml --\n<project><artifactId>shop</artifactId>" + system(path) + "</project>\n"))
		p, _ := trial.Project(t, a, spec.Request{Platform: trial.AMD64})
		_, diags := recipe(p, trial.AMD64)
		if got := diags.Error(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got  %s\nwant %s", path, got, want)
		}
	}
}
