package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// defaultImages are the base images that up provides. The first is also what
// the frontend image is built with.
var defaultImages = []string{
	"golang:1.26-trixie",
	"gcr.io/distroless/static-debian13:latest",
	"gcr.io/distroless/static-debian13:nonroot",
	"gcr.io/distroless/static-debian13:debug-nonroot",
	"gcr.io/distroless/base-debian13:nonroot",
	"gcr.io/distroless/base-debian13:debug-nonroot",
	"gcr.io/distroless/base-nossl-debian13:nonroot",
	"gcr.io/distroless/base-nossl-debian13:debug-nonroot",
	"gcr.io/distroless/cc-debian13:nonroot",
	"gcr.io/distroless/cc-debian13:debug-nonroot",
	"gcr.io/distroless/python3-debian13:nonroot",
	"gcr.io/distroless/python3-debian13:debug-nonroot",
	"python:3.13-slim-trixie",
	"python:3.11-slim-trixie",
	"gcr.io/distroless/java17-debian13:nonroot",
	"gcr.io/distroless/java21-debian13:nonroot",
	"gcr.io/distroless/java21-debian13:debug-nonroot",
	"gcr.io/distroless/java25-debian13:nonroot",
	"maven:3.9-eclipse-temurin-17-noble",
	"maven:3.9.9-eclipse-temurin-17", // that a wrapper pins
	"maven:3.9-eclipse-temurin-21-noble",
	"maven:3.9-eclipse-temurin-25-noble",
	"debian-gradle:4.4.1-jdk17",
}

// A family is a set of images that one recipe can stand in for. A stand-in may
// lack things; it has the paths, users and config of the image it stands for.
type family struct {
	doc    string // the names, for the message about a name that nobody has
	recipe func(ctx context.Context, l *Lab, repository, tag string) (*recipe, error)
}

// families are all stand-ins there are.
var families = []family{golang, distroless, distrolessJava, python, temurin, maven, gradle, debianSlim}

// A recipe is one image before it is assembled.
type recipe struct {
	arches []string
	layers func(arch string) []layerRecipe // the lowest first
	config v1.Config
}

// provide makes refs usable by their usual names: those that their registry
// has need nothing, the others are assembled and pushed to the lab's registry,
// which buildkitd asks first.
func (l *Lab) provide(ctx context.Context, refs []string) error {
	parsed := make([]name.Reference, len(refs))
	for i, ref := range refs {
		var err error
		if parsed[i], err = name.ParseReference(ref); err != nil {
			return fmt.Errorf("reading the image name %q: %w", ref, err)
		}
	}
	for i, real := range askRegistries(ctx, parsed) {
		if err := l.provideOne(ctx, parsed[i], real); err != nil {
			return fmt.Errorf("providing %s: %w", refs[i], err)
		}
	}
	return nil
}

func (l *Lab) provideOne(ctx context.Context, ref name.Reference, real answer) error {
	mirror, err := l.mirrored(ref)
	if err != nil {
		return err
	}
	switch real {
	case has:
		// A stand-in from a time when the registry was out of reach would hide
		// the real image.
		if _, err := remote.Head(mirror, remote.WithContext(ctx)); err == nil {
			return remote.Delete(mirror, remote.WithContext(ctx))
		}
		return nil
	case hasNot:
		return fmt.Errorf("%s answers, but has no such image", ref.Context().RegistryStr())
	}
	index, err := l.standin(ctx, ref)
	if err != nil {
		return err
	}
	return l.push(ctx, mirror, index)
}

// mirrored returns where in the lab's registry buildkitd looks for ref.
func (l *Lab) mirrored(ref name.Reference) (name.Reference, error) {
	registry, err := l.registryAddr()
	if err != nil {
		return nil, err
	}
	return name.ParseReference(registry+"/"+ref.Context().RepositoryStr()+":"+ref.Identifier(), name.Insecure)
}

// An answer is what an image's own registry says of it.
type answer int

const (
	silent answer = iota // not reached, or not willing
	has
	hasNot
)

// askRegistries asks the registry of each ref whether it has it, all at once.
func askRegistries(ctx context.Context, refs []name.Reference) []answer {
	ctx, cancel := context.WithTimeout(ctx, 8*time.Second)
	defer cancel()
	answers := make([]answer, len(refs))
	var wg sync.WaitGroup
	for i, ref := range refs {
		wg.Go(func() { answers[i] = askRegistryFor(ctx, ref) })
	}
	wg.Wait()
	return answers
}

func askRegistryFor(ctx context.Context, ref name.Reference) answer {
	_, err := remote.Head(ref, remote.WithContext(ctx), remote.WithRetryBackoff(remote.Backoff{Steps: 1}))
	var refused *transport.Error
	switch {
	case err == nil:
		return has
	case errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound:
		return hasNot
	}
	return silent
}

// standin returns the index of the image that stands for ref.
func (l *Lab) standin(ctx context.Context, ref name.Reference) (v1.ImageIndex, error) {
	for _, f := range families {
		r, err := f.recipe(ctx, l, ref.Context().RepositoryStr(), ref.Identifier())
		if err != nil {
			return nil, err
		}
		if r != nil {
			return l.assemble(ctx, r)
		}
	}
	var b strings.Builder
	for _, f := range families {
		b.WriteString("\n    " + f.doc)
	}
	return nil, fmt.Errorf("%s does not answer, and there is no stand-in for this image; there are stand-ins for%s", ref.Context().RegistryStr(), b.String())
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

// push puts index into the lab's registry as ref, if it is not there yet. The
// layers get there as links to the cache's files, where the disk allows it.
func (l *Lab) push(ctx context.Context, ref name.Reference, index v1.ImageIndex) error {
	want, err := index.Digest()
	if err != nil {
		return err
	}
	if got, err := remote.Head(ref, remote.WithContext(ctx)); err == nil && got.Digest == want {
		return nil
	}
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
			l.linkBlob(layer)
		}
	}
	if err := remote.WriteIndex(ref, index, remote.WithContext(ctx)); err != nil {
		return fmt.Errorf("pushing to the lab's registry: %w", err)
	}
	fmt.Printf("stand-in %s %s\n", strings.TrimPrefix(ref.String(), ref.Context().RegistryStr()+"/"), want)
	return nil
}

// linkBlob makes the registry have layer without a copy. Where that fails, on
// another disk for example, the push that follows uploads it.
func (l *Lab) linkBlob(layer v1.Layer) {
	cached, ok := layer.(*cachedLayer)
	if !ok {
		return
	}
	h := cached.info.Digest
	_ = os.Link(cached.path, filepath.Join(l.path("registry", "blobs"), h.Algorithm, h.Hex))
}
