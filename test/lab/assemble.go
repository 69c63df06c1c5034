package main

import (
	"context"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// A recipe is one image before it is assembled.
type recipe struct {
	arches []string
	layers func(arch string) []layerRecipe // the lowest first
	config v1.Config
}

// assemble returns the index of r's images, one for each architecture.
func (l *Lab) assemble(ctx context.Context, r *recipe) (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, arch := range r.arches {
		image, err := l.assembleFor(ctx, r, arch)
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        image,
			Descriptor: v1.Descriptor{Platform: platformOf(arch)},
		})
	}
	return index, nil
}

// platformOf returns the platform as the usual images have it.
func platformOf(arch string) *v1.Platform {
	p := &v1.Platform{OS: "linux", Architecture: arch}
	if arch == "arm64" {
		p.Variant = "v8"
	}
	return p
}

func (l *Lab) assembleFor(ctx context.Context, r *recipe, arch string) (v1.Image, error) {
	platform := platformOf(arch)
	image, err := mutate.ConfigFile(mutate.MediaType(mutate.ConfigMediaType(empty.Image, types.OCIConfigJSON), types.OCIManifestSchema1), &v1.ConfigFile{
		OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant,
		Created: v1.Time{Time: epoch},
		Config:  r.config,
		RootFS:  v1.RootFS{Type: "layers"},
	})
	if err != nil {
		return nil, err
	}
	for _, recipe := range r.layers(arch) {
		layer, err := l.layer(ctx, recipe)
		if err != nil {
			return nil, err
		}
		image, err = mutate.Append(image, mutate.Addendum{
			Layer:     layer,
			MediaType: types.OCILayer,
			History:   v1.History{Created: v1.Time{Time: epoch}, CreatedBy: "lab: " + recipe.name},
		})
		if err != nil {
			return nil, err
		}
	}
	return image, nil
}

// linkBlobs makes the registry have the layers of index without copies. Where
// that fails, on another disk for example, storing the index uploads them.
func (l *Lab) linkBlobs(index v1.ImageIndex) error {
	images, err := partial.FindImages(index, func(v1.Descriptor) bool { return true })
	if err != nil {
		return err
	}
	for _, image := range images {
		layers, err := image.Layers()
		if err != nil {
			return err
		}
		for _, layer := range layers {
			if cached, ok := layer.(*cachedLayer); ok {
				h := cached.info.Digest
				_ = os.Link(cached.path, filepath.Join(l.path("registry", "blobs"), h.Algorithm, h.Hex))
			}
		}
	}
	return nil
}
