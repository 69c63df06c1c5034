package java

import (
	"fmt"
	"go/version"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// mavenDistribution is how a wrapper says which Maven it wants.
var mavenDistribution = regexp.MustCompile(`(?m)^distributionUrl\s*=.*apache-maven-(\d+\.\d+\.\d+[\w.-]*?)-bin`)

// wrapper returns the version of Maven that the project's wrapper asks for, ""
// when it has none. It is read, and never run: it would download.
func (b *mavenBuild) wrapper() (string, diag.Range) {
	return wrapperVersion(b.fsys, path.Join(b.root, ".mvn/wrapper/maven-wrapper.properties"), mavenDistribution)
}

var gradleDistribution = regexp.MustCompile(`(?m)^distributionUrl\s*=.*gradle-(\d+\.\d+(?:\.\d+)?)-(?:bin|all)\.zip`)

// wrapper returns the version of Gradle that the project's wrapper asks for, ""
// when it has none.
func (b *gradleBuild) wrapper() (string, diag.Range) {
	return wrapperVersion(b.fsys, path.Join(b.root, "gradle/wrapper/gradle-wrapper.properties"), gradleDistribution)
}

// wrapperVersion returns the version that a wrapper's properties name, "" when there
// is no such file or it names none.
func wrapperVersion(fsys fs.FS, name string, distribution *regexp.Regexp) (string, diag.Range) {
	src, _ := language.ReadSource(fsys, name)
	if src == nil {
		return "", diag.Range{}
	}
	at := distribution.FindSubmatchIndex(src.Data)
	if at == nil {
		return "", diag.Range{}
	}
	return string(src.Data[at[2]:at[3]]), src.LineAt(at[2])
}

// mavenHasImage reports whether a version is one that we take.
func mavenHasImage(version string) bool {
	return strings.HasPrefix(version, "3.9.") || strings.HasPrefix(version, "4.")
}

// mavenImage returns the image of a release with the Maven that the wrapper
// wants, or the newest 3.9 where that is older: plugins of today ask for it.
// https://hub.docker.com/_/maven
func mavenImage(wanted string, at diag.Range, release int) language.Toolchain {
	newest := fmt.Sprintf("maven:3.9-eclipse-temurin-%d-noble", release)
	t := language.Toolchain{Ref: newest, Version: fmt.Sprint(release)}
	if mavenHasImage(wanted) {
		t.Ref, t.Forward, t.Range = fmt.Sprintf("maven:%s-eclipse-temurin-%d", wanted, release), newest, at
	}
	return t
}

// gradleRuns are the first versions of Gradle that run on our releases of Java.
// https://docs.gradle.org/current/userguide/compatibility.html
var gradleRuns = map[int]string{17: "7.3", 21: "8.5", 25: "9.1.0"}

// gradleMost returns the newest release of Java that a version of Gradle runs on,
// 0 when it runs on none of ours, or is not known.
func gradleMost(gradle string) int {
	most := 0
	for _, release := range releases {
		if gradle != "" && version.Compare("go"+gradle, "go"+gradleRuns[release]) >= 0 {
			most = release
		}
	}
	return most
}

// gradleImage returns the image of the version that the wrapper wants: the
// wrapper itself would download it.
// https://hub.docker.com/_/gradle
func gradleImage(wanted string, at diag.Range, release int) (t language.Toolchain, diags diag.List) {
	t = language.Toolchain{Version: fmt.Sprint(release), Range: at}
	switch {
	case wanted == "" && release == 25:
		t.Ref = "gradle:9-jdk25"
	case wanted == "":
		t.Ref = fmt.Sprintf("gradle:8-jdk%d", release)
	case gradleMost(wanted) < release:
		diags.Errorf(at, "gradle %s does not run on java %d; the first that does is %s", wanted, release, gradleRuns[release]).Hint =
			"raise the wrapper's version, or set \"toolchain\" to an image with both"
	default:
		// A patch that has no image has one after it.
		minor := strings.TrimPrefix(version.Lang("go"+wanted), "go")
		t.Ref = fmt.Sprintf("gradle:%s-jdk%d", wanted, release)
		if minor != wanted {
			t.Forward = fmt.Sprintf("gradle:%s-jdk%d", minor, release)
		}
		// Another release of Java may be one that this Gradle does not run on.
		t.Hint = "set the wrapper's version to one that there is an image of, or \"toolchain\" to an image of your own"
	}
	return t, diags
}
