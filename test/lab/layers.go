package main

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// A layerRecipe is one layer of a stand-in, before it is built.
type layerRecipe struct {
	name  string     // for the person watching: "debian trixie for amd64"
	key   []string   // all that decides the layer's content
	tools []hostTool // that write needs
	write func(ctx context.Context, w, log io.Writer) error
}

// layer returns the layer that r describes, from the cache, where it is built
// first when it is not there.
func (l *Lab) layer(ctx context.Context, r layerRecipe) (*cachedLayer, error) {
	dir := filepath.Join(l.Cache, "layers", hashKey(r.key))
	unlock, err := lockFile(dir+".lock", nil) // one builds it, others wait for that
	if err != nil {
		return nil, err
	}
	defer unlock()
	if !isFile(filepath.Join(dir, "layer.json")) {
		if err := l.ensure(ctx, r.tools...); err != nil {
			return nil, err
		}
		err := l.step("assembling "+r.name, func(log io.Writer) error {
			return complete(dir, func(dir string) error { return buildLayer(ctx, dir, r, log) })
		})
		if err != nil {
			return nil, err
		}
	}
	layer := &cachedLayer{path: filepath.Join(dir, "layer.tar.gz")}
	data, err := os.ReadFile(filepath.Join(dir, "layer.json"))
	if err == nil {
		err = json.Unmarshal(data, &layer.info)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the cached layer of %s: %w", r.name, err)
	}
	return layer, nil
}

// buildLayer writes r's layer and what is known of it to dir.
func buildLayer(ctx context.Context, dir string, r layerRecipe, log io.Writer) error {
	info, err := packLayer(filepath.Join(dir, "layer.tar.gz"), func(w io.Writer) error { return r.write(ctx, w, log) })
	if err != nil {
		return err
	}
	data, err := json.Marshal(info)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "layer.json"), data, 0o644)
}

// packLayer writes what write writes to path, in the form of a compressed layer
// that is not compressed: layers never leave the machine, and compressing them
// and undoing that for each daemon and test took more time than all else.
func packLayer(path string, write func(io.Writer) error) (layerInfo, error) {
	f, err := os.Create(path)
	if err != nil {
		return layerInfo{}, err
	}
	defer f.Close()
	digest, diffID := sha256.New(), sha256.New()
	size := &counter{}
	z, err := gzip.NewWriterLevel(io.MultiWriter(f, digest, size), gzip.NoCompression)
	if err != nil {
		return layerInfo{}, err
	}
	if err := write(io.MultiWriter(z, diffID)); err != nil {
		return layerInfo{}, err
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		return layerInfo{}, err
	}
	return layerInfo{
		Digest: v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(digest.Sum(nil))},
		DiffID: v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(diffID.Sum(nil))},
		Size:   size.n,
	}, nil
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// layerInfo is what a manifest and a config say of a layer.
type layerInfo struct {
	Digest v1.Hash // of the compressed layer
	DiffID v1.Hash // of the layer's tar
	Size   int64   // compressed
}

// A cachedLayer is a v1.Layer whose digests are known without reading it.
type cachedLayer struct {
	path string
	info layerInfo
}

func (c *cachedLayer) Digest() (v1.Hash, error)            { return c.info.Digest, nil }
func (c *cachedLayer) DiffID() (v1.Hash, error)            { return c.info.DiffID, nil }
func (c *cachedLayer) Size() (int64, error)                { return c.info.Size, nil }
func (c *cachedLayer) MediaType() (types.MediaType, error) { return types.OCILayer, nil }
func (c *cachedLayer) Compressed() (io.ReadCloser, error)  { return os.Open(c.path) }
func (c *cachedLayer) Uncompressed() (io.ReadCloser, error) {
	f, err := os.Open(c.path)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{z, f}, nil
}
