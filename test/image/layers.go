package image

import (
	"archive/tar"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/containerd/containerd/v2/pkg/archive"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/identity"
)

// A layer is unpacked as overlayfs wants it.
type layer struct {
	dir     string
	entries []*tar.Header // of the archive, in its order

	once sync.Once // guards the fields above, err and size
	err  error
	size int64

	users int // images that read it now
	used  int // when it was wanted, in takes of the cache
}

// A cache keeps layers unpacked, each once, for all images of this process: most
// have their base in common, which is most of what they have.
type cache struct {
	room int64 // bytes of layers that stay for the images that come

	mu     sync.Mutex
	dir    string
	layers map[digest.Digest]*layer // by what they lie on, too: a directory's mode may come from below
	takes  int
}

var unpacked = &cache{room: 2 << 30, layers: map[digest.Digest]*layer{}}

// Clear removes what this process has unpacked. No image may be in use.
func Clear() error {
	unpacked.mu.Lock()
	defer unpacked.mu.Unlock()
	dir := unpacked.dir
	unpacked.dir, unpacked.layers = "", map[digest.Digest]*layer{}
	return os.RemoveAll(dir)
}

// Main runs the tests of a package, removes what they have unpacked, and returns what the
// process is to exit with.
func Main(tests interface{ Run() int }) int {
	code := tests.Run()
	if err := Clear(); err != nil {
		fmt.Fprintln(os.Stderr, "removing unpacked layers:", err)
		return 1
	}
	return code
}

// hold returns the image's layers, unpacked, the lowest first. They stay until the
// caller calls release.
func (i *Image) hold(ctx context.Context) (layers []*layer, release func(), err error) {
	archives, err := i.Layers()
	if err != nil {
		return nil, nil, fmt.Errorf("listing the layers of %s: %w", i.Digest, err)
	}
	var below []string // directories, the nearest first
	for n, id := range i.chain() {
		l, err := unpacked.take(id)
		if err == nil {
			layers = append(layers, l)
			err = l.unpack(ctx, archives[n], below)
		}
		if err != nil {
			unpacked.release(layers)
			return nil, nil, fmt.Errorf("unpacking layer %d of %s: %w", n, i.Digest, err)
		}
		below = slices.Insert(below, 0, l.dir)
	}
	return layers, func() { unpacked.release(layers) }, nil
}

// chain returns what identifies each layer together with those below it.
func (i *Image) chain() []digest.Digest {
	var ids []digest.Digest
	for _, id := range i.Config.RootFS.DiffIDs {
		ids = append(ids, digest.Digest(id.String()))
	}
	return identity.ChainIDs(ids)
}

// take returns the layer of that id, which is not removed before it is released.
func (c *cache) take(id digest.Digest) (*layer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dir == "" {
		dir, err := os.MkdirTemp("", "stagefront-layers-")
		if err != nil {
			return nil, err
		}
		c.dir = dir
	}
	c.takes++
	l := c.layers[id]
	if l == nil {
		// The name is short since the kernel reads those of all layers from one page.
		l = &layer{dir: filepath.Join(c.dir, fmt.Sprint(c.takes))}
		c.layers[id] = l
	}
	l.users, l.used = l.users+1, c.takes
	return l, nil
}

// release gives layers back, and removes those that were not wanted for longest when
// there are too many. One that could not be unpacked is not kept.
func (c *cache) release(layers []*layer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range layers {
		l.users--
	}
	var total int64
	var idle []digest.Digest
	for id, l := range c.layers {
		if l.users > 0 {
			continue // it may be being unpacked, so its size is not read
		}
		total += l.size
		idle = append(idle, id)
	}
	slices.SortFunc(idle, func(a, b digest.Digest) int { return cmp.Compare(c.layers[a].used, c.layers[b].used) })
	for _, id := range idle {
		if l := c.layers[id]; total > c.room || l.err != nil {
			total -= l.size
			delete(c.layers, id)
			_ = os.RemoveAll(l.dir) // what stays is removed with all of them
		}
	}
}

// unpack makes the layer's directory of its archive, once. Owners and what tells
// overlayfs of removed files take root, and nothing but running an image needs them.
func (l *layer) unpack(ctx context.Context, from v1.Layer, below []string) error {
	l.once.Do(func() { l.size, l.err = l.apply(ctx, from, below) })
	return l.err
}

func (l *layer) apply(ctx context.Context, from v1.Layer, below []string) (size int64, err error) {
	if err := os.Mkdir(l.dir, 0o755); err != nil {
		return 0, err
	}
	r, err := from.Uncompressed()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	options := []archive.ApplyOpt{archive.WithParents(below), archive.WithFilter(l.note), archive.WithConvertWhiteout(archive.OverlayConvertWhiteout)}
	if os.Geteuid() != 0 {
		options = append(options, archive.WithNoSameOwner(), archive.WithConvertWhiteout(dropWhiteout))
	}
	return archive.Apply(ctx, l.dir, r, options...)
}

// note is told of each entry of the archive.
func (l *layer) note(hdr *tar.Header) (unpack bool, err error) {
	l.entries = append(l.entries, hdr)
	return true, nil
}

func dropWhiteout(hdr *tar.Header, _ string) (write bool, err error) {
	return !isWhiteout(hdr), nil
}
