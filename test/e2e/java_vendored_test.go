package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// vendored is a program of two modules with jars beside their sources, which have
// one name and are two libraries, and with what is for nobody's eyes.
const vendored = `
-- stagefront.yaml --
# syntax=org/stagefront
language: java
project: app
-- pom.xml --
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId><artifactId>all</artifactId><version>1</version><packaging>pom</packaging>
  <modules><module>core</module><module>app</module></modules>
  <properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
</project>
-- core/pom.xml --
<project>
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>demo</groupId><artifactId>all</artifactId><version>1</version></parent>
  <artifactId>core</artifactId>
  <dependencies><dependency>
    <groupId>vendor</groupId><artifactId>one</artifactId><version>1</version>
    <scope>system</scope><systemPath>${project.basedir}/lib/vendor.jar</systemPath>
  </dependency></dependencies>
</project>
-- core/src/main/java/core/Core.java --
package core;
public class Core { public static String text() { return one.One.text(); } }
-- app/pom.xml --
<project>
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>demo</groupId><artifactId>all</artifactId><version>1</version></parent>
  <artifactId>app</artifactId>
  <dependencies>
    <dependency><groupId>demo</groupId><artifactId>core</artifactId><version>1</version></dependency>
    <dependency>
      <groupId>vendor</groupId><artifactId>two</artifactId><version>1</version>
      <scope>system</scope><systemPath>${basedir}/lib/vendor.jar</systemPath>
    </dependency>
  </dependencies>
</project>
-- app/src/main/java/app/Main.java --
package app;
class Main { public static void main(String[] args) { System.out.println(core.Core.text() + two.Two.text()); } }
-- app/src/main/resources/app/name.txt --
app
-- app/id_rsa --
-----BEGIN OPENSSH PRIVATE KEY-----
-- app/key.txt --
-----BEGIN PRIVATE KEY-----
`

// TestJavaVendored builds a program whose libraries are jars of the repository
// that Maven leaves out of the class path at run time. They are in the image, both;
// private keys and pipes of the project are not, nor anything but archives.
func TestJavaVendored(t *testing.T) {
	lab := start(t)
	dir := project(t, vendored)
	for module, class := range map[string]string{"core": "one.One", "app": "two.Two"} {
		lib := filepath.Join(dir, module, "lib")
		if err := os.Mkdir(lib, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(lib, "vendor.jar"), jarOf(t, classOf(class, class)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, pipe := range []string{"app/x.pem", "app/src/main/java/app/Pipe.java.pem", "app/src/main/resources/app/pipe"} {
		if err := syscall.Mkfifo(filepath.Join(dir, pipe), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	img := open(t, build(t, lab, dir, "java-vendored"), "linux/amd64")
	checkJava(t, img)
	if result, err := img.Run(t.Context(), image.RunOptions{}); err != nil || result.Stdout != "one.Onetwo.Two\n" {
		t.Errorf("got %+v, %v, want what both libraries say", result, err)
	}
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range files {
		ours := name == "/app/classpath" || name == "/app/jvm.flags" || filepath.Ext(name) == ".jar"
		if strings.HasPrefix(name, "/app/") && !f.Mode.IsDir() && !(f.Mode.IsRegular() && ours) {
			t.Errorf("the image has %s, %v", name, f.Mode)
		}
	}
	checkSecret(t, img, "PRIVATE KEY")
}
