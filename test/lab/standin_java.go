package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// A javaBuild is OpenJDK of one major version as a Debian release has it. It
// runs on that release and on later ones.
type javaBuild struct{ major, suite string }

// javaBuilds are the major versions that there is material for, on both
// architectures.
var javaBuilds = []javaBuild{{"17", "bookworm"}, {"21", "trixie"}, {"25", "trixie"}}

func findJava(major string) (javaBuild, bool) {
	i := slices.IndexFunc(javaBuilds, func(b javaBuild) bool { return b.major == major })
	if i < 0 {
		return javaBuild{}, false
	}
	return javaBuilds[i], true
}

// A javaKind says how much of a build an image has.
type javaKind string

const (
	jre javaKind = "jre" // what runs programs
	jdk javaKind = "jdk" // and what makes them
)

func (b javaBuild) packages(kind javaKind) []string {
	packages := []string{"openjdk-" + b.major + "-jre-headless"}
	if kind == jdk {
		packages = append(packages, "openjdk-"+b.major+"-jdk-headless")
	}
	return packages
}

// distrolessJava is gcr.io/distroless/javaN-debian13 with its four tags, of
// which the debug ones have the whole JDK.
var distrolessJava = family{
	doc:   "gcr.io/distroless/{java17,java21,java25}-debian13:{latest,nonroot,debug,debug-nonroot} (amd64, arm64)",
	names: "gcr.io/distroless/java[0-9]*-debian13",
	recipe: func(ctx context.Context, l *Lab, repository, tag string) (*recipe, error) {
		major := strings.TrimSuffix(strings.TrimPrefix(repository, "distroless/java"), "-debian13")
		build, ok := findJava(major)
		if !ok {
			return nil, nil
		}
		base, err := distroless.recipe(ctx, l, "distroless/java-base-debian13", tag)
		if base == nil || err != nil {
			return nil, err
		}
		kind := jre
		if strings.HasPrefix(tag, "debug") {
			kind = jdk
		}
		return distrolessJavaRecipe(ctx, l, base, build, kind)
	},
}

// distrolessJavaRecipe adds to base what makes it the image of one version.
func distrolessJavaRecipe(ctx context.Context, l *Lab, base *recipe, b javaBuild, kind javaKind) (*recipe, error) {
	version, err := l.javaVersion(ctx, b)
	if err != nil {
		return nil, err
	}
	version, _, _ = strings.Cut(version, "+")
	r := *base
	r.config.Env = append(slices.Clone(base.config.Env), "JAVA_VERSION="+version)
	r.config.Entrypoint = []string{"/usr/bin/java", "-jar"}
	r.layers = func(arch string) []layerRecipe {
		home := fmt.Sprintf("/usr/lib/jvm/temurin-%s-%s-%s", b.major, kind, arch)
		return append(base.layers(arch), javaLayer(b, kind, arch, home, map[string]string{
			"usr/bin/java":                     home + "/bin/java",
			"etc/ssl/certs/adoptium/cacerts":   "/etc/ssl/certs/java/cacerts",
			home[1:] + "/lib/security/cacerts": "/etc/ssl/certs/adoptium/cacerts",
		}))
	}
	return &r, nil
}

// temurin is eclipse-temurin:N-jdk-noble for the machine's own architecture,
// which is the build platform. Debian stands for Ubuntu in it.
var temurin = family{
	doc:   "eclipse-temurin:{17,21,25}-jdk[-noble] (this machine's architecture)",
	names: "docker.io/library/eclipse-temurin",
	recipe: func(ctx context.Context, l *Lab, _, tag string) (*recipe, error) {
		major, ok := strings.CutSuffix(strings.TrimSuffix(tag, "-noble"), "-jdk")
		build, known := findJava(major)
		if !ok || !known {
			return nil, nil
		}
		return temurinRecipe(ctx, l, build)
	},
}

// jdkHome is where the official images have the JDK.
const jdkHome = "/opt/java/openjdk"

// temurinPackages is what the official images have beside the JDK and a minimal
// system, maven's included, and the libraries that Debian's JDK takes from the
// system where Temurin brings its own.
var temurinPackages = []string{
	"binutils", "ca-certificates", "curl", "fontconfig", "git", "gnupg", "libfreetype6", "libjpeg62-turbo", "liblcms2-2",
	"libstdc++6", "locales", "openssh-client", "p11-kit", "tzdata", "wget", "zlib1g",
}

// makeLocale is what the official images do for their LANG.
const makeLocale = `--customize-hook=chroot "$1" localedef -i en_US -f UTF-8 en_US.UTF-8`

func temurinRecipe(ctx context.Context, l *Lab, b javaBuild) (*recipe, error) {
	version, err := l.javaVersion(ctx, b)
	if err != nil {
		return nil, err
	}
	return &recipe{
		arches: []string{nativeArch},
		layers: func(arch string) []layerRecipe {
			debian := debianLayers(l, "trixie", arch, temurinPackages, makeLocale)
			return append(debian, javaLayer(b, jdk, arch, jdkHome, nil))
		},
		config: v1.Config{
			Env: []string{
				"PATH=" + jdkHome + "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
				"JAVA_HOME=" + jdkHome,
				"LANG=en_US.UTF-8", "LANGUAGE=en_US:en", "LC_ALL=en_US.UTF-8",
				"JAVA_VERSION=jdk-" + version,
			},
			Cmd: []string{"jshell"},
		},
	}, nil
}

// maven is maven:VERSION-eclipse-temurin-N-noble, built on temurin.
var maven = family{
	doc:   "maven:3.9[.N]-eclipse-temurin-{17,21,25}[-noble] (this machine's architecture)",
	names: "docker.io/library/maven",
	recipe: func(ctx context.Context, l *Lab, _, tag string) (*recipe, error) {
		version, major, ok := strings.Cut(strings.TrimSuffix(tag, "-noble"), "-eclipse-temurin-")
		build, known := findJava(major)
		if !ok || !known || !strings.HasPrefix(version+".", "3.") {
			return nil, nil
		}
		r, err := temurinRecipe(ctx, l, build)
		if err != nil {
			return nil, err
		}
		lower := r.layers
		r.layers = func(arch string) []layerRecipe { return append(lower(arch), mavenLayer(version)) }
		r.config.Env = append(r.config.Env, "MAVEN_HOME=/usr/share/maven", "MAVEN_CONFIG=/root/.m2")
		r.config.Entrypoint, r.config.Cmd = []string{"/usr/local/bin/mvn-entrypoint.sh"}, []string{"mvn"}
		return r, nil
	},
}

// gradle is Debian's own Gradle, the last one that was built from source there.
// Nothing newer is to be had where vendors' sites are not; no official image has
// its name.
var gradle = family{
	doc:   "debian-gradle:4.4.1-jdk17 (this machine's architecture)",
	names: "docker.io/library/debian-gradle",
	recipe: func(ctx context.Context, l *Lab, _, tag string) (*recipe, error) {
		version, major, ok := strings.Cut(tag, "-jdk")
		build, known := findJava(major)
		if !ok || version != "4.4.1" || !known {
			return nil, nil
		}
		r, err := temurinRecipe(ctx, l, build)
		if err != nil {
			return nil, err
		}
		r.layers = func(arch string) []layerRecipe {
			packages := append([]string{"gradle"}, temurinPackages...)
			debian := debianLayers(l, "trixie", arch, packages, makeManuals, makeLocale, linkGradle)
			return append(debian, javaLayer(build, jdk, arch, jdkHome, nil))
		}
		r.config.Env = append(r.config.Env, "GRADLE_HOME=/opt/gradle")
		r.config.Cmd = []string{"gradle"}
		return r, nil
	},
}

const (
	// makeManuals makes the directory that Debian's Java links manuals into.
	makeManuals = `--setup-hook=mkdir -p "$1"/usr/share/man/man1`
	linkGradle  = `--customize-hook=ln -s /usr/share/gradle "$1"/opt/gradle`
)

// javaVersion returns the version of b that the cache has or will have, such as
// "21.0.8+9".
func (l *Lab) javaVersion(ctx context.Context, b javaBuild) (string, error) {
	layer, err := l.layer(ctx, javaReleaseLayer(b))
	if err != nil {
		return "", err
	}
	r, err := layer.Uncompressed()
	if err != nil {
		return "", err
	}
	defer r.Close()
	for lines := bufio.NewScanner(r); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "JAVA_RUNTIME_VERSION="); ok {
			version, _, _ := strings.Cut(strings.Trim(value, `"`), "-")
			return version, nil
		}
	}
	return "", fmt.Errorf("the packages of Java %s do not say their version", b.major)
}

// javaReleaseLayer is the file alone in which a build says what it is: small
// enough to be read for an image's config. It is in no image by itself.
func javaReleaseLayer(b javaBuild) layerRecipe {
	return layerRecipe{
		name: "release of java " + b.major,
		key:  []string{"java release", "1", b.major, b.suite},
		write: func(ctx context.Context, w, log io.Writer) error {
			t, err := unpackJava(ctx, b, jre, nativeArch, "/", log)
			if err != nil {
				return err
			}
			t.keep(func(name string) bool { return name == "release" })
			return t.write(w)
		},
	}
}

// bundledLibraries are what Temurin carries beside its own libraries and Debian
// has in packages. Java's libraries look beside themselves first.
var bundledLibraries = []string{"libatomic1", "libglib2.0-0t64", "libgraphite2-3", "libharfbuzz0b", "libpcre2-8-0"}

// bundle adds to t, a build below home, what Temurin carries and Debian has in
// other packages: libraries, by the names that they are needed by, and
// certificates.
func bundle(ctx context.Context, t *tree, arch, home string, log io.Writer) error {
	packages := newTree()
	if err := unpackAll(ctx, packages, "trixie", arch, append([]string{"ca-certificates"}, bundledLibraries...), log); err != nil {
		return err
	}
	libraries, err := findLibraries(packages, "usr/lib/"+triplets[arch])
	if err != nil {
		return err
	}
	for _, l := range libraries {
		if f := packages.follow(packages.clean(l.path)); f != nil {
			t.file(path.Join(home, "lib", l.soname), 0o644, f.data)
		}
	}
	store, err := trustStore(packages)
	t.file(home+"/lib/security/cacerts", 0o644, store)
	return err
}

// javaLayer is a build below home, with the layout of Temurin: configuration in
// place where Debian has links into /etc, and certificates of its own unless
// links say otherwise. links are by path in the image.
func javaLayer(b javaBuild, kind javaKind, arch, home string, links map[string]string) layerRecipe {
	return layerRecipe{
		name: fmt.Sprintf("java %s %s for %s", b.major, kind, arch),
		key:  []string{"java", "2", b.major, b.suite, string(kind), arch, home, fmt.Sprint(links)},
		write: func(ctx context.Context, w, log io.Writer) error {
			t, err := unpackJava(ctx, b, kind, arch, home, log)
			if err != nil {
				return err
			}
			if err := bundle(ctx, t, arch, home, log); err != nil {
				return err
			}
			for name, target := range links {
				t.link(name, target)
			}
			return t.write(w)
		},
	}
}

// unpackJava returns a build's files below home. Debian's links out of the
// JDK's directory become what they point at; those that dangle are dropped.
func unpackJava(ctx context.Context, b javaBuild, kind javaKind, arch, home string, log io.Writer) (*tree, error) {
	packages, t := newTree(), newTree()
	packages.merge("bin", "lib", "lib64", "sbin")
	if err := unpackAll(ctx, packages, b.suite, arch, b.packages(kind), log); err != nil {
		return nil, err
	}
	root := fmt.Sprintf("usr/lib/jvm/java-%s-openjdk-%s", b.major, arch)
	if packages.files[root+"/bin/java"] == nil {
		return nil, fmt.Errorf("the packages of Java %s have no %s/bin/java", b.major, root)
	}
	for name := range packages.files {
		rel, inside := strings.CutPrefix(name, root+"/")
		if !inside || strings.HasPrefix(rel, "man/") || path.Base(rel) == "cacerts" {
			continue
		}
		target := packages.follow(name)
		if target == nil || strings.HasPrefix(target.Name, "usr/share/doc") {
			continue
		}
		moved := *target
		moved.Name = path.Join(home, rel)
		t.put(&moved)
	}
	return t, nil
}

// javaBaseLayer is what java-base has beside packages: the trust store of all
// Java programs, and the locale of its LANG.
func javaBaseLayer(arch string) layerRecipe {
	return layerRecipe{
		name: "java certificates for " + arch,
		key:  []string{"java base", "1", arch},
		write: func(ctx context.Context, w, log io.Writer) error {
			t := newTree()
			t.merge("bin", "lib", "lib64", "sbin")
			if err := unpackAll(ctx, t, "trixie", arch, []string{"ca-certificates", "libc-bin"}, log); err != nil {
				return err
			}
			store, err := trustStore(t)
			if err != nil {
				return err
			}
			t.keep(func(name string) bool { return strings.HasPrefix(name, "usr/lib/locale/C.utf8/") })
			t.file("etc/ssl/certs/java/cacerts", 0o644, store)
			return t.write(w)
		},
	}
}

// trustStore returns the certificates of Debian's package, unpacked in t, as a
// key store that any Java reads.
func trustStore(t *tree) ([]byte, error) {
	var certificates [][]byte
	for _, name := range t.under("usr/share/ca-certificates") {
		block, _ := pem.Decode(t.files[name].data)
		if block == nil {
			return nil, fmt.Errorf("%s is no certificate", name)
		}
		certificates = append(certificates, block.Bytes)
	}
	if len(certificates) == 0 {
		return nil, fmt.Errorf("package ca-certificates has no certificates")
	}
	return javaKeyStore(certificates, "changeit"), nil
}

// javaKeyStore returns a key store in Java's own format, version 2, that trusts
// certificates (in DER). Equal inputs give equal stores: entries have no time.
// https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/sun/security/provider/JavaKeyStore.java
func javaKeyStore(certificates [][]byte, password string) []byte {
	const magic, version, trusted = 0xfeedfeed, 2, 1 << 1
	var out bytes.Buffer
	number := func(values ...any) {
		for _, v := range values {
			binary.Write(&out, binary.BigEndian, v)
		}
	}
	text := func(s string) { number(uint16(len(s)), []byte(s)) }
	number(uint32(magic), uint32(version), uint32(len(certificates)))
	for _, der := range certificates {
		name := sha256.Sum256(der)
		number(uint32(trusted))
		text(hex.EncodeToString(name[:]))
		number(uint64(0)) // when it was added
		text("X.509")
		number(uint32(len(der)), der)
	}
	sum := sha1.New()
	binary.Write(sum, binary.BigEndian, utf16.Encode([]rune(password)))
	io.WriteString(sum, "Mighty Aphrodite")
	sum.Write(out.Bytes())
	return sum.Sum(out.Bytes())
}

// mvn downloads from where this machine's own Maven does.
var mvn = hostTool{"mvn", []string{"maven"}}

// mavenEntrypoint is what the official image's does when nothing is to be set
// up from /usr/share/maven/ref.
const mavenEntrypoint = "#!/bin/bash -eu\nunset MAVEN_CONFIG\nexec \"$@\"\n"

// mavenLayer is Maven as its project released it: version, or the newest of
// those that it begins. Debian's is patched.
func mavenLayer(version string) layerRecipe {
	return layerRecipe{
		name:  "maven " + version,
		key:   []string{"maven", "2", version},
		tools: []hostTool{mvn},
		write: func(ctx context.Context, w, log io.Writer) error {
			distribution, err := downloadMaven(ctx, version, log)
			if err != nil {
				return err
			}
			t := newTree()
			if err := addMaven(t, distribution); err != nil {
				return err
			}
			t.link("usr/bin/mvn", "/usr/share/maven/bin/mvn")
			t.file("usr/local/bin/mvn-entrypoint.sh", 0o755, []byte(mavenEntrypoint))
			return t.write(w)
		},
	}
}

// mavenProject is a project that depends on Maven itself.
const mavenProject = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>lab</groupId>
  <artifactId>lab</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.maven</groupId>
      <artifactId>apache-maven</artifactId>
      <version>%s</version>
      <type>zip</type>
      <classifier>bin</classifier>
    </dependency>
  </dependencies>
</project>
`

// downloadMaven returns the zip of a release, by the machine's Maven.
func downloadMaven(ctx context.Context, version string, log io.Writer) ([]byte, error) {
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if strings.Count(version, ".") < 2 {
		version = fmt.Sprintf("[%[1]s.0,%[1]s.999]", version) // a release candidate of the next is below that
	}
	if err := os.WriteFile(filepath.Join(dir, "pom.xml"), fmt.Appendf(nil, mavenProject, version), 0o644); err != nil {
		return nil, err
	}
	copy := "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
	args := []string{"mvn", "-B", "-ntp", "-Dmaven.repo.local=" + filepath.Join(dir, "repository"), "-DexcludeTransitive=true", "-DoutputDirectory=" + dir, copy}
	if err := (proc{args: args, dir: dir}).run(ctx, log); err != nil {
		return nil, fmt.Errorf("downloading Maven %s: %w", version, err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "apache-maven-*-bin.zip"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("downloading Maven %s: got %d files, want 1", version, len(found))
	}
	return os.ReadFile(found[0])
}

// addMaven puts a distribution into /usr/share/maven.
func addMaven(t *tree, distribution []byte) error {
	unpacked := newTree()
	if err := unzip(unpacked, "", distribution); err != nil {
		return err
	}
	for name, f := range unpacked.files {
		_, rel, _ := strings.Cut(name, "/")
		mode := int64(0o644)
		if program := path.Base(rel); path.Dir(rel) == "bin" && path.Ext(program) == "" {
			mode = 0o755
		}
		t.file("usr/share/maven/"+rel, mode, f.data)
	}
	if t.files["usr/share/maven/bin/mvn"] == nil {
		return fmt.Errorf("the distribution has no bin/mvn")
	}
	return nil
}
