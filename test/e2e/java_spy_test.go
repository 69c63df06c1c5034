package e2e

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// spy is a plugin that runs a script in every run of Maven, with what Maven itself
// knows printed before.
func spy(script string) string {
	script = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\"", "&quot;", "\n", " ").Replace(script)
	return `<build><plugins><plugin><artifactId>maven-antrun-plugin</artifactId><version>3.1.0</version><executions><execution>
<phase>validate</phase><goals><goal>run</goal></goals><configuration><target>
<echoproperties/><exec executable="sh" failonerror="true"><arg value="-c"/><arg value="` + script + `"/></exec>
</target></configuration></execution></executions></plugin></plugins></build>`
}

// look prints whatever may hold a password: variables, what processes were told,
// and files, the settings that Maven is given among them; and which archive of classes
// its JVM has. The words of the script are none of what is looked for.
const look = `echo spied by user $(id -u) beside $(ls src/main/java);
echo user $(id -u) has mapped $(grep -o "/opt/classes/.*jsa" /proc/$PPID/maps | sort -u);
env; for p in /proc/[0-9]*; do cat $p/environ $p/cmdline; done 2>/dev/null | tr '\0' '\n';
cat /root/.m2/settings.xml /run/secrets/* /tmp/*.xml; echo;
grep -rsa open-s[e]same /root /run /tmp /opt /etc /src /home /out || true;`

const password = "open-sesame"

// settings returns the flag that gives a settings.xml with the password of a server.
func settings(t *testing.T, id, rest string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "settings.xml")
	text := fmt.Sprintf("<settings><servers><server><id>%s</id><username>me</username><password>%s</password></server></servers>%s</settings>", id, password, rest)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "--secret=id=settings.xml,src=" + file
}

// checkHidden checks that a build printed no password, in any form.
func checkHidden(t *testing.T, printed string) {
	t.Helper()
	for _, text := range []string{password, base64.StdEncoding.EncodeToString([]byte("me:" + password))} {
		if strings.Contains(printed, text) {
			t.Errorf("the password was seen: %q\n%s", text, printed)
		}
	}
}

// TestJavaPassword builds a project whose dependency only a repository with a
// password has, and whose plugin looks for the password everywhere: the password
// opens the repository, and the plugin does not find it.
func TestJavaPassword(t *testing.T) {
	lab := start(t)
	repository := mavenRepository(t, library(), "me", password)
	dir := project(t, fmt.Sprintf(withLibrary, repository, spy(look)))
	secretProperty := "<profiles><profile><id>p</id><properties><demo.password>" + password + "</demo.password></properties></profile></profiles>" +
		"<activeProfiles><activeProfile>p</activeProfile></activeProfiles>"
	for name, flag := range map[string]string{
		"repository": settings(t, "demo", secretProperty),
		"mirror":     settings(t, "corp", secretProperty+"<mirrors><mirror><id>corp</id><mirrorOf>demo</mirrorOf><url>"+repository+"</url></mirror></mirrors>"),
	} {
		ref, printed, err := tryBuild(t, lab, dir, "java-password-"+name, append(afresh(t), flag)...)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, printed)
		}
		if !strings.Contains(printed, "spied by user 65534 beside stagefront") {
			t.Errorf("%s: the plugin did not look around in fetch\n%s", name, printed)
		}
		if !strings.Contains(printed, "user 0 has mapped /opt/classes/maven.jsa\n") {
			t.Errorf("%s: Maven has read its own classes again\n%s", name, printed)
		}
		checkHidden(t, printed)
		img := open(t, ref, "linux/amd64")
		checkSecret(t, img, password)
		if result, err := img.Run(t.Context(), image.RunOptions{}); err != nil || result.Stdout != "good\n" {
			t.Errorf("%s: got %+v, %v, want what the library says", name, result, err)
		}
	}
	printed, err := try(t, lab, dir, afresh(t)...)
	if err == nil || !strings.Contains(printed, "401") {
		t.Errorf("without the settings got %v, want 401\n%s", err, printed)
	}
}

// TestJavaSpoof builds projects whose plugin prints what looks like a failed
// download, to be given the network. It is given it where the spec allows that,
// and never with a password.
func TestJavaSpoof(t *testing.T) {
	lab := start(t)
	repository := mavenRepository(t, library(), "me", password)
	script := look + fmt.Sprintf(`
if [ -e src/main/java/app/Main.java ]; then
  curl -s -m 5 -o /dev/null %s && echo reached $((40 + 2));
  echo '[ERROR] Cannot access central in offline mode and the artifact demo:spoof:jar:1 has not been downloaded'; exit 1;
fi`, repository)
	archive := fmt.Sprintf(withLibrary, repository, spy(script))
	flag := settings(t, "demo", "")
	for _, c := range []struct {
		name, spec string
		online     bool
		want       string
	}{
		{name: "none", spec: "build: {network: none}", want: "lacks what no fetch brings: demo:spoof:jar:1 was not fetched"},
		{name: "secrets", spec: "build: {secrets: [token]}", want: "lacks what no fetch brings: demo:spoof:jar:1 was not fetched"},
		{name: "nothing said", online: true, want: "compile app with the network"},
		{name: "default", spec: "build: {network: default}", online: true, want: "compile app"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := project(t, strings.Replace(archive, "language: java", "language: java\n"+c.spec, 1))
			flags := []string{flag, secret(t, "token", "no-"+password)}
			printed, err := try(t, lab, dir, flags...)
			if err == nil || !strings.Contains(printed, c.want) {
				t.Errorf("got %v, want an error with %q\n%s", err, c.want, printed)
			}
			if got := strings.Contains(printed, "reached 42"); got != c.online {
				t.Errorf("the plugin had the network in compile: %t, want %t\n%s", got, c.online, printed)
			}
			if !strings.Contains(printed, "spied by user 0 beside app") {
				t.Errorf("the plugin did not look around in compile\n%s", printed)
			}
			if c.spec != "build: {secrets: [token]}" { // which compile may read, and does
				checkHidden(t, printed)
			}
		})
	}
}

// secret returns the flag that gives a secret.
func secret(t *testing.T, id, value string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), id)
	if err := os.WriteFile(file, []byte(value), 0o600); err != nil {
		t.Fatal(err)
	}
	return "--secret=id=" + id + ",src=" + file
}
