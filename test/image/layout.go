package image

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"testing/fstest"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// OpenLayout returns the image for platform in an OCI layout: a directory, or
// the tar of one that "--output type=oci" writes.
func OpenLayout(location, platform string) (*Image, error) {
	want, err := v1.ParsePlatform(platform)
	if err != nil {
		return nil, fmt.Errorf("reading the platform %q: %w", platform, err)
	}
	files, err := layoutFiles(location)
	if err != nil {
		return nil, fmt.Errorf("opening the layout %s: %w", location, err)
	}
	var index v1.IndexManifest
	if err := readJSON(files, "index.json", &index); err != nil {
		return nil, fmt.Errorf("opening the layout %s: %w", location, err)
	}
	image, err := chooseBlob(files, index, *want)
	if err != nil {
		return nil, fmt.Errorf("opening the layout %s: %w", location, err)
	}
	return open(image, platform, *want)
}

// layoutFiles returns the files of a layout; those of a tar are read into memory.
func layoutFiles(location string) (fs.FS, error) {
	info, err := os.Stat(location)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return os.DirFS(location), nil
	}
	f, err := os.Open(location)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	files := fstest.MapFS{}
	for tr := tar.NewReader(f); ; {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if hdr.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(tr)
		if err != nil {
			return nil, err
		}
		files[path.Clean(hdr.Name)] = &fstest.MapFile{Data: data}
	}
}

// chooseBlob is choose for an index whose blobs are files.
func chooseBlob(files fs.FS, index v1.IndexManifest, want v1.Platform) (v1.Image, error) {
	for _, d := range index.Manifests {
		if d.MediaType.IsIndex() {
			var nested v1.IndexManifest
			if err := readJSON(files, blobPath(d.Digest), &nested); err != nil {
				return nil, err
			}
			return chooseBlob(files, nested, want)
		}
		if d.Platform == nil || matches(*d.Platform, want) {
			return openBlob(files, d)
		}
	}
	return nil, fmt.Errorf("no image for %s", want)
}

func blobPath(h v1.Hash) string { return path.Join("blobs", h.Algorithm, h.Hex) }

func readJSON(files fs.FS, name string, v any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}

// A layoutImage is the part of an image in a layout that the library cannot
// work out by itself.
type layoutImage struct {
	files    fs.FS
	media    types.MediaType
	raw      []byte // the manifest
	manifest v1.Manifest
}

func openBlob(files fs.FS, d v1.Descriptor) (v1.Image, error) {
	l := layoutImage{files: files, media: d.MediaType}
	var err error
	if l.raw, err = fs.ReadFile(files, blobPath(d.Digest)); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(l.raw, &l.manifest); err != nil {
		return nil, fmt.Errorf("reading the manifest %s: %w", d.Digest, err)
	}
	return partial.CompressedToImage(l)
}

func (l layoutImage) MediaType() (types.MediaType, error) { return l.media, nil }
func (l layoutImage) RawManifest() ([]byte, error)        { return l.raw, nil }
func (l layoutImage) RawConfigFile() ([]byte, error) {
	return fs.ReadFile(l.files, blobPath(l.manifest.Config.Digest))
}

func (l layoutImage) LayerByDigest(h v1.Hash) (partial.CompressedLayer, error) {
	for _, d := range l.manifest.Layers {
		if d.Digest == h {
			return layoutLayer{l.files, d}, nil
		}
	}
	return nil, fmt.Errorf("no layer %s", h)
}

type layoutLayer struct {
	files fs.FS
	desc  v1.Descriptor
}

func (l layoutLayer) Digest() (v1.Hash, error)            { return l.desc.Digest, nil }
func (l layoutLayer) Size() (int64, error)                { return l.desc.Size, nil }
func (l layoutLayer) MediaType() (types.MediaType, error) { return l.desc.MediaType, nil }
func (l layoutLayer) Compressed() (io.ReadCloser, error) {
	return l.files.Open(blobPath(l.desc.Digest))
}
