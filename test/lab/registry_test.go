package main

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/stagefront/stagefront/test/labenv"
)

// TestRegistrySurvives pushes an index, starts the registry anew on the same
// directory, and finds it there, and not what was deleted.
func TestRegistrySurvives(t *testing.T) {
	dir := t.TempDir()
	index, err := random.Index(1000, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	withRegistry(t, dir, func(host string) {
		for _, tag := range []string{"kept", "deleted"} {
			if err := remote.WriteIndex(tagOf(t, host, tag), index); err != nil {
				t.Fatal(err)
			}
		}
		if err := remote.Delete(tagOf(t, host, "deleted")); err != nil {
			t.Fatal(err)
		}
	})
	withRegistry(t, dir, func(host string) {
		got, err := remote.Index(tagOf(t, host, "kept"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := index.Digest()
		if err != nil {
			t.Fatal(err)
		}
		if d, err := got.Digest(); err != nil || d != want {
			t.Errorf("got %v, %v, want %v", d, err, want)
		}
		if _, err := remote.Head(tagOf(t, host, "deleted")); err == nil {
			t.Error("the deleted tag is back")
		}
	})
}

// TestRegistryParts goes on with a download, as clients do that lost the connection.
func TestRegistryParts(t *testing.T) {
	layer, err := random.Layer(1000, types.DockerLayer)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := layer.Digest()
	if err != nil {
		t.Fatal(err)
	}
	blob, err := layer.Compressed()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(blob)
	if err != nil {
		t.Fatal(err)
	}
	withRegistry(t, t.TempDir(), func(host string) {
		if err := remote.WriteLayer(tagOf(t, host, "part").Context(), layer); err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequest(http.MethodGet, "http://"+host+"/v2/me/app/blobs/"+digest.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Range", "bytes=100-")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		got, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusPartialContent || !bytes.Equal(got, whole[100:]) {
			t.Errorf("got %s with %d bytes, %v, want the %d after the first 100", response.Status, len(got), err, len(whole)-100)
		}
	})
}

// TestRegistryCounts sends a layer from its file, a part of it, and a manifest.
func TestRegistryCounts(t *testing.T) {
	layer, err := random.Layer(1000, types.DockerLayer)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := newRegistry(t.TempDir(), log.New(io.Discard, "", 0))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&counting{next: stored})
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	if err := remote.WriteLayer(tagOf(t, host, "a").Repository, layer); err != nil {
		t.Fatal(err)
	}
	before, err := labenv.Sent(t.Context(), host)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := layer.Digest()
	if err != nil {
		t.Fatal(err)
	}
	size, err := layer.Size()
	if err != nil {
		t.Fatal(err)
	}
	for _, parts := range []string{"", "bytes=100-"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v2/me/app/blobs/"+digest.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if parts != "" {
			r.Header.Set("Range", parts)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	after, err := labenv.Sent(t.Context(), host)
	if want := 2*size - 100; err != nil || after-before != want {
		t.Errorf("got %d bytes, %v, want %d", after-before, err, want)
	}
}

func withRegistry(t *testing.T, dir string, f func(host string)) {
	handler, err := newRegistry(dir, log.New(io.Discard, "", 0))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	f(strings.TrimPrefix(server.URL, "http://"))
}

func tagOf(t *testing.T, host, tag string) name.Tag {
	ref, err := name.NewTag(host + "/me/app:" + tag)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// TestAskRegistry tells a registry that has an image from one that has not, and
// from one that cannot be reached.
func TestAskRegistry(t *testing.T) {
	image, err := random.Image(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	var gone string
	withRegistry(t, t.TempDir(), func(host string) {
		gone = host
		if err := remote.Write(tagOf(t, host, "there"), image); err != nil {
			t.Fatal(err)
		}
		if got := askRegistryFor(t.Context(), tagOf(t, host, "there")); got != has {
			t.Errorf("an image that is there: got %v", got)
		}
		if got := askRegistryFor(t.Context(), tagOf(t, host, "missing")); got != hasNot {
			t.Errorf("an image that is not there: got %v", got)
		}
	})
	if got := askRegistryFor(t.Context(), tagOf(t, gone, "there")); got != silent {
		t.Errorf("a registry that is gone: got %v", got)
	}
}
