package java

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// zipped returns a jar with texts by their names.
func zipped(t *testing.T, files ...string) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

// TestContents reads jars that say what they are, one with another packed into it, and
// one that says nothing.
func TestContents(t *testing.T) {
	const slf4j, shaded = "META-INF/maven/org.slf4j/slf4j-api/pom.properties", "META-INF/maven/org.ow2.asm/asm/pom.properties"
	properties := func(group, id, version string) string {
		return "#Created by Maven\r\nversion=" + version + "\r\ngroupId=" + group + "\r\nartifactId=" + id + "\r\n"
	}
	files := fstest.MapFS{
		"dependencies/lib/slf4j-api-2.0.jar": zipped(t, slf4j, properties("org.slf4j", "slf4j-api", "2.0"), shaded, properties("org.ow2.asm", "asm", "9.7")),
		"dependencies/lib/spring-core-6.jar": zipped(t, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n", "META-INF/maven/a/b/pom.properties", "version=1\n"),
		"dependencies/lib/notes.txt":         {Data: []byte("no jar")},
		"application/app.jar":                zipped(t, "META-INF/maven/com.example/shop/pom.properties", properties("com.example", "shop", "1.0")),
	}
	b := &language.Built{
		Recipe: &language.Recipe{Image: (&project{tool: &buildTool{}}).image()},
		Open:   func(language.Origin) (fs.FS, error) { return readable{files}, nil },
	}
	got, err := contents(b)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range got {
		lines = append(lines, strings.TrimSpace(p.Name+" "+p.URL))
		if len(p.Hashes) != 2 || len(p.Hashes[0].Value) != 40 || len(p.Hashes[1].Value) != 64 {
			t.Errorf("%s: got hashes %v", p.Name, p.Hashes)
		}
		for _, inner := range p.Contains {
			lines = append(lines, "\t"+inner.Name+" "+inner.URL)
		}
	}
	want := `org.slf4j:slf4j-api pkg:maven/org.slf4j/slf4j-api@2.0
	org.ow2.asm:asm pkg:maven/org.ow2.asm/asm@9.7
spring-core-6
com.example:shop pkg:maven/com.example/shop@1.0`
	if text := strings.Join(lines, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// readable opens files that can be read in pieces, as those of the daemon can.
type readable struct{ fstest.MapFS }

func (r readable) Open(name string) (fs.File, error) {
	f, err := r.MapFS.Open(name)
	if m := r.MapFS[name]; err == nil && m != nil {
		return inPieces{f, bytes.NewReader(m.Data)}, nil
	}
	return f, err
}

type inPieces struct {
	fs.File
	*bytes.Reader
}

func (p inPieces) Read(b []byte) (int, error) { return p.File.Read(b) }

// TestNamed tells the artifact that a jar is from those that are packed into it.
func TestNamed(t *testing.T) {
	a, b := bom.Package{Name: "g:core", Version: "1"}, bom.Package{Name: "g:core-extra", Version: "2"}
	for file, want := range map[string]string{"core-1.jar": "g:core", "core-extra-2.jar": "g:core-extra", "fat.jar": "fat"} {
		if got := named(file, []bom.Package{a, b}); got.Name != want || want == "fat" && len(got.Contains) != 2 {
			t.Errorf("%s: got %+v, want %s", file, got, want)
		}
	}
	if got := named("renamed.jar", []bom.Package{a}); got.Name != "g:core" {
		t.Errorf("got %+v, want the only artifact", got)
	}
}

// TestInterpreters has an image with the JVM of a package of Debian and another one.
func TestInterpreters(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	got, err := interpreters(fstest.MapFS{
		"usr/lib/jvm/java-17-openjdk-amd64/release":    file("JAVA_VERSION=\"17.0.1\"\n"),
		"usr/lib/jvm/temurin21_jre_x64/release":        file("IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_VERSION=\"21.0.5\"\n"),
		"usr/lib/jvm/temurin21_jre_x64/jmods/whatever": file(""),
	})
	if err != nil || len(got) != 1 || got[0].URL != "pkg:generic/openjdk@21.0.5" {
		t.Errorf("got %v, %v, want that of no package", got, err)
	}
}
