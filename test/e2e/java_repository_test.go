package e2e

import (
	"archive/zip"
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// mavenHead is a project of Maven's up to what its POM says of repositories, dependencies
// and its build.
const mavenHead = `
-- stagefront.yaml --
# syntax=org/stagefront
language: java
-- pom.xml --
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId><artifactId>app</artifactId><version>1</version>
  <properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
`

// mavenFiles returns what a repository of artifacts of demo has, with their sums: of
// each its name, and the classes of its jar. All have the version 1.0.
func mavenFiles(t *testing.T, artifacts map[string]map[string][]byte) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	add := func(path string, data []byte) {
		files[path], files[path+".sha1"] = data, fmt.Appendf(nil, "%x", sha1.Sum(data))
	}
	for name, classes := range artifacts {
		base := fmt.Sprintf("/demo/%s/1.0/%[1]s-1.0.", name)
		add(base+"pom", fmt.Appendf(nil, "<project><modelVersion>4.0.0</modelVersion><groupId>demo</groupId><artifactId>%s</artifactId><version>1.0</version></project>\n", name))
		add(base+"jar", jarOf(t, classes))
	}
	return files
}

// mavenRepository serves artifacts to who knows a password, and returns its address.
func mavenRepository(t *testing.T, artifacts map[string]map[string][]byte, user, password string) (url string) {
	t.Helper()
	r := &packageServer{files: mavenFiles(t, artifacts)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if u, p, _ := req.BasicAuth(); u != user || p != password {
			w.Header().Set("WWW-Authenticate", "Basic realm=\"demo\"")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.ServeHTTP(w, req)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// jarOf returns an archive of files, uncompressed.
func jarOf(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, data := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// classOf returns the class file of a class whose method text returns a text, for
// Java 17 and later, and its name in a jar. It stands for a compiler, which the
// machine may not have.
// https://docs.oracle.com/javase/specs/jvms/se17/html/jvms-4.html
func classOf(name, text string) map[string][]byte {
	name = strings.ReplaceAll(name, ".", "/")
	var out bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			if s, ok := v.(string); ok {
				binary.Write(&out, binary.BigEndian, uint8(1))
				binary.Write(&out, binary.BigEndian, uint16(len(s)))
				out.WriteString(s)
				continue
			}
			binary.Write(&out, binary.BigEndian, v)
		}
	}
	const class, constant, java17, public, static = uint8(7), uint8(8), uint16(61), uint16(0x1), uint16(0x8)
	put(uint32(0xcafebabe), uint16(0), java17, uint16(10))
	put(class, uint16(2), name, class, uint16(4), "java/lang/Object", "text", "()Ljava/lang/String;", "Code", constant, uint16(9), text)
	put(public, uint16(1), uint16(3), uint16(0), uint16(0), uint16(1))
	put(public|static, uint16(5), uint16(6), uint16(1), uint16(7), uint32(15))
	put(uint16(1), uint16(0), uint32(3), []byte{0x12, 8, 0xb0}, uint16(0), uint16(0), uint16(0)) // ldc text; areturn
	return map[string][]byte{name + ".class": out.Bytes()}
}
