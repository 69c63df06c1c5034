package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// frontendBase is the image that the frontend image is built with.
const frontendBase = "golang:1.26-trixie"

// A family is a set of images that one recipe can stand in for. A stand-in may
// lack things; it has the paths, users and config of the image it stands for.
type family struct {
	doc string // the names, for the message about a name that nobody has
	// names is a pattern of path.Match for repositories with their registry.
	names string
	// recipe returns how the image of one of names is made, or nil when tag is
	// none that it knows.
	recipe func(ctx context.Context, l *Lab, repository, tag string) (*recipe, error)
}

// families are all stand-ins there are. A name is of the first that it fits.
var families = []family{
	golang, distrolessJava, distrolessNode, distroless, python, node, caddy, temurin, maven, gradle, rust, rustEmulated, debianSlim,
}

// An answer is what an image's own registry says of it.
type answer int

const (
	silent answer = iota // not reached, or not willing
	has
	hasNot
)

// askRegistryFor asks the registry of ref whether it has the image.
func askRegistryFor(ctx context.Context, ref name.Reference) answer {
	ctx, cancel := context.WithTimeout(ctx, 8*time.Second)
	defer cancel()
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

// familyOf returns the family that ref's name is of, or nil.
func familyOf(ref name.Reference) *family {
	for i, f := range families {
		if ok, _ := path.Match(f.names, familiarName(ref)); ok {
			return &families[i]
		}
	}
	return nil
}

// familiarName returns the repository of ref with its registry, as people spell
// Docker's.
func familiarName(ref name.Reference) string {
	registry := ref.Context().RegistryStr()
	if registry == name.DefaultRegistry {
		registry = "docker.io"
	}
	return registry + "/" + ref.Context().RepositoryStr()
}

// frontendBaseSilent tells whether the registry of the frontend's base image is
// silent. One may be silent for seconds, so it is asked once.
func (l *Lab) frontendBaseSilent(ctx context.Context) bool {
	l.baseAsked.Do(func() {
		ref, err := name.ParseReference(frontendBase)
		l.baseSilent = err == nil && askRegistryFor(ctx, ref) == silent
	})
	return l.baseSilent
}

// prepareFrontendBase makes the layers of a stand-in for the frontend's base
// image, so that the mirror, which is asked for it next, finds them.
func (l *Lab) prepareFrontendBase(ctx context.Context) error {
	ref, err := name.ParseReference(frontendBase)
	if err != nil {
		return err
	}
	if !l.frontendBaseSilent(ctx) {
		return nil
	}
	if _, err := l.standin(ctx, ref); err != nil {
		return fmt.Errorf("making a stand-in for %s: %w", frontendBase, err)
	}
	return nil
}

// errNoStandin is what standin returns for a name that no recipe is for.
var errNoStandin = errors.New("there is no stand-in for this image")

// standin returns the index of the image that stands for ref.
func (l *Lab) standin(ctx context.Context, ref name.Reference) (v1.ImageIndex, error) {
	if f := familyOf(ref); f != nil {
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
	return nil, fmt.Errorf("%s does not answer, and %w; there are stand-ins for%s",
		ref.Context().RegistryStr(), errNoStandin, b.String())
}

// askMirror asks the lab's registry for image as buildkitd would.
func (l *Lab) askMirror(ctx context.Context, image string) error {
	ref, err := name.ParseReference(image)
	if err != nil {
		return fmt.Errorf("reading an image's name: %w", err)
	}
	registry, err := l.registryAddr()
	if err != nil {
		return err
	}
	repository := ref.Context().RepositoryStr()
	own := strings.TrimSuffix(familiarName(ref), "/"+repository)
	url := fmt.Sprintf("http://%s/v2/%s/manifests/%s?ns=%s", registry, repository, ref.Identifier(), own)
	return l.step("asking for "+image, func(io.Writer) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		err = transport.CheckError(response, http.StatusOK)
		if err != nil && strings.Contains(err.Error(), errElsewhere.Error()) {
			return nil // buildkitd will get it there
		}
		return err
	})
}
