package e2e

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/image"
)

// ports counts through those that no program is given by the kernel, so that
// tests beside each other neither share one nor lose it to a download.
var ports atomic.Int32

func init() { ports.Store(12000 + rand.Int32N(8000)) }

// freeAddress returns a loopback address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 1000 {
		address := fmt.Sprintf("127.0.0.1:%d", ports.Add(1))
		l, err := net.Listen("tcp", address)
		if err == nil {
			l.Close()
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

// emulator is held by who runs a server under emulation: one that starts takes a
// processor for a minute, and several would keep each other from ever answering.
var emulator sync.Mutex

// served starts an image on a free port, which the servers that the frontend
// starts, and our examples, learn from PORT. In opts.Env, "NAME=PORT" is that
// port for a server with a variable of its own.
func served(t *testing.T, img *image.Image, opts image.RunOptions) (c *image.Container, url string) {
	t.Helper()
	address := freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	env := []string{"PORT=" + port}
	for _, v := range opts.Env {
		if name, isPort := strings.CutSuffix(v, "=PORT"); isPort {
			v = name + "=" + port
		}
		env = append(env, v)
	}
	opts.Env = env
	return startServer(t, img, opts), "http://" + address
}

// startServer starts an image that is stopped when t ends.
func startServer(t *testing.T, img *image.Image, opts image.RunOptions) *image.Container {
	t.Helper()
	if img.Platform != "linux/"+runtime.GOARCH {
		emulator.Lock()
		t.Cleanup(emulator.Unlock)
	}
	c, err := img.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Stop() })
	return c
}

// checkServer starts an image and compares what it answers: lines of a path and
// an expression.
func checkServer(t *testing.T, img *image.Image, env, asked []string) {
	t.Helper()
	c, url := served(t, img, image.RunOptions{Env: env})
	for _, line := range asked {
		path, want, _ := strings.Cut(line, " ")
		if got := get(t, c, url+path); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: got %q, want a match of %q\n%s", path, got, want, c.Logs())
		}
	}
}

// running is a container that tells what it has printed.
type running interface{ Logs() string }

// get returns what a server in a container answers, once it is up.
func get(t *testing.T, c running, url string) string {
	t.Helper()
	return request(t, c, "GET", url)
}

// request is get with a method.
func request(t *testing.T, c running, method, url string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // an interpreter under emulation starts slowly
	defer cancel()
	for {
		r, err := http.NewRequestWithContext(ctx, method, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err == nil {
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			return string(body)
		}
		select {
		case <-ctx.Done():
			t.Fatalf("no answer from %s: %v\n%s", url, err, c.Logs())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
