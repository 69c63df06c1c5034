package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// composed is a program with two libraries of a repository, and with a jar that nothing
// depends on. Its build is configured as the test says.
const composed = mavenHead + `  <repositories><repository><id>demo</id><url>%s</url></repository></repositories>
  <dependencies>
    <dependency><groupId>demo</groupId><artifactId>lib</artifactId><version>1.0</version></dependency>
    <dependency><groupId>demo</groupId><artifactId>more</artifactId><version>1.0</version></dependency>
  </dependencies>
  <build>%s</build>
</project>
-- src/main/java/app/Main.java --
package app;
class Main { public static void main(String[] args) { System.out.println(lib.Lib.text() + more.More.text()); } }
`

// besideJar names the jar in the manifest, as tools do that put libraries beside a program.
const besideJar = `
<resources><resource><directory>extra</directory><targetPath>../lib</targetPath></resource></resources>
<plugins><plugin><artifactId>maven-jar-plugin</artifactId><configuration><archive><manifestEntries>
  <Class-Path>lib/stowaway-1.0.jar</Class-Path>
</manifestEntries></archive></configuration></plugin></plugins>`

// unpackedJar unpacks the jar into the program, and one of the libraries, as tools do that
// make one archive of everything.
const unpackedJar = `
<plugins><plugin><artifactId>maven-antrun-plugin</artifactId><version>3.1.0</version><executions><execution>
<phase>package</phase><goals><goal>run</goal></goals><configuration><target>
  <jar destfile="target/app-all.jar">
    <manifest><attribute name="Main-Class" value="app.Main"/></manifest>
    <fileset dir="target/classes"/>
    <zipfileset src="${maven.repo.local}/demo/lib/1.0/lib-1.0.jar"/>
    <zipfileset src="extra/stowaway-1.0.jar"/>
  </jar>
</target></configuration></execution></executions></plugin></plugins>`

// TestJavaComposed builds programs that have a jar which nothing depends on: an error
// says its name. A library that a tool left out is warned of.
func TestJavaComposed(t *testing.T) {
	lab := start(t)
	stowaway := classOf("stowaway.Stowaway", "hidden")
	stowaway["META-INF/maven/evil/stowaway/pom.properties"] = []byte("groupId=evil\n")
	libraries := library()
	libraries["more"] = classOf("more.More", "more")
	honest := strings.Replace(unpackedJar, `<zipfileset src="extra/stowaway-1.0.jar"/>`, "", 1)
	for name, c := range map[string]struct {
		build, says string
		builds      bool
	}{
		"beside":  {build: besideJar, says: "the image would have stowaway-1.0.jar, which the build did not resolve"},
		"inside":  {build: unpackedJar, says: "the image would have evil:stowaway, which the build did not resolve"},
		"lacking": {build: honest, says: "the program lacks more-1.0.jar, which the build resolved", builds: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &packageServer{files: mavenFiles(t, libraries)}
			r.serve(t)
			dir := project(t, fmt.Sprintf(composed, r.url, c.build))
			if err := os.Mkdir(filepath.Join(dir, "extra"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "extra", "stowaway-1.0.jar"), jarOf(t, stowaway), 0o644); err != nil {
				t.Fatal(err)
			}
			printed, err := try(t, lab, dir)
			if (err == nil) != c.builds || !strings.Contains(printed, c.says) {
				t.Errorf("got %v, want %q\n%s", err, c.says, printed)
			}
		})
	}
}
