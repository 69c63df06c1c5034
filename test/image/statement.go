package image

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// A Statement is something that is attested of an image, in the form of in-toto.
type Statement struct {
	PredicateType string `json:"predicateType"`
	Subject       []struct {
		Digest map[string]string `json:"digest"`
	} `json:"subject"`
	Predicate json.RawMessage `json:"predicate"`
}

// Statements returns what is attested beside an image in a registry, in its order. It
// is none where nothing was asked for.
func Statements(ctx context.Context, ref string, img *Image) ([]Statement, error) {
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return nil, fmt.Errorf("reading the image name %q: %w", ref, err)
	}
	found, err := remote.Get(parsed, remote.WithContext(ctx))
	if err != nil || !found.MediaType.IsIndex() {
		return nil, err
	}
	index, err := found.ImageIndex()
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	var all []Statement
	for _, d := range manifest.Manifests {
		if d.Annotations["vnd.docker.reference.digest"] != img.Digest {
			continue
		}
		beside, err := index.Image(d.Digest)
		if err != nil {
			return nil, err
		}
		more, err := statements(beside)
		if err != nil {
			return nil, fmt.Errorf("reading what is attested of %s: %w", img.Digest, err)
		}
		all = append(all, more...)
	}
	return all, nil
}

// statements returns the statements that are the layers of an image.
func statements(beside v1.Image) ([]Statement, error) {
	layers, err := beside.Layers()
	if err != nil {
		return nil, err
	}
	all := make([]Statement, len(layers))
	for i, l := range layers {
		r, err := l.Uncompressed()
		if err != nil {
			return nil, err
		}
		err = json.NewDecoder(r).Decode(&all[i])
		r.Close()
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
