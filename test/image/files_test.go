package image

import (
	"archive/tar"
	"bytes"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// An item is one entry of a layer, short enough to write a layer in a few lines:
// "dir/", "file=content", "link->target", "hard=>target".
type item string

func layerOf(t *testing.T, items ...item) v1.Layer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, it := range items {
		hdr, content := &tar.Header{Typeflag: tar.TypeDir, Name: string(it), Mode: 0o755}, ""
		if name, target, ok := strings.Cut(string(it), "->"); ok {
			hdr = &tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target}
		} else if name, target, ok := strings.Cut(string(it), "=>"); ok {
			hdr = &tar.Header{Typeflag: tar.TypeLink, Name: name, Linkname: target}
		} else if name, text, ok := strings.Cut(string(it), "="); ok {
			hdr, content = &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o4755, Uid: 7, Gid: 8, Size: int64(len(text))}, text
		}
		if err := w.WriteHeader(hdr); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	return layer
}

// sample is an image of two layers, the upper one with whiteouts.
func sample(t *testing.T, arch string) v1.Image {
	t.Helper()
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: arch, Config: v1.Config{User: "7"}})
	if err != nil {
		t.Fatal(err)
	}
	image, err = mutate.AppendLayers(image,
		layerOf(t, "usr/", "usr/lib/", "usr/lib/libc=C", "lib->usr/lib", "abs->/usr", "old/", "old/a=A", "old/b=B", "gone=G", "hard=>usr/lib/libc"),
		layerOf(t, "old/.wh.a=", "old/c=C", ".wh.gone=", "emptied/.wh..wh..opq=", "new=N"))
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func openSample(t *testing.T) *Image {
	t.Helper()
	i, err := open(sample(t, "arm64"), "linux/arm64", v1.Platform{OS: "linux", Architecture: "arm64"})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestFiles(t *testing.T) {
	files, err := openSample(t).Files()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(slices.Sorted(maps.Keys(files)), " ")
	if want := "/abs /hard /lib /new /old /old/b /old/c /usr /usr/lib /usr/lib/libc"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	f := files["/old/c"]
	if f.Layer != 1 || f.UID != 7 || f.GID != 8 || f.Mode != fs.ModeSetuid|0o755 || f.Size != 1 {
		t.Errorf("/old/c: got %+v", f)
	}
}

func TestReadFile(t *testing.T) {
	i := openSample(t)
	for name, want := range map[string]string{"/usr/lib/libc": "C", "/lib/libc": "C", "/abs/lib/libc": "C", "/hard": "C", "/new": "N"} {
		if got, err := i.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"/gone", "/old/a", "/old", "/nowhere"} {
		if got, err := i.ReadFile(name); err == nil {
			t.Errorf("%s: got %q, want an error", name, got)
		}
	}
}

// TestOpenLayout opens the image for each platform in a layout, and in its tar.
func TestOpenLayout(t *testing.T) {
	dir := t.TempDir()
	at, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	index := v1.ImageIndex(empty.Index)
	for _, arch := range []string{"amd64", "arm64"} {
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        sample(t, arch),
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}},
		})
	}
	if err := at.AppendIndex(index); err != nil {
		t.Fatal(err)
	}
	for _, location := range []string{dir, tarOf(t, dir)} {
		for _, platform := range []string{"linux/amd64", "linux/arm64"} {
			i, err := OpenLayout(location, platform)
			if err != nil {
				t.Fatal(err)
			}
			if got := i.Config.OS + "/" + i.Config.Architecture; got != platform {
				t.Errorf("got %s, want %s", got, platform)
			}
			if got, err := i.ReadFile("/new"); err != nil || string(got) != "N" {
				t.Errorf("got %q, %v", got, err)
			}
		}
		if _, err := OpenLayout(location, "linux/s390x"); err == nil {
			t.Error("want an error for a platform that is not there")
		}
	}
}

func tarOf(t *testing.T, dir string) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "layout.tar"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := tar.NewWriter(file)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}
