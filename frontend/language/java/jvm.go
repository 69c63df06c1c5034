package java

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// jvmHomes are where images have a JVM.
var jvmHomes = []string{"opt/java/openjdk", "opt/java/*", "usr/lib/jvm/*", "usr/local/openjdk-*", "usr/local/*jdk*", "usr/local/*jre*", "opt/*jdk*", "opt/*jre*", "usr"}

var releaseLine = regexp.MustCompile(`(?m)^JAVA_VERSION="([^"]+)"`)

// lookInto finds the JVM of a custom runtime.
func (j *project) lookInto() (diags diag.List) {
	if j.Runtime == nil {
		return nil
	}
	for _, pattern := range jvmHomes {
		homes, _ := fs.Glob(j.Runtime, pattern)
		for _, home := range homes {
			if !language.IsFile(j.Runtime, path.Join(home, "bin/java")) {
				continue
			}
			j.java = "/" + path.Join(home, "bin/java")
			data, _ := fs.ReadFile(j.Runtime, path.Join(home, "release"))
			return j.suits(data)
		}
	}
	var tried []string
	for _, home := range jvmHomes {
		tried = append(tried, "/"+home+"/bin")
	}
	diags.Errorf(j.Spec.Runtime.Range, "the runtime has no java in %s", strings.Join(tried, ", ")).Hint = "leave \"runtime\" out for distroless, or take an image that has it"
	return diags
}

// suits compares what a JVM says of itself with what the project is built for.
func (j *project) suits(release []byte) (diags diag.List) {
	m := releaseLine.FindSubmatch(release)
	if m == nil {
		return nil
	}
	have := levelOf(string(m[1]))
	if j.choice.rng.IsZero() && slices.Contains(releases, have) {
		j.choice = choice{have, "the runtime has it", j.Spec.Runtime.Range}
	}
	if have < j.choice.release && have < j.tool.level.level || have < j.choice.release && j.tool.level.level == 0 {
		diags.Errorf(j.Spec.Runtime.Range, "the runtime has java %d, and the program is built for %d", have, j.choice.release).Hint = "take a newer image, or set \"version\""
	}
	return diags
}

// debianHome is where packages of Debian have a JVM.
var debianHome = regexp.MustCompile(`^usr/lib/jvm/java-\d+-openjdk-\w+$`)

// interpreters returns the JVMs of a runtime that nothing of a distribution's brought, by
// what the releases of OpenJDK say in a file beside them.
func interpreters(runtime fs.FS) (all []bom.Package, err error) {
	seen := map[string]bool{}
	for _, pattern := range jvmHomes {
		homes, _ := fs.Glob(runtime, pattern)
		for _, home := range homes {
			data, _ := fs.ReadFile(runtime, path.Join(home, "release"))
			m := releaseLine.FindSubmatch(data)
			if m == nil || seen[home] || debianHome.MatchString(home) {
				continue
			}
			seen[home] = true
			version := string(m[1])
			all = append(all, bom.Package{Name: "openjdk", Version: version, URL: bom.URL("generic", "openjdk", version), CPE: "oracle:openjdk"})
		}
	}
	return all, nil
}
