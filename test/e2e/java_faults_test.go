package e2e

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// withLibrary is a project whose only dependency is lib of a repository that is
// not the usual one.
const withLibrary = mavenHead + `  <repositories><repository><id>demo</id><url>%s</url></repository></repositories>
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

// mavenClient is Maven, with a library of a repository that tells the sums of its
// files. A page that asks for a login may come in place of anything.
var mavenClient = client{
	name: "maven", costly: true,
	server: func(t *testing.T, _ misbehaviour) *packageServer {
		r := &packageServer{files: mavenFiles(t, library())}
		r.altered = func(path string) []byte {
			return bytes.ReplaceAll(bytes.Clone(r.files[path]), []byte("good"), []byte("evil"))
		}
		r.faulty = func(path string) bool {
			return strings.HasSuffix(path, ".jar") || r.now.Load().name == "login-page"
		}
		return r
	},
	project: func(t *testing.T, url string) (string, []string) {
		return project(t, fmt.Sprintf(withLibrary, url, "")), nil
	},
	failed: "] fetch dependencies: ",
	says: map[string]string{
		"wrong-sum":          "lib:jar:1.0 did not come from demo",
		"login-page":         "lib:pom:1.0 did not come from demo",
		"cut-with-length":    "Premature end",
		"cut-without-length": "Checksum validation failed",
		"busy":               "status code: 429",
		"broken":             "status code: 500",
		"silent":             "timed out",
	},
	prints: "good\n",
}
