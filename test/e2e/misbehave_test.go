package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

// A misbehaviour is what a registry, or what stands before it, does in place of
// answering with a file; altered is a file in its place that has not its sum.
type misbehaviour struct {
	name   string
	answer func(w http.ResponseWriter, r *http.Request, file, altered []byte)
	builds bool // all the same: it is slow, and no more
}

// misbehaviours are what every client is tried with.
var misbehaviours = []misbehaviour{
	{name: "wrong-sum", answer: func(w http.ResponseWriter, _ *http.Request, _, altered []byte) {
		_, _ = w.Write(altered) // whoever went away does not want it
	}},
	{name: "login-page", answer: func(w http.ResponseWriter, _ *http.Request, _, _ []byte) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html><body><form>Who are you?</form></body></html>")
	}},
	{name: "cut-with-length", answer: func(w http.ResponseWriter, _ *http.Request, file, _ []byte) {
		w.Header().Set("Content-Length", fmt.Sprint(len(file)))
		_, _ = w.Write(file[:len(file)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}},
	{name: "cut-without-length", answer: func(w http.ResponseWriter, _ *http.Request, file, _ []byte) {
		w.Header().Set("Connection", "close")
		w.Header().Set("Transfer-Encoding", "identity") // the end of the connection is that of the file
		_, _ = w.Write(file[:len(file)/2])
	}},
	{name: "busy", answer: failing(http.StatusTooManyRequests)},
	{name: "broken", answer: failing(http.StatusInternalServerError)},
	silent,
	{name: "slow", builds: true, answer: func(w http.ResponseWriter, _ *http.Request, file, _ []byte) {
		for n := max(len(file)/8, 1); len(file) > 0; file = file[min(n, len(file)):] {
			_, _ = w.Write(file[:min(n, len(file))])
			_ = http.NewResponseController(w).Flush()
			time.Sleep(200 * time.Millisecond)
		}
	}},
}

// silent does not answer at all.
var silent = misbehaviour{name: "silent", answer: func(_ http.ResponseWriter, r *http.Request, _, _ []byte) { <-r.Context().Done() }}

// failing answers with a status.
func failing(status int) func(http.ResponseWriter, *http.Request, []byte, []byte) {
	return func(w http.ResponseWriter, _ *http.Request, _, _ []byte) { w.WriteHeader(status) }
}

// A packageServer serves files by their paths, and misbehaves where it is told to.
type packageServer struct {
	files   map[string][]byte
	naming  map[string]string        // files that name the server's own address, where they have a %s
	altered func(path string) []byte // a file in the place of one, which has not its sum
	faulty  func(path string) bool   // of which paths it misbehaves
	url     string
	now     atomic.Pointer[misbehaviour] // nil when it answers as it should
}

// serve starts the server, which goes with the test.
func (r *packageServer) serve(t *testing.T) {
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections) // of who still waits
	r.url = server.URL
	for path, text := range r.naming {
		r.files[path] = fmt.Appendf(nil, text, r.url)
	}
}

func (r *packageServer) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	file, ok := r.files[req.URL.Path]
	switch now := r.now.Load(); {
	case now != nil && r.faulty(req.URL.Path):
		now.answer(w, req, file, r.altered(req.URL.Path))
	case !ok:
		http.NotFound(w, req)
	default:
		_, _ = w.Write(file)
	}
}

// A client is a program that downloads what a project needs.
type client struct {
	name    string
	server  func(t *testing.T, m misbehaviour) *packageServer // that will misbehave so
	project func(t *testing.T, url string) (dir string, flags []string)
	failed  string            // what a failed build says of the step that failed
	says    map[string]string // and of why, by misbehaviours
	prints  string            // what is built
	costly  bool              // its builds take long: one is enough at the end
}

// clients are those of all languages. A new one is added where it is tested.
var clients = []client{goProxyClient, pythonIndexClient, mavenClient, npmClient, pnpmClient, yarnClient, berryClient, cargoClient}

// TestMisbehaved has what every client downloads from misbehave in every way: the
// fetch fails, whatever comes; nothing that came is taken for done, so the same project
// is good when the registry is mended.
func TestMisbehaved(t *testing.T) {
	lab := start(t)
	for _, c := range clients {
		if c.costly {
			continue // TestMisbehavedLong
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, m := range misbehaviours {
				if m.name == silent.name {
					continue // TestMisbehavedLong
				}
				t.Run(m.name, func(t *testing.T) {
					t.Parallel()
					c.try(t, lab, []misbehaviour{m})
				})
			}
		})
	}
}

// TestMisbehavedLong is TestMisbehaved where that takes minutes: of registries that are
// silent, for which a client waits and computes nothing, and of Maven. It begins before
// other tests, and takes the place of none.
func TestMisbehavedLong(t *testing.T) {
	lab := labenv.Get(t)
	var waiting sync.WaitGroup
	for _, c := range clients {
		ways := []misbehaviour{silent}
		if c.costly {
			ways = misbehaviours
		}
		waiting.Go(func() { t.Run(c.name, func(t *testing.T) { c.try(t, lab, ways) }) })
	}
	t.Parallel()
	waiting.Wait()
}

// try builds a project while its registry misbehaves in one way after the other, and
// then once more.
func (c client) try(t *testing.T, lab *labenv.Lab, ways []misbehaviour) {
	r := c.server(t, ways[0])
	r.serve(t)
	dir, flags := c.project(t, r.url)
	// With caches of its own, whatever a client keeps: what came before is not asked for again.
	flags = append(flags, ownCaches(t.Name()))
	for _, m := range ways {
		r.now.Store(&m)
		if m.builds {
			continue
		}
		printed, err := try(t, lab, dir, flags...)
		if err == nil || !strings.Contains(printed, c.failed) || !strings.Contains(printed, c.says[m.name]) {
			t.Errorf("%s: got %v, want that it fails with %q\n%s", m.name, err, c.failed+c.says[m.name], printed)
		}
		r.now.Store(nil)
	}
	ref := lab.Registry + "/e2e/misbehaved-" + c.name + "-" + ways[len(ways)-1].name
	printed, err := try(t, lab, dir, append(flags, "--provenance=false", "--push", "-t", ref)...)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	result, err := open(t, ref, "linux/amd64").Run(t.Context(), image.RunOptions{})
	if got := result.Stdout + result.Stderr; err != nil || got != c.prints {
		t.Errorf("got %q, %v, want %q", got, err, c.prints)
	}
}
