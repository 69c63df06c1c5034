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
	"sync"
	"testing"
	"time"
)

// mavenRepository serves artifacts as a repository does, to whom it lets in, and
// misbehaves where it is told to.
type mavenRepository struct {
	url   string
	files map[string][]byte // by path, with their sums

	mu    sync.Mutex
	fault string
}

// newMavenRepository returns a repository of artifacts of demo, each by its name,
// version 1.0, and the classes of its jar. Who asks must know the password, where
// there is one.
func newMavenRepository(t *testing.T, artifacts map[string]map[string][]byte, user, password string) *mavenRepository {
	t.Helper()
	r := &mavenRepository{files: map[string][]byte{}}
	for name, classes := range artifacts {
		base := fmt.Sprintf("/demo/%s/1.0/%[1]s-1.0.", name)
		r.add(base+"pom", fmt.Appendf(nil, "<project><modelVersion>4.0.0</modelVersion><groupId>demo</groupId><artifactId>%s</artifactId><version>1.0</version></project>\n", name))
		r.add(base+"jar", jarOf(t, classes))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		u, p, _ := req.BasicAuth()
		if password != "" && (u != user || p != password) {
			w.Header().Set("WWW-Authenticate", "Basic realm=\"demo\"")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.serve(w, req)
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *mavenRepository) add(path string, data []byte) {
	r.files[path] = data
	r.files[path+".sha1"] = fmt.Appendf(nil, "%x", sha1.Sum(data))
}

// misbehave has the repository answer for jars, and at a login for everything, in
// one of the ways in which proxies and registries do; "" is as it should.
func (r *mavenRepository) misbehave(fault string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault = fault
}

func (r *mavenRepository) serve(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	fault := r.fault
	r.mu.Unlock()
	data, ok := r.files[req.URL.Path]
	if fault == "login page" {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html><body><form>Please log in</form></body></html>")
		return
	}
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if !strings.HasSuffix(req.URL.Path, ".jar") {
		fault = ""
	}
	faulty(w, req, data, fault)
}

// faulty answers with data in one of the ways of misbehave.
func faulty(w http.ResponseWriter, req *http.Request, data []byte, fault string) {
	switch fault {
	case "altered":
		data = bytes.Replace(bytes.Clone(data), []byte("good"), []byte("evil"), -1)
	case "cut":
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		data = data[:len(data)/2]
	case "cut without length":
		w.Header().Set("Connection", "close")
		w.Header().Set("Transfer-Encoding", "identity")
		data = data[:len(data)/2]
	case "429":
		w.WriteHeader(http.StatusTooManyRequests)
		return
	case "500":
		w.WriteHeader(http.StatusInternalServerError)
		return
	case "hang":
		<-req.Context().Done()
		return
	case "slow":
		for _, b := range data[:20] {
			w.Write([]byte{b})
			w.(http.Flusher).Flush()
			time.Sleep(100 * time.Millisecond)
		}
		data = data[20:]
	}
	w.Write(data)
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
