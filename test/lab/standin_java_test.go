package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// probe tells what a program sees of its Java: itself, the user, the system's
// certificates, time zones, encodings and fonts.
const probe = `
import java.awt.*;
import java.awt.image.BufferedImage;
import java.nio.charset.Charset;
import java.nio.file.*;
import java.security.cert.X509Certificate;
import javax.net.ssl.*;

public class Probe {
	public static void main(String[] args) throws Exception {
		System.out.println(Runtime.version().feature() + " " + System.getenv("JAVA_VERSION").equals(System.getProperty("java.version")));
		System.out.println(Files.getAttribute(Path.of("/proc/self"), "unix:uid") + " " + System.getProperty("user.home") + " " + System.getProperty("user.dir"));
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init((java.security.KeyStore) null);
		X509Certificate[] trusted = ((X509TrustManager) trust.getTrustManagers()[0]).getAcceptedIssuers();
		System.out.println(trusted.length > 100);
		SSLContext.getDefault().getSocketFactory();
		System.out.println(java.time.ZonedDateTime.of(2026, 7, 1, 0, 0, 0, 0, java.time.ZoneId.of("Europe/Riga")).getOffset());
		System.out.println(Charset.defaultCharset() + " " + System.getProperty("sun.jnu.encoding"));
		Graphics2D g = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB).createGraphics();
		g.setFont(new Font("SansSerif", Font.PLAIN, 20));
		System.out.println(g.getFontMetrics().stringWidth("wide") > g.getFontMetrics().stringWidth("i"));
	}
}
`

const probed = ` true
65532 /home/nonroot /home/nonroot
true
+03:00
UTF-8 UTF-8
true
`

// compileProbe returns a directory with Probe.class, for Java 17 and later, made
// by the JDK of a toolchain image.
func compileProbe(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Probe.java"), []byte(probe), 0o644); err != nil {
		t.Fatal(err)
	}
	i := openBase(t, "index.docker.io", "library/maven:3.9-eclipse-temurin-21-noble", "linux/"+nativeArch)
	got, err := i.Run(t.Context(), image.RunOptions{
		Args:   []string{"javac", "--release", "17", "-d", "/probe", "/probe/Probe.java"},
		Mounts: []image.Mount{{Source: dir, Target: "/probe"}},
	})
	if err != nil || got.ExitCode != 0 {
		t.Fatal(got, err)
	}
	return dir
}

// TestDistrolessJava runs a program on every version and both platforms, as the
// image's own user.
func TestDistrolessJava(t *testing.T) {
	dir := compileProbe(t)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, major := range []string{"17", "21", "25"} {
		for _, platform := range bothPlatforms {
			i := openBase(t, "gcr.io", "distroless/java"+major+"-debian13:nonroot", platform)
			got, err := i.Run(t.Context(), image.RunOptions{
				Entrypoint: []string{"/usr/bin/java", "-cp", "/probe", "Probe"},
				Mounts:     []image.Mount{{Source: dir, Target: "/probe", ReadOnly: true}},
			})
			if err != nil {
				t.Fatal(err)
			}
			if got.Stdout != major+probed {
				t.Errorf("java%s on %s: got %+v, want %s", major, platform, got, major+probed)
			}
		}
	}
}

// TestDistrolessJavaPaths proves that what users name by path is where the real
// image has it.
func TestDistrolessJavaPaths(t *testing.T) {
	for platform, arch := range map[string]string{"linux/amd64": "amd64", "linux/arm64": "arm64"} {
		i := openBase(t, "gcr.io", "distroless/java21-debian13:nonroot", platform)
		files, err := i.Files()
		if err != nil {
			t.Fatal(err)
		}
		home := "/usr/lib/jvm/temurin-21-jre-" + arch
		for name, target := range map[string]string{
			"/usr/bin/java":                   home + "/bin/java",
			"/etc/ssl/certs/adoptium/cacerts": "/etc/ssl/certs/java/cacerts",
			home + "/lib/security/cacerts":    "/etc/ssl/certs/adoptium/cacerts",
		} {
			if got := files[name].Linkname; got != target {
				t.Errorf("%s on %s: got a link to %q, want %q", name, platform, got, target)
			}
		}
		if _, ok := files[home+"/bin/javac"]; ok {
			t.Errorf("there is a compiler on %s", platform)
		}
		store, err := i.ReadFile("/etc/ssl/certs/java/cacerts")
		if err != nil || !bytes.HasPrefix(store, []byte{0xfe, 0xed, 0xfe, 0xed}) {
			t.Errorf("the trust store on %s: %d bytes, %v", platform, len(store), err)
		}
	}
}

// TestDistrolessJavaDebug proves that the debug image has a shell and the JDK.
func TestDistrolessJavaDebug(t *testing.T) {
	i := openBase(t, "gcr.io", "distroless/java21-debian13:debug-nonroot", "linux/"+nativeArch)
	got, err := i.Run(t.Context(), image.RunOptions{Entrypoint: []string{"/busybox/sh", "-c", "id -u; /usr/lib/jvm/temurin-21-jdk-*/bin/javac -version"}})
	if err != nil || !strings.HasPrefix(got.Stdout, "65532\njavac 21.") {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestMaven runs the tools that a build needs, and finds them where the
// official image has them.
func TestMaven(t *testing.T) {
	for _, major := range []string{"17", "21", "25"} {
		i := openBase(t, "index.docker.io", "library/maven:3.9-eclipse-temurin-"+major+"-noble", "linux/"+nativeArch)
		script := `mvn -version && readlink /usr/bin/mvn && echo $MAVEN_HOME ${MAVEN_CONFIG-} $JAVA_HOME && javac -version && git --version >/dev/null && ssh -V 2>/dev/null && echo "${JAVA_VERSION%%.*}"`
		got, err := i.Run(t.Context(), image.RunOptions{Args: []string{"bash", "-euc", script}})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"Apache Maven 3.9.", "Maven home: /usr/share/maven\n", "runtime: /opt/java/openjdk\n", "platform encoding: UTF-8",
			"/usr/share/maven/bin/mvn\n/usr/share/maven /opt/java/openjdk\njavac " + major + ".", "\njdk-" + major + "\n",
		} {
			if !strings.Contains(got.Stdout, want) {
				t.Errorf("maven on Java %s: got %+v, want %q", major, got, want)
			}
		}
	}
}

// TestGradle runs Gradle's own tasks, for which its daemon has to start.
func TestGradle(t *testing.T) {
	i := openBase(t, "index.docker.io", "library/debian-gradle:4.4.1-jdk17", "linux/"+nativeArch)
	got, err := i.Run(t.Context(), image.RunOptions{Args: []string{"bash", "-euc", "cd /tmp && gradle --offline tasks && echo $GRADLE_HOME $JAVA_HOME && gradle --version"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"BUILD SUCCESSFUL", "/opt/gradle /opt/java/openjdk\n", "Gradle 4.4.1", "JVM:          17."} {
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("got %+v, want %q", got, want)
		}
	}
}

// TestJavaKeyStore holds the format's head and what protects the store against
// what Java's keytool writes for no certificates at all.
func TestJavaKeyStore(t *testing.T) {
	empty := javaKeyStore(nil, "changeit")
	if want := []byte{0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 0}; !bytes.HasPrefix(empty, want) || len(empty) != len(want)+20 {
		t.Errorf("got % x", empty)
	}
	if a, b := javaKeyStore([][]byte{{1}}, "changeit"), javaKeyStore([][]byte{{1}}, "changeit"); !bytes.Equal(a, b) {
		t.Error("the same certificates give different stores")
	}
}
