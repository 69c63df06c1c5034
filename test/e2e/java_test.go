package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// emulated makes a JVM start sooner where its processor is emulated: its first
// compiler alone is at work.
const emulated = "JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1"

// checkJava checks what is true of every Java image of ours: it starts the
// runtime's own JVM, with flags that its variables may change.
func checkJava(t *testing.T, img *image.Image) {
	t.Helper()
	checkContract(t, img)
	if got, want := img.Config.Config.Entrypoint[:2], []string{"/usr/bin/java", "-XX:Flags=/app/jvm.flags"}; !slices.Equal(got, want) {
		t.Errorf("got entrypoint %q, want %q first", img.Config.Config.Entrypoint, want)
	}
}

// TestJavaHello builds examples/java-hello: no dependency, no framework. Its
// JVM uses most of what the container has, unless whoever runs it says otherwise.
func TestJavaHello(t *testing.T) {
	lab := start(t)
	ref := build(t, lab, example(t, lab, "java-hello"), "java-hello")
	for platform, machine := range map[string]string{"linux/amd64": "amd64", "linux/arm64": "aarch64"} {
		t.Run(platform, func(t *testing.T) {
			img := open(t, ref, platform)
			checkJava(t, img)
			result, err := img.Run(t.Context(), image.RunOptions{Args: []string{"you"}})
			if err != nil || !strings.HasPrefix(result.Stdout, "Hello, you, from Java ") || !strings.HasSuffix(result.Stdout, " on "+machine+"\n") {
				t.Errorf("got %+v, %v, want a greeting from %s", result, err, machine)
			}
		})
	}
	img := open(t, ref, "linux/amd64")
	for env, want := range map[string]string{"A=b": "75", "JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=20": "20"} {
		start := append(slices.Clone(img.Config.Config.Entrypoint[:2]), "-XX:+PrintFlagsFinal", "-version")
		result, err := img.Run(t.Context(), image.RunOptions{Entrypoint: start, Env: []string{env}})
		if err != nil || !regexp.MustCompile(` MaxRAMPercentage +(:?)= `+want).MatchString(result.Stdout) {
			t.Errorf("with %s: got %+v, %v, want MaxRAMPercentage %s", env, result, err, want)
		}
	}
}

// TestJavaSpring builds examples/java-spring, asks both images over HTTP, and
// runs the project's tests.
func TestJavaSpring(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "java-spring")
	ref := build(t, lab, dir, "java-spring")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkJava(t, img)
		files, err := img.Files()
		if err != nil {
			t.Fatal(err)
		}
		for name := range files {
			if strings.Contains(name, "jarmode") || strings.Contains(name, "spring-boot-loader") {
				t.Errorf("the image has %s, which nothing reads", name)
			}
		}
		if hasEqual(t, ref, img) {
			return // TestJavaHello starts this runtime
		}
		c, url := served(t, img, image.RunOptions{Env: []string{emulated}})
		if got := get(t, c, url+"/"); !strings.HasPrefix(got, "Hello, ") || !strings.Contains(got, "from Spring on ") {
			t.Errorf("got %q, want a greeting", got)
		}
		if got := get(t, c, url+"/actuator/health"); !strings.Contains(got, `"status":"UP"`) {
			t.Errorf("got %q, want it to be up", got)
		}
	})
	printed, err := runTests(t, lab, dir)
	if err != nil || !regexp.MustCompile(`Tests run: [1-9]\d*, Failures: 0, Errors: 0`).MatchString(printed) {
		t.Errorf("got %v, want the tests to pass\n%s", err, printed)
	}
}

// TestJavaModules builds examples/java-multimodule: the server, with the library
// beside it among what changes with an edit.
func TestJavaModules(t *testing.T) {
	lab := start(t)
	ref := build(t, lab, example(t, lab, "java-multimodule"), "java-multimodule")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkJava(t, img)
		files, err := img.Files()
		if err != nil {
			t.Fatal(err)
		}
		last := len(img.Config.RootFS.DiffIDs) - 1
		if own := files["/app/lib/catalog-2.1.0.jar"].Layer; own != last {
			t.Errorf("the library is in layer %d, want %d, the last", own, last)
		}
		for name, f := range files {
			if strings.Contains(name, "/jackson-") && f.Layer == last {
				t.Errorf("%s is in the layer of the project", name)
			}
		}
		if !mustStart(t, ref, img) {
			return
		}
		c, url := served(t, img, image.RunOptions{Env: []string{emulated}})
		if got := get(t, c, url+"/Brooks"); !strings.Contains(got, "Brooks") {
			t.Errorf("got %q, want a book", got)
		}
	})
}

// gradle puts Debian's Gradle, the only one that a lab can have, in the place of
// the one that the wrapper of examples/java-gradle asks for.
const gradle = "--build-context=gradle:8.14.3-jdk17=docker-image://debian-gradle:4.4.1-jdk17"

// TestJavaGradle builds examples/java-gradle and runs its tests.
func TestJavaGradle(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "java-gradle")
	ref := build(t, lab, dir, "java-gradle", gradle)
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkJava(t, img)
		result, err := img.Run(t.Context(), image.RunOptions{})
		if want := "36 throws of two dice: mean 7.0, deviation 2.449\n"; err != nil || result.Stdout != want {
			t.Errorf("got %+v, %v, want %q", result, err, want)
		}
	})
	printed, err := runTests(t, lab, dir, gradle)
	if err != nil || !regexp.MustCompile(`(?m) :test(WARNING.*)?$`).MatchString(printed) || !strings.Contains(printed, "BUILD SUCCESSFUL") {
		t.Errorf("got %v, want the tests to pass\n%s", err, printed)
	}
}

// TestJavaLayers edits a line of a project: one layer of the image changes, and
// it is small. Built anew, the image is the same.
func TestJavaLayers(t *testing.T) {
	lab := start(t)
	shop := "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: java\n" +
		"-- pom.xml --\n<project><modelVersion>4.0.0</modelVersion><groupId>d</groupId><artifactId>d</artifactId><version>1</version>\n" +
		"<properties><maven.compiler.release>21</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>\n" +
		"<dependencies><dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>2.13.2</version></dependency></dependencies></project>\n" +
		"-- src/main/java/d/Main.java --\npackage d;\nclass Main { public static void main(String[] a) { System.out.println(new com.google.gson.Gson().toJson(\"ONE\")); } }\n"
	built := func(name, text string, flags ...string) *image.Image {
		return open(t, build(t, lab, project(t, text), name, flags...), "linux/arm64")
	}
	one := layers(built("java-one", shop))
	img := built("java-two", strings.Replace(shop, "ONE", "TWO", 1))
	two := layers(img)
	n := len(one) - 1
	if len(two) != len(one) || !slices.Equal(one[:n], two[:n]) || one[n] == two[n] {
		t.Errorf("after an edit of one line got layers\n%q, want the last alone to differ from\n%q", two, one)
	}
	if again := layers(built("java-one", shop, afresh(t)...)); !slices.Equal(one, again) {
		t.Errorf("built anew, the layers are\n%q, want\n%q", again, one)
	}
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	size := int64(0)
	for _, f := range files {
		if f.Layer == n {
			size += f.Size
		}
	}
	if size > 8<<10 {
		t.Errorf("the layer of the project has %d bytes, want a few thousand", size)
	}
}

// escalation returns one of the archives of testdata/java/escalation.txt.
func escalation(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/java/escalation.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, archive, ok := strings.Cut(string(data), "\n== "+name+"\n")
	if !ok {
		t.Fatalf("there is no project %q", name)
	}
	archive, _, _ = strings.Cut(archive, "\n== ")
	return archive + "\n"
}

// TestJavaEscalation builds projects that ask for more than their manifests say:
// with what the rest of the project brings, and at last with the network, which
// is warned of once. A compiler that a class of fetch asks for is no more than they say.
func TestJavaEscalation(t *testing.T) {
	lab := start(t)
	for name, want := range map[string]struct {
		last   string
		warned int
	}{
		"rest":    {"[java] compile shop, with what the rest of the project asks for", 0},
		"network": {"[java] compile shop with the network", 1},
		"scala":   {"[java] compile shop", 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, escalation(t, name))
			ref, printed, err := tryBuild(t, lab, dir, "java-escalation-"+name)
			if err != nil {
				t.Fatalf("%v\n%s", err, printed)
			}
			steps := regexp.MustCompile(`(?m)^#\d+ (\[java\] compile .*)$`).FindAllStringSubmatch(printed, -1)
			if first, last := steps[0][1], steps[len(steps)-1][1]; first != "[java] compile shop" || last != want.last {
				t.Errorf("got steps from %q to %q, want %q to be the last", first, last, want.last)
			}
			_, summary, _ := strings.Cut(printed, "warning found")
			if got := strings.Count(summary, "ran with the network"); got != want.warned {
				t.Errorf("got %d warnings of the network, want %d\n%s", got, want.warned, printed)
			}
			result, err := open(t, ref, "linux/amd64").Run(t.Context(), image.RunOptions{})
			if err != nil || result.Stdout != "Shop\n" {
				t.Errorf("got %+v, %v, want the name of the shop", result, err)
			}
		})
	}
}

// TestJavaArchetype builds what Maven's own archetype makes for a new project.
func TestJavaArchetype(t *testing.T) {
	lab := start(t)
	lab.Install(t, "mvn")
	dir := t.TempDir()
	printed, err := lab.Run(t, dir, "mvn", "-B", "-q", "org.apache.maven.plugins:maven-archetype-plugin:3.4.0:generate",
		"-DarchetypeGroupId=org.apache.maven.archetypes", "-DarchetypeArtifactId=maven-archetype-quickstart", "-DarchetypeVersion=1.5",
		"-DgroupId=demo", "-DartifactId=app", "-DinteractiveMode=false")
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	app := filepath.Join(dir, "app")
	if err := os.WriteFile(filepath.Join(app, "stagefront.yaml"), []byte("# syntax=org/stagefront\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	ref := build(t, lab, app, "java-archetype")
	for _, platform := range platforms {
		result, err := open(t, ref, platform).Run(t.Context(), image.RunOptions{})
		if err != nil || result.Stdout != "Hello World!\n" {
			t.Errorf("%s: got %+v, %v, want the archetype's greeting", platform, result, err)
		}
	}
}
