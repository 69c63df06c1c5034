package main

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// A testBase is a family of images whose own registry a test plays.
type testBase struct {
	made    atomic.Int32 // how many layers have been written
	failing atomic.Bool
}

func (b *testBase) family(registry string) family {
	return family{doc: "me/app:stand-in", names: registry + "/me/app", recipe: func(_ context.Context, _ *Lab, _, tag string) (*recipe, error) {
		if tag != "stand-in" {
			return nil, nil
		}
		layer := layerRecipe{name: "a test layer", key: []string{registry}, write: func(_ context.Context, w, _ io.Writer) error {
			if b.failing.Load() {
				return errors.New("the disk is full")
			}
			b.made.Add(1)
			return tar.NewWriter(w).Close()
		}}
		return &recipe{arches: []string{"amd64", "arm64"}, layers: func(string) []layerRecipe { return []layerRecipe{layer} }}, nil
	}}
}

// withMirror runs f with a mirror for images of registry.
func withMirror(t *testing.T, registry string, b *testBase, f func(url string)) {
	known := families
	families = []family{b.family(registry)}
	defer func() { families = known }()
	l := &Lab{State: t.TempDir(), Cache: t.TempDir(), out: io.Discard}
	if err := os.MkdirAll(l.path("logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	quiet := log.New(io.Discard, "", 0)
	stored, err := newRegistry(l.path("registry"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(newMirror(t.Context(), l, stored, quiet))
	defer server.Close()
	f(server.URL)
}

// manifest asks the mirror as BuildKit does, and returns the status and body.
func manifest(t *testing.T, url, registry, tag string) (int, string) {
	response, err := http.Get(url + "/v2/me/app/manifests/" + tag + "?ns=" + registry)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(body)
}

// silentRegistry returns the address of a registry that does not answer.
func silentRegistry(t *testing.T) string {
	server := httptest.NewServer(nil)
	server.Close()
	return strings.TrimPrefix(server.URL, "http://")
}

// TestStandinOnRequest proves that a stand-in is made when it is asked for, once
// for all who ask at the same time, and that other names are refused.
func TestStandinOnRequest(t *testing.T) {
	registry, b := silentRegistry(t), &testBase{}
	withMirror(t, registry, b, func(url string) {
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if status, body := manifest(t, url, registry, "stand-in"); status != http.StatusOK || !strings.Contains(body, "arm64") {
					t.Errorf("got %d, %s", status, body)
				}
			})
		}
		wg.Wait()
		if n := b.made.Load(); n != 1 {
			t.Errorf("the layer was made %d times, want once", n)
		}
		status, body := manifest(t, url, registry, "other")
		if status != http.StatusNotFound || !strings.Contains(body, "there are stand-ins for") || !strings.Contains(body, "me/app:stand-in") {
			t.Errorf("got %d, %s, want that there is no stand-in", status, body)
		}
	})
}

// TestStandinFails proves that whoever asks is told why there is no stand-in, and
// that the next request tries again.
func TestStandinFails(t *testing.T) {
	registry, b := silentRegistry(t), &testBase{}
	withMirror(t, registry, b, func(url string) {
		b.failing.Store(true)
		if status, body := manifest(t, url, registry, "stand-in"); status != http.StatusInternalServerError || !strings.Contains(body, "the disk is full") {
			t.Errorf("got %d, %s", status, body)
		}
		b.failing.Store(false)
		if status, body := manifest(t, url, registry, "stand-in"); status != http.StatusOK {
			t.Errorf("tried again: got %d, %s", status, body)
		}
	})
}

// TestRealImageWins proves that no stand-in hides an image that its own registry
// has, and that a name which that does not know is refused.
func TestRealImageWins(t *testing.T) {
	image, err := random.Image(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	withRegistry(t, t.TempDir(), func(origin string) {
		if err := remote.Write(tagOf(t, origin, "stand-in"), image); err != nil {
			t.Fatal(err)
		}
		b := &testBase{}
		withMirror(t, origin, b, func(url string) {
			for tag, want := range map[string]string{"stand-in": errElsewhere.Error(), "unreal": "has no such image"} {
				if status, body := manifest(t, url, origin, tag); status != http.StatusNotFound || !strings.Contains(body, want) {
					t.Errorf("%s: got %d, %s, want %q", tag, status, body, want)
				}
			}
		})
		if b.made.Load() != 0 {
			t.Error("a stand-in was made all the same")
		}
	})
}
