package e2e

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/image"
)

// misbehaving serves two versions of a package, the newer one well, or in place of its
// file what a fault makes of it.
type misbehaving struct {
	older  []byte
	file   []byte
	fault  func(w http.ResponseWriter, r *http.Request, file []byte)
	mended atomic.Bool
	summed bool // the index tells the sum of the file
}

func (m *misbehaving) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/simple/flaky/":
		sum := ""
		if m.summed {
			sum = fmt.Sprintf("#sha256=%x", sha256.Sum256(m.file))
		}
		fmt.Fprint(w, "<a href=\"/files/flaky-0.9-py3-none-any.whl\">flaky-0.9-py3-none-any.whl</a>\n")
		fmt.Fprintf(w, "<a href=\"/files/flaky-1.0-py3-none-any.whl%s\">flaky-1.0-py3-none-any.whl</a>", sum)
	case r.URL.Path == "/files/flaky-0.9-py3-none-any.whl":
		_, _ = w.Write(m.older) // whoever went away does not want it
	case !strings.HasPrefix(r.URL.Path, "/files/"):
		http.NotFound(w, r)
	case m.mended.Load():
		_, _ = w.Write(m.file)
	default:
		m.fault(w, r, m.file)
	}
}

// cut answers with a part of a file and ends the connection.
func cut(w http.ResponseWriter, file []byte) {
	_, _ = w.Write(file[:len(file)-len(file)/3])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// failing answers with a status.
func failing(status int) func(http.ResponseWriter, *http.Request, []byte) {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(status) }
}

// faults are ways in which a server misbehaves. What they make of a file must never
// be taken for it.
var faults = []struct {
	name   string
	summed bool
	fault  func(w http.ResponseWriter, r *http.Request, file []byte)
	builds bool // all the same
}{
	{name: "wrong-sum", summed: true, fault: func(w http.ResponseWriter, _ *http.Request, file []byte) {
		_, _ = w.Write(append(bytes.Clone(file), "altered"...)) // which zip does not mind
	}},
	{name: "login-page", fault: func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		fmt.Fprint(w, "<html><form>Who are you?</form></html>")
	}},
	{name: "cut-with-length", fault: func(w http.ResponseWriter, _ *http.Request, file []byte) {
		w.Header().Set("Content-Length", fmt.Sprint(len(file)))
		cut(w, file)
	}},
	{name: "cut-without-length", fault: func(w http.ResponseWriter, _ *http.Request, file []byte) {
		w.Header().Set("Connection", "close")
		_, _ = w.Write(file[:len(file)-len(file)/3])
	}},
	{name: "busy", fault: failing(http.StatusTooManyRequests)},
	{name: "broken", fault: failing(http.StatusInternalServerError)},
	{name: "hanging", fault: func(_ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() }},
	{name: "slow", builds: true, fault: func(w http.ResponseWriter, _ *http.Request, file []byte) {
		for len(file) > 0 {
			n := min(len(file), 1+len(file)/4)
			_, _ = w.Write(file[:n])
			_ = http.NewResponseController(w).Flush()
			file = file[n:]
			time.Sleep(200 * time.Millisecond)
		}
	}},
}

// TestPythonFetch has an index misbehave: the build fails, in bounded time, and takes no
// older version. It is good once the index is mended, so nothing of it was kept.
func TestPythonFetch(t *testing.T) {
	lab := start(t)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			m := &misbehaving{fault: f.fault, summed: f.summed}
			m.older, m.file = wheel(t, "flaky", "0.9", "word = 'old'\n"), wheel(t, "flaky", "1.0", "word = 'right'\n")
			server := httptest.NewServer(m)
			defer server.Close()
			defer server.CloseClientConnections()
			dir := project(t, pythonPrints("--extra-index-url "+server.URL+"/simple\nflaky", "flaky", "word"))
			begin := time.Now()
			if printed, err := try(t, lab, dir); (err == nil) != f.builds {
				t.Errorf("got %v from an index that is %s\n%s", err, f.name, printed)
			}
			if took := time.Since(begin); took > 4*time.Minute {
				t.Errorf("it took %v", took)
			}
			m.mended.Store(true)
			result, err := open(t, build(t, lab, dir, "python-fetch-"+f.name), "linux/amd64").Run(t.Context(), image.RunOptions{})
			if err != nil || result.Stdout != "right\n" {
				t.Errorf("got %+v, %v, want right", result, err)
			}
		})
	}
}
