package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// withLibrary is a project whose only dependency is lib of a repository that is
// not the usual one.
const withLibrary = `
-- stagefront.yaml --
# syntax=org/stagefront
language: java
-- pom.xml --
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId><artifactId>app</artifactId><version>1</version>
  <properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
  <repositories><repository><id>demo</id><url>%s</url></repository></repositories>
  <dependencies><dependency><groupId>demo</groupId><artifactId>lib</artifactId><version>1.0</version></dependency></dependencies>
%s
</project>
-- src/main/java/app/Main.java --
package app;
class Main { public static void main(String[] args) { System.out.println(lib.Lib.text()); } }
`

// library is what withLibrary is compiled against.
func library() map[string]map[string][]byte {
	return map[string]map[string][]byte{"lib": classOf("lib.Lib", "good")}
}

// TestJavaFaults builds a project from a repository that misbehaves in the ways of
// proxies and registries. What is not whole fails the fetch, by name, and is never
// taken for done: of the same files, the repository that answers again makes the
// program.
func TestJavaFaults(t *testing.T) {
	lab := start(t)
	repository := newMavenRepository(t, library(), "", "")
	dir := project(t, fmt.Sprintf(withLibrary, repository.url, ""))
	for _, c := range []struct{ fault, want string }{
		{"altered", "lib:jar:1.0 did not come from demo"},
		{"login page", "lib:pom:1.0 did not come from demo"},
		{"cut", "Premature end"},
		{"cut without length", "Checksum validation failed"},
		{"429", "status code: 429"},
		{"500", "status code: 500"},
		{"hang", "timed out"},
	} {
		repository.misbehave(c.fault)
		printed, err := try(t, lab, dir)
		if err == nil || !strings.Contains(printed, c.want) {
			t.Errorf("%s: got %v, want the fetch to fail with %q\n%s", c.fault, err, c.want, printed)
		}
		if strings.Contains(printed, "[java] compile") {
			t.Errorf("%s: the program is compiled", c.fault)
		}
	}
	repository.misbehave("slow")
	result, err := open(t, build(t, lab, dir, "java-faults"), "linux/amd64").Run(t.Context(), image.RunOptions{})
	if err != nil || result.Stdout != "good\n" {
		t.Errorf("got %+v, %v, want what the library says", result, err)
	}
}
