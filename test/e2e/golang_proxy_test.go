package e2e

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/dirhash"

	"github.com/stagefront/stagefront/test/image"
)

// goProxyClient is the go command, with a module of a proxy.
var goProxyClient = client{
	name: "go",
	server: func(t *testing.T, _ misbehaviour) *packageServer {
		files, _ := goModule(t, "honest")
		forged, _ := goModule(t, "forged")
		return &packageServer{
			files:   files,
			altered: func(path string) []byte { return forged[path] },
			faulty:  func(string) bool { return true },
		}
	},
	project: func(t *testing.T, url string) (string, []string) {
		return project(t, goProxyProject+"-- go.sum --\n"+goSums(t)), []string{"--build-arg", "GOPROXY=" + url}
	},
	failed: "ERROR: failed to build: failed to solve: [go] fetch modules: ",
	prints: "honest\n",
}

// goProxy serves the module that goProxyProject needs, and returns its address.
func goProxy(t *testing.T) string {
	t.Helper()
	server := goProxyClient.server(t, misbehaviour{})
	server.serve(t)
	return server.url
}

func goSums(t *testing.T) string {
	t.Helper()
	_, sums := goModule(t, "honest")
	return sums
}

// TestGoKept fetches again, after the manifests changed, without a download of the module
// that is kept; and with one when something else is kept in its place.
func TestGoKept(t *testing.T) {
	lab := start(t)
	files, sums := goModule(t, "honest")
	forged, _ := goModule(t, "forged")
	var archives atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".zip") {
			archives.Add(1)
		}
		w.Write(files[r.URL.Path])
	}))
	t.Cleanup(server.Close)
	dir := project(t, goProxyProject+`
-- Dockerfile --
FROM golang:1.26-trixie
RUN --mount=type=cache,id=stagefront/go-download,target=/kept --mount=target=/forged \
	for zip in /kept/*/example.com/dep/@v/v1.0.0.zip; do cp /forged/v1.0.0.* ${zip%/*}/ || exit 1; done
`)
	write := func(name, data string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.sum", sums)
	for _, end := range []string{".mod", ".zip"} {
		write("v1.0.0"+end, string(forged["/example.com/dep/@v/v1.0.0"+end]))
	}
	// A fetch is for all platforms, and to a cache of its own Go's library is compiled for each.
	flags := []string{"--platform=linux/amd64", "--build-arg=GOPROXY=" + server.URL, "--build-arg=BUILDKIT_CACHE_MOUNT_NS=" + t.Name()}
	for i, want := range []int32{1, 1, 2} {
		if i == 2 {
			if printed, err := try(t, lab, dir, append(flags, "-f", "Dockerfile")...); err != nil {
				t.Fatalf("%v\n%s", err, printed)
			}
		}
		write("go.mod", fmt.Sprintf("module example.com/app\n\ngo 1.26\n\nrequire example.com/dep v1.0.0 // the %d. time, %d\n", i, time.Now().UnixNano()))
		ref := build(t, lab, dir, "golang-kept", flags...)
		if got := archives.Load(); got != want {
			t.Errorf("build %d: %d archives were downloaded, want %d", i, got, want)
		}
		result, err := open(t, ref, "linux/amd64").Run(t.Context(), image.RunOptions{})
		if err != nil || result.Stderr != "honest\n" {
			t.Errorf("build %d: got %+v, %v", i, result, err)
		}
	}
}

// goModule returns the files of a proxy that has one module, by their paths, and the
// lines of go.sum for it.
func goModule(t *testing.T, word string) (files map[string][]byte, sums string) {
	t.Helper()
	const mod = "module example.com/dep\n\ngo 1.26\n"
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, data := range map[string]string{"go.mod": mod, "dep.go": "package dep\n\nconst Word = \"" + word + "\"\n"} {
		w, err := z.Create("example.com/dep@v1.0.0/" + name)
		if err == nil {
			_, err = io.WriteString(w, data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "dep.zip")
	if err := os.WriteFile(file, out.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	zipSum, err := dirhash.HashZip(file, dirhash.Hash1)
	if err != nil {
		t.Fatal(err)
	}
	modSum, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(mod)), nil })
	if err != nil {
		t.Fatal(err)
	}
	const at = "/example.com/dep/@v/v1.0.0"
	return map[string][]byte{
		at + ".info": []byte(`{"Version": "v1.0.0", "Time": "2026-01-01T00:00:00Z"}`),
		at + ".mod":  []byte(mod),
		at + ".zip":  out.Bytes(),
	}, fmt.Sprintf("example.com/dep v1.0.0 %s\nexample.com/dep v1.0.0/go.mod %s\n", zipSum, modSum)
}

const goProxyProject = `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
-- go.mod --
module example.com/app

go 1.26

require example.com/dep v1.0.0
-- main.go --
package main

import "example.com/dep"

func main() { println(dep.Word) }
`
