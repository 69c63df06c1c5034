package image

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// A counted layer counts how often it is read, and cannot be while broken is set.
type counted struct {
	v1.Layer
	reads  *atomic.Int32
	broken *atomic.Bool
}

func (c counted) Uncompressed() (io.ReadCloser, error) {
	c.reads.Add(1)
	if c.broken.Load() {
		return nil, errors.New("the registry is gone")
	}
	return c.Layer.Uncompressed()
}

// of returns an image of layers.
func of(t *testing.T, layers ...v1.Layer) *Image {
	t.Helper()
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: "amd64"})
	if err != nil {
		t.Fatal(err)
	}
	if image, err = mutate.AppendLayers(image, layers...); err != nil {
		t.Fatal(err)
	}
	i, err := open(image, "linux/amd64", v1.Platform{OS: "linux", Architecture: "amd64"})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestUnpackedOnce proves that what images have in common is read once, that a layer
// that could not be read is tried again, and that what has no room is removed.
func TestUnpackedOnce(t *testing.T) {
	room := unpacked.room
	t.Cleanup(func() { unpacked.room = room })
	base := counted{layerOf(t, "once=base"), new(atomic.Int32), new(atomic.Bool)}
	read := func(upper item, reads int32) {
		t.Helper()
		if got, err := of(t, base, layerOf(t, upper)).ReadFile("/once"); err != nil || string(got) != "base" {
			t.Errorf("got %q, %v", got, err)
		}
		if got := base.reads.Load(); got != reads {
			t.Errorf("read %d times, want %d", got, reads)
		}
	}
	base.broken.Store(true)
	if _, err := of(t, base).ReadFile("/once"); err == nil {
		t.Error("want an error for a layer that cannot be read")
	}
	base.broken.Store(false)
	read("a=1", 2)
	read("b=2", 2)
	unpacked.room = 0
	read("c=3", 3) // it is removed after the list of files, and read again for one of them
}
