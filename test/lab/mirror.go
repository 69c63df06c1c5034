package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// A mirror is the lab's registry as buildkitd sees it: it asks here first, then
// where an image belongs. A stand-in is made when somebody asks for its name for
// the first time. An image that its own registry has is never in a mirror.
type mirror struct {
	ctx    context.Context // of the daemon: whoever asks may give up, and ask again
	lab    *Lab
	stored http.Handler // the registry
	log    *log.Logger

	mu     sync.Mutex
	images map[string]*provided
	silent map[string]time.Time // registries, by when they last did not answer
}

// trusted is how long an answer of a registry holds, and with it a stand-in.
const trusted = 10 * time.Minute

// A provided is an image that somebody asked for.
type provided struct {
	done chan struct{} // closed when the rest is known
	at   time.Time
	err  error // why the mirror does not have it
}

// errElsewhere says that the real image can be had.
var errElsewhere = errors.New("its own registry has this image")

// newMirror returns a mirror before stored, which makes stand-ins until ctx ends.
func newMirror(ctx context.Context, l *Lab, stored http.Handler, logger *log.Logger) *mirror {
	return &mirror{
		ctx: ctx, lab: l, stored: stored, log: logger,
		images: map[string]*provided{}, silent: map[string]time.Time{},
	}
}

func (m *mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if ref := askedFor(r); ref != nil {
		if err := m.provide(ref); err != nil {
			refuse(w, err)
			return
		}
	}
	m.stored.ServeHTTP(w, r)
}

// askedFor returns the base image whose manifest r asks for by its tag, or nil.
// BuildKit says in "ns" which registry it takes this one for.
func askedFor(r *http.Request) name.Reference {
	repository, tag, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v2/"), "/manifests/")
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if digest := strings.Contains(tag, ":"); !reads || !ok || digest {
		return nil
	}
	registries := []string{"docker.io", "gcr.io"}
	if ns := r.URL.Query().Get("ns"); ns != "" {
		registries = []string{ns}
	}
	for _, registry := range registries {
		ref, err := name.NewTag(registry + "/" + repository + ":" + tag)
		if err == nil && familyOf(ref) != nil {
			return ref
		}
	}
	return nil
}

// refuse answers that the mirror does not have an image, in the words of the
// registry protocol. BuildKit passes on a failure, and tries the next registry
// for what is not there.
func refuse(w http.ResponseWriter, err error) {
	status, code := http.StatusInternalServerError, "UNKNOWN"
	if errors.Is(err, errElsewhere) || errors.Is(err, errNoStandin) {
		status, code = http.StatusNotFound, "MANIFEST_UNKNOWN"
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	answer := map[string]any{"errors": []any{map[string]string{"code": code, "message": err.Error()}}}
	_ = json.NewEncoder(w).Encode(answer) // whoever asked may be gone
}

// provide returns when the registry holds ref, or why it does not. All who ask
// for one image wait for the same work.
func (m *mirror) provide(ref name.Reference) error {
	m.mu.Lock()
	p := m.images[ref.String()]
	if p == nil || !p.holds() {
		p = &provided{done: make(chan struct{})}
		m.images[ref.String()] = p
		go func() {
			defer close(p.done)
			p.err = m.make(ref)
			p.at = time.Now()
		}()
	}
	m.mu.Unlock()
	<-p.done
	return p.err
}

// holds tells whether p is under way, or still true. What failed is tried again.
func (p *provided) holds() bool {
	select {
	case <-p.done:
		return time.Since(p.at) < trusted && (p.err == nil || errors.Is(p.err, errElsewhere))
	default:
		return true
	}
}

// make puts a stand-in for ref into the registry, unless the real image is to be
// had. One that is there already is better than none when that fails.
func (m *mirror) make(ref name.Reference) error {
	m.log.Printf("%s: asked for", ref)
	if err := m.askOwn(ref); err != nil {
		m.log.Printf("%s: %v", ref, err)
		return err
	}
	start := time.Now()
	index, err := m.lab.standin(m.ctx, ref)
	if err == nil {
		err = m.store(ref, index)
	}
	if err == nil {
		m.log.Printf("%s: a stand-in is ready after %s", ref, shortDuration(time.Since(start)))
		return nil
	}
	m.log.Printf("%s: %v", ref, err)
	if errors.Is(err, errNoStandin) {
		return err
	}
	if _, missing := remote.Head(m.at(ref), m.direct()); missing == nil {
		m.log.Printf("%s: an earlier stand-in is used", ref)
		return nil
	}
	return err
}

// askOwn returns nil when ref's own registry is silent. A silent registry may
// take its time, so it is not asked for the next image at once.
func (m *mirror) askOwn(ref name.Reference) error {
	registry := ref.Context().RegistryStr()
	m.mu.Lock()
	recently := time.Since(m.silent[registry]) < trusted
	m.mu.Unlock()
	if recently {
		return nil
	}
	switch askRegistryFor(m.ctx, ref) {
	case has:
		return errElsewhere
	case hasNot:
		return fmt.Errorf("%w: %s answers, and has no such image", errNoStandin, registry)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.silent[registry] = time.Now()
	return nil
}

// store puts index into the registry as ref.
func (m *mirror) store(ref name.Reference, index v1.ImageIndex) error {
	if err := m.lab.linkBlobs(index); err != nil {
		return err
	}
	if err := remote.WriteIndex(m.at(ref), index, m.direct()); err != nil {
		return fmt.Errorf("storing the stand-in for %s: %w", ref, err)
	}
	return nil
}

// at returns the name of ref in the registry that the mirror is before.
func (m *mirror) at(ref name.Reference) name.Reference {
	stored := name.MustParseReference("stored.invalid/any").Context().Registry
	return stored.Repo(ref.Context().RepositoryStr()).Tag(ref.Identifier())
}

// direct makes a client of registries talk to the one behind the mirror.
func (m *mirror) direct() remote.Option {
	return remote.WithTransport(roundTripper{m.stored})
}

// A roundTripper answers a client's requests by a handler, without a network.
type roundTripper struct{ http.Handler }

func (h roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	response := answer.Result()
	response.Request = r
	return response, nil
}
