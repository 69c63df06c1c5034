package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/labenv"
)

const (
	noMain        = `write "entrypoint": a main class of a dependency, or "project": the module that is the program`
	starts        = "the program is started by: java -cp @/app/classpath a.Main"
	mavenSettings = "-- root/.m2/settings.xml --\n<settings><servers><server><id>own</id><username>me</username><password>PASSWORD</password></server></servers>PROXY</settings>\n"
	proxied       = "<proxies><proxy><active>true</active><protocol>http</protocol><host>p.example.com</host><username>me</username><password>x</password></proxy></proxies>"
	apart         = "the toolchain has no setpriv, which keeps secrets from plugins: take one with util-linux"
	lacking       = "-- src/log --\n[ERROR] Cannot access central in offline mode and the artifact a:b:jar:1 has not been downloaded from it before.\n"
)

// maven returns files with a Maven that leaves files, and jars of those that are made for the
// tests, in its repository.
func maven(script string) string { return "-- bin/mvn --\n#!/bin/sh\n" + script + "\n" }

// target returns files of a module that was built: jars to be put there.
func target(jars ...string) string {
	return "-- src/src/a --\n-- src/target/jars --\n" + strings.Join(jars, "\n") + "\n"
}

// javaTold have calls of the programs in place of what a step is told.
var javaTold = []words{
	{"Told program", "", target("main.jar"), starts},
	{"Told program", "", target(), `the build left no jar in src; write "entrypoint": a main class, or "project": the module that is the program`},
	{"Told program", "", target("main.jar", "other.jar"), `the build left several jars: main.jar, other.jar; say which: "entrypoint: main.jar"`},
	{"Told program", "", target("lib.jar"), "no class of lib.jar has a main method; " + noMain},
	{"Told program", "", "-- src/target/jars --\nlib.jar\n", "no class of lib.jar has a main method; the module has no src here: does an ignore file hide it? Else " + noMain},
	{"Told program", "", target("both.jar"), `several classes of both.jar have a main method: a.Main, b.Other; say which: "entrypoint: a.Main"`},
	{"Told program --start x.jar", "", target("main.jar"), "the build left no x.jar; it left main.jar"},
	{"Told program --start a.Mian", "", target("main.jar"), `there is no class a.Mian in the program; write "entrypoint: a.Main"`},
	{"Told program --start a.Mian", "", target("both.jar"), `there is no class a.Mian in the program; write "entrypoint: a.Main"; these have a main method: a.Main, b.Other`},
	{"Told program --start a.Mian", "", target("lib.jar"), "there is no class a.Mian in the program; no class of the project has a main method"},
	{"Told program", "", target("main.jar") + "-- src/log --\n[WARNING] Goal 'cyclonedx:makeBom' requires online mode for execution but Maven is currently offline, skipping\n",
		`the goal "cyclonedx:makeBom" was skipped, since it wants the network; write "build: {network: default}" if the program needs what it makes, or the flag of its plugin that skips it in "build: {flags: […]}"`},
	{"Told program", "", target("main.jar") + "-- src/target/path --\n../gone.jar\n", "the image would lack gone.jar, which the build resolved and does not have; "},
	{"Told program", "", target("main.jar") + "-- src/target/path --\nl/lib.jar\na-b/lib.jar\na/b/lib.jar\n-- src/put --\nl/lib.jar\na-b/lib.jar\na/b/lib.jar\n",
		"two of the libraries have one name: /app/main.jar, /app/lib/lib.jar, /app/lib/a-b-lib.jar, /app/lib/a-b-lib.jar; "},
	{"Told program", "", target("boot.jar") + "-- src/target/path --\n../jars/lib.jar\n",
		"the image would have extra.jar, which the build did not resolve; let the project depend on it, or take it out of what the build puts together\n" +
			"the program lacks lib.jar, which the build resolved; does it need that? What the build puts together does not have it"},
	{"Told program --library l/lib.jar", "", target() + "-- src/put --\nl/lib.jar\n-- src/target/quarkus-app/quarkus-run.jar --\n",
		"the image would lack lib.jar, which the program depends on by its path; install it into a repository, and depend on it from there"},
	{"Told end", "", lacking, "the build asks for more than was fetched: a:b:jar:1 was not fetched"},
	{"Told end --offline commit.it", "", lacking, "the build lacks what no fetch brings: a:b:jar:1 was not fetched; commit.it"},
	{"Told follow 503", "", "", "URL/a.pom answers with status 503"},
	{"Told follow 0", "", "", "URL/a.pom did not answer: java.io.IOException: HTTP/1.1 header parser received no bytes"},
	{"Told follow 404", "", "", ""},
	{"Maven fetch --online", "", maven("mkdir -p ROOT/opt/m2; printf 'fails\\tgoal:x\\tshop\\tno\\n' >ROOT/tmp/stagefront-notes"), "passed over goal:x of module shop: the sources are not here yet"},
	{"Maven fetch --online", "", maven("mkdir -p ROOT/opt/m2/g; echo a >ROOT/opt/m2/g/a.jar; echo 0000000000000000000000000000000000000000 >ROOT/opt/m2/g/a.jar.sha1"),
		"g/a.jar has not the sum that its repository says, 0000000000000000000000000000000000000000"},
	{"Maven fetch --online", "", maven("mkdir -p ROOT/opt/m2/g; echo 'x.error=Connection refused' >ROOT/opt/m2/g/a.jar.lastUpdated"), "g/a.jar did not come: Connection refused"},
	{"Maven fetch --online", "", maven("mkdir -p ROOT/opt/m2/g; echo 'x.error=' >ROOT/opt/m2/g/a.jar.lastUpdated"), ""},
	{"Gradle fetch --online", "", "-- bin/gradle --\n#!/bin/sh\nmkdir -p ROOT/opt/gradle-home/caches/modules-2\necho \"Could not GET 'https://example.com/a.pom'. Received status code 503\"\n",
		"a repository did not answer as it should: Could not GET 'https://example.com/a.pom'. Received status code 503"},
	{"Gradle fetch --online", "", "-- bin/gradle --\n#!/bin/sh\nmkdir -p ROOT/opt/gradle-home/caches/modules-2\necho log in >ROOT/opt/gradle-home/caches/modules-2/a.jar\n",
		"a repository did not answer as it should: a.jar is no archive: zip END header not found"},
	{"Gradle fetch --online", "", "-- bin/gradle --\n#!/bin/sh\nmkdir -p ROOT/opt/gradle-home\n", ""},
	{"Apart ROOT/src -- true", "", mavenSettings, apart},
	{"Apart ROOT/src -- true", "", "-- root/.m2/settings.xml --\n<settings>\n", "the secret settings.xml is no XML: XML document structures must start and end within the same entity."},
	{"Apart ROOT/src -- true", "", strings.Replace(mavenSettings, "PASSWORD", "{abc=}", 1),
		"the password of server own is encrypted, and nobody has the key here: write it in the clear into the settings.xml that is given"},
	{"Apart ROOT/src -- true", "", strings.Replace(mavenSettings, "PROXY", proxied, 1),
		"the proxy of settings.xml is asked without its password, which plugins would see: give it as HTTPS_PROXY if they may"},
}

// fixtures are classes, and the jars that are made of them.
const (
	fixtureClasses = "package a; public class Main { public static void main(String[] args) {} }\n" +
		"package b; public class Other { public static void main(String[] args) {} }\n" +
		"package c; public class Lib {}\n"
	fixtureJars = `jar cf jars/main.jar -C made a; jar cf jars/other.jar -C made b; jar cf jars/lib.jar -C made c; jar cf jars/both.jar -C made a -C made b
mkdir -p boot/BOOT-INF/classes boot/BOOT-INF/lib; cp -r made/a boot/BOOT-INF/classes; cp jars/lib.jar boot/BOOT-INF/lib/extra.jar
printf 'Main-Class: loader.Main\nStart-Class: a.Main\n' >boot.mf; jar cfm0 jars/boot.jar boot.mf -C boot BOOT-INF`
)

// TestJavaTold has the frontend's programs for Maven and Gradle meet what goes wrong: what
// each tells, and what it does not. What they have at the root is below a directory of the
// test.
func TestJavaTold(t *testing.T) {
	lab := start(t)
	lab.Install(t, "mvn") // and a JDK with it
	root := t.TempDir()
	java := javaPrograms(t, lab, root)
	for _, w := range javaTold {
		for _, dir := range []string{"src", "out", "opt", "tmp", "root", "bin"} {
			if err := os.RemoveAll(filepath.Join(root, dir)); err != nil {
				t.Fatal(err)
			}
		}
		below := strings.NewReplacer("ROOT", root)
		w.files = below.Replace(w.files)
		w.write(t, lab.Root, root)
		script := below.Replace(`mkdir -p ROOT/bin ROOT/opt
[ ! -e target/jars ] || cp -r ROOT/made target/classes
[ ! -e target/jars ] || for jar in $(cat target/jars); do cp ROOT/jars/$jar target/; done
[ ! -e put ] || for jar in $(cat put); do mkdir -p $(dirname $jar); cp ROOT/jars/lib.jar $jar; done
for tool in sh mkdir true; do ln -sf $(command -v $tool) ROOT/bin/$tool; done
HOME=ROOT PATH=ROOT/bin exec JAVA -Duser.home=ROOT -cp ROOT/classes ` + w.program)
		script = strings.ReplaceAll(script, "JAVA", java)
		printed, _ := lab.Run(t, filepath.Join(root, "src"), "sh", "-c", script) // most fail, and say why
		got := anyURL.ReplaceAllString(strings.ReplaceAll(w.heard(root, printed), root, ""), "URL")
		if got != w.want {
			t.Errorf("%s\n%s\ngot  %s\nwant %s\n%s", w.program, w.files, got, w.want, printed)
		}
	}
}

var anyURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// javaPrograms compiles the programs, and makes jars for them. It returns the path of java.
func javaPrograms(t *testing.T, lab *labenv.Lab, root string) string {
	t.Helper()
	var below []string
	for _, dir := range []string{"out", "opt", "tmp", "root", "run", "src"} {
		below = append(below, `Path.of("/`+dir, `Path.of("`+root+`/`+dir)
	}
	programs, err := filepath.Glob(filepath.Join(lab.Root, "frontend/language/java/programs/*.java"))
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range append(programs, "testdata/java/Told.java") {
		data, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(root, "sources", filepath.Base(program)), strings.NewReplacer(below...).Replace(string(data)))
	}
	for line := range strings.Lines(fixtureClasses) {
		_, name, _ := strings.Cut(line, "class ")
		writeFile(t, filepath.Join(root, "fixtures", strings.Fields(name)[0]+".java"), line)
	}
	printed, err := lab.Run(t, root, "sh", "-ec", "javac -d classes sources/*.java; javac -d made fixtures/*.java; mkdir jars; "+fixtureJars+"; echo; command -v java")
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	return lines[len(lines)-1]
}

func writeFile(t *testing.T, name, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o666); err != nil {
		t.Fatal(err)
	}
}
