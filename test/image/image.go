// Package image looks into container images and runs them, with a registry or
// an OCI layout as the source, runc to run them, and no container engine.
package image

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// An Image is one image for one platform.
type Image struct {
	Digest   string // of the manifest
	Platform string // such as "linux/arm64", as it was asked for
	Config   v1.ConfigFile

	image v1.Image

	once  sync.Once // guards files
	files map[string]File
	err   error
}

// Open returns the image that ref names in a registry, for a platform such as
// "linux/arm64".
func Open(ctx context.Context, ref, platform string) (*Image, error) {
	want, err := v1.ParsePlatform(platform)
	if err != nil {
		return nil, fmt.Errorf("reading the platform %q: %w", platform, err)
	}
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return nil, fmt.Errorf("reading the image name %q: %w", ref, err)
	}
	found, err := remote.Get(parsed, remote.WithContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", ref, err)
	}
	if !found.MediaType.IsIndex() {
		image, err := found.Image()
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", ref, err)
		}
		return open(image, platform, *want)
	}
	index, err := found.ImageIndex()
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", ref, err)
	}
	image, err := choose(index, *want)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", ref, err)
	}
	return open(image, platform, *want)
}

// choose returns the index's image for want. Attestations, whose platform is
// unknown, are never chosen.
func choose(index v1.ImageIndex, want v1.Platform) (v1.Image, error) {
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	var have []string
	for _, d := range manifest.Manifests {
		switch {
		case d.MediaType.IsIndex():
			nested, err := index.ImageIndex(d.Digest)
			if err != nil {
				return nil, err
			}
			return choose(nested, want)
		case d.Platform == nil:
			return index.Image(d.Digest)
		case matches(*d.Platform, want):
			return index.Image(d.Digest)
		}
		have = append(have, d.Platform.String())
	}
	return nil, fmt.Errorf("no image for %s among %s", want, strings.Join(have, ", "))
}

// matches tells whether an image for have runs on want. No variant and arm64's
// only one are the same.
func matches(have, want v1.Platform) bool {
	for _, p := range []*v1.Platform{&have, &want} {
		if p.Architecture == "arm64" && p.Variant == "v8" {
			p.Variant = ""
		}
	}
	return have.OS == want.OS && have.Architecture == want.Architecture && have.Variant == want.Variant
}

func open(image v1.Image, platform string, want v1.Platform) (*Image, error) {
	digest, err := image.Digest()
	if err != nil {
		return nil, fmt.Errorf("reading the manifest: %w", err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("reading the config of %s: %w", digest, err)
	}
	if have := config.Platform(); have == nil || !matches(*have, want) {
		return nil, fmt.Errorf("image %s is for %s, want %s", digest, have, want)
	}
	return &Image{Digest: digest.String(), Platform: platform, Config: *config, image: image}, nil
}

// Layers returns the image's layers, the lowest first.
func (i *Image) Layers() ([]v1.Layer, error) { return i.image.Layers() }

// Size returns the sum of the layers' sizes, as tars.
func (i *Image) Size() (int64, error) {
	return i.sum(func(l v1.Layer) (int64, error) {
		r, err := l.Uncompressed()
		if err != nil {
			return 0, err
		}
		defer r.Close()
		return io.Copy(io.Discard, r)
	})
}

// CompressedSize returns the sum of the layers' sizes as they are in a registry.
func (i *Image) CompressedSize() (int64, error) {
	return i.sum(v1.Layer.Size)
}

func (i *Image) sum(size func(v1.Layer) (int64, error)) (int64, error) {
	layers, err := i.Layers()
	if err != nil {
		return 0, fmt.Errorf("listing the layers of %s: %w", i.Digest, err)
	}
	var total int64
	for n, l := range layers {
		s, err := size(l)
		if err != nil {
			return 0, fmt.Errorf("measuring layer %d of %s: %w", n, i.Digest, err)
		}
		total += s
	}
	return total, nil
}

// RawConfig returns the image's config as it is stored.
func (i *Image) RawConfig() ([]byte, error) { return i.image.RawConfigFile() }
