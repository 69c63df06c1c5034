package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagefront/stagefront/test/labenv"
)

// runRegistry serves the lab's registry until it is interrupted: blobs in
// .lab/registry/blobs, manifests kept across restarts by a journal beside them,
// and stand-ins made when they are asked for. What is made, and how long it
// takes, is in .lab/logs/images.log.
func runRegistry(ctx context.Context, l *Lab, args []string) error {
	addr, dir := args[0], l.path("registry")
	stored, err := newRegistry(dir, log.Default())
	if err != nil {
		return err
	}
	images, err := os.OpenFile(l.path("logs", "images.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("opening the log of stand-ins: %w", err)
	}
	defer images.Close()
	l.out = images
	handler := &counting{next: newMirror(ctx, l, stored, log.New(images, "", log.LstdFlags))}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listening for the registry: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	log.Printf("serving %s on %s", dir, addr)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the registry: %w", err)
	}
	return nil
}

// counting is a registry that says, at labenv.SentPath, how many bytes it has sent since it
// was started.
type counting struct {
	next http.Handler
	sent atomic.Int64
}

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == labenv.SentPath {
		fmt.Fprint(w, c.sent.Load())
		return
	}
	c.next.ServeHTTP(counted{w, &c.sent}, r)
}

// counted adds up what is written to it.
type counted struct {
	http.ResponseWriter
	sent *atomic.Int64
}

func (c counted) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.sent.Add(int64(n))
	return n, err
}

// ReadFrom has files sent without a copy of them in memory.
func (c counted) ReadFrom(r io.Reader) (int64, error) {
	n, err := io.Copy(c.ResponseWriter, r)
	c.sent.Add(n)
	return n, err
}

// newRegistry returns a registry with all that was ever pushed to dir. It logs a
// line for each request.
func newRegistry(dir string, logger *log.Logger) (http.Handler, error) {
	blobs := blobStore{filepath.Join(dir, "blobs")}
	if err := os.MkdirAll(filepath.Join(blobs.dir, "sha256"), 0o755); err != nil {
		return nil, fmt.Errorf("making the registry's directory: %w", err)
	}
	handler := registry.New(registry.WithBlobHandler(blobs), registry.WithReferrersSupport(true), registry.Logger(logger))
	j := &journal{path: filepath.Join(dir, "manifests"), next: parts{blobs, handler}}
	if err := j.replay(); err != nil {
		return nil, err
	}
	return j, nil
}

// A blobStore keeps each blob in a file named for its digest: dir/sha256/HEX.
type blobStore struct{ dir string }

func (b blobStore) path(h v1.Hash) string { return filepath.Join(b.dir, h.Algorithm, h.Hex) }

func (b blobStore) Get(_ context.Context, _ string, h v1.Hash) (io.ReadCloser, error) {
	f, err := os.Open(b.path(h))
	if errors.Is(err, os.ErrNotExist) {
		return nil, registry.ErrNotFound
	}
	return f, err
}

func (b blobStore) Stat(_ context.Context, _ string, h v1.Hash) (int64, error) {
	info, err := os.Stat(b.path(h))
	if errors.Is(err, os.ErrNotExist) {
		return 0, registry.ErrNotFound
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Put writes a blob under a name of its own first, so that a broken upload is
// never taken for a blob. The registry checks the digest while it is read.
func (b blobStore) Put(_ context.Context, _ string, h v1.Hash, r io.ReadCloser) error {
	defer r.Close()
	f, err := os.CreateTemp(b.dir, "upload-")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), b.path(h))
}

// parts is a registry that sends blobs from a byte on, too: whoever goes on with a download
// does not say where it ends, and the registry behind it wants to know.
type parts struct {
	blobs blobStore
	next  http.Handler
}

func (p parts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, err := v1.NewHash(path.Base(r.URL.Path))
	if err != nil || r.Method != http.MethodGet || r.Header.Get("Range") == "" {
		p.next.ServeHTTP(w, r)
		return
	}
	blob, err := os.Open(p.blobs.path(h))
	if err != nil {
		p.next.ServeHTTP(w, r)
		return
	}
	defer blob.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, blob)
}

// A journal is a registry whose manifests survive a restart: it notes every
// request that changed them and plays them again.
type journal struct {
	path string
	next http.Handler

	mu sync.Mutex // orders requests as they are written
}

// An entry is one request of the journal, a line of JSON.
type entry struct {
	Method, Path, ContentType string
	Body                      []byte
}

func (e entry) request() *http.Request {
	r := httptest.NewRequest(e.Method, e.Path, bytes.NewReader(e.Body))
	r.Header.Set("Content-Type", e.ContentType)
	return r
}

func (j *journal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	changes := r.Method == http.MethodPut || r.Method == http.MethodDelete
	if !changes || !strings.Contains(r.URL.Path, "/manifests/") {
		j.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	e := entry{r.Method, r.URL.Path, r.Header.Get("Content-Type"), body}
	answer := httptest.NewRecorder()
	j.next.ServeHTTP(answer, e.request())
	if answer.Code < 300 {
		if err := j.append(e); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

func (j *journal) append(e entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(j.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("opening the journal: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// replay sends every request of the journal to the registry. A last line that
// was cut off, by a full disk or a lost machine, ends it.
func (j *journal) replay() error {
	f, err := os.Open(j.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("opening the journal: %w", err)
	}
	defer f.Close()
	for dec := json.NewDecoder(f); ; {
		var e entry
		if err := dec.Decode(&e); err != nil {
			return nil
		}
		j.next.ServeHTTP(httptest.NewRecorder(), e.request())
	}
}
