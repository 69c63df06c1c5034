package e2e

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/image"
)

// keptProject has libraries of Apache Commons, and runs tasks of Ant at the end of every
// build, that of a fetch too.
const keptProject = mavenHead + `  <dependencies>%s</dependencies>
  <build><plugins><plugin><artifactId>maven-antrun-plugin</artifactId><version>3.1.0</version><executions><execution>
    <phase>package</phase><goals><goal>run</goal></goals><configuration><target>%s</target></configuration>
  </execution></executions></plugin></plugins></build>
</project>
-- src/main/java/app/Main.java --
package app;
class Main { public static void main(String[] args) { System.out.println(org.apache.commons.lang3.StringUtils.capitalize("right")); } }
`

const (
	keptText  = `<dependency><groupId>org.apache.commons</groupId><artifactId>commons-lang3</artifactId><version>3.19.0</version></dependency>`
	keptTable = `<dependency><groupId>org.apache.commons</groupId><artifactId>commons-csv</artifactId><version>1.11.0</version></dependency>`
	keptCodec = `<dependency><groupId>commons-codec</groupId><artifactId>commons-codec</artifactId><version>1.18.0</version></dependency>`

	// replacesText puts another library in the place of that for text, with its sum, and
	// looks for what is kept.
	replacesText = `
<property name="commons" value="${maven.repo.local}/org/apache/commons"/>
<copy file="${commons}/commons-csv/1.11.0/commons-csv-1.11.0.jar" tofile="${commons}/commons-lang3/3.19.0/commons-lang3-3.19.0.jar" overwrite="true"/>
<checksum file="${commons}/commons-lang3/3.19.0/commons-lang3-3.19.0.jar" algorithm="SHA1" fileext=".sha1" forceOverwrite="true"/>
<exec executable="sh"><arg value="-c"/><arg value="ls /var/cache/maven/kept /var/cache/maven/lists || echo nothing seen"/></exec>`

	// looksForTable says whether the repository has a library.
	looksForTable = `
<available file="${maven.repo.local}/org/apache/commons/commons-csv/1.11.0/commons-csv-1.11.0.jar" property="is" value="is"/>
<condition property="is" value="is not"><not><isset property="is"/></not></condition>
<echo>the table ${is} here</echo>`
)

// tookOver returns how many files a build's fetch took over of how many kept ones.
func tookOver(t *testing.T, printed string) (taken, kept int) {
	t.Helper()
	m := regexp.MustCompile(`took over ([0-9]+) of ([0-9]+) files that fetches before kept, which are as their repository has them`).FindStringSubmatch(printed)
	if m == nil {
		return 0, 0
	}
	taken, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	if kept, err = strconv.Atoi(m[2]); err != nil {
		t.Fatal(err)
	}
	return taken, kept
}

// TestJavaKept has Maven's fetches go on with what was downloaded before, also by a project
// that put something else in the place of a library. What a fetch brings is what its own
// POM asks for, as the repository has it.
func TestJavaKept(t *testing.T) {
	lab := start(t)
	namespace := fmt.Sprintf("--build-arg=BUILDKIT_CACHE_MOUNT_NS=java-kept-%d", time.Now().UnixNano()) // nothing is kept there
	printed, err := try(t, lab, project(t, fmt.Sprintf(keptProject, keptText+keptTable, replacesText)), namespace, anew())
	if taken, _ := tookOver(t, printed); taken != 0 || !strings.Contains(printed, "nothing seen") || err == nil {
		t.Errorf("the first one took over %d, and ended with %v, want nothing, and a program that is not compiled:\n%s", taken, err, printed)
	}
	dir := project(t, fmt.Sprintf(keptProject, keptText+keptCodec, looksForTable))
	ref, printed, err := tryBuild(t, lab, dir, "java-kept", namespace, anew())
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	if taken, kept := tookOver(t, printed); taken < 100 || taken != kept-1 {
		t.Errorf("took over %d files of %d, want all but the library that was replaced:\n%s", taken, kept, printed)
	}
	if !strings.Contains(printed, "the table is not here") {
		t.Errorf("the repository has what the POM does not ask for:\n%s", printed)
	}
	result, err := open(t, ref, "linux/amd64").Run(t.Context(), image.RunOptions{})
	if err != nil || result.Stdout != "Right\n" {
		t.Errorf("got %+v, %v, want the library of the repository", result, err)
	}
}
