package main

import (
	"archive/tar"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// writeAdded writes what the root filesystem that full writes has beyond lower,
// as the layer that goes over it: new and changed files, and whiteouts for those
// that are gone.
func writeAdded(w io.Writer, lower *cachedLayer, full func(io.Writer) error) error {
	below, err := lower.contents()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	f, err := os.Create(filepath.Join(dir, "root.tar"))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := full(f); err != nil {
		return err
	}
	above, err := contentsOf(f)
	if err != nil {
		return err
	}
	out := tar.NewWriter(w)
	if err := copyChanged(out, f, below, above); err != nil {
		return err
	}
	if err := writeWhiteouts(out, below, above); err != nil {
		return err
	}
	return out.Close()
}

// contents returns what the layer's files are.
func (c *cachedLayer) contents() (map[string]string, error) {
	r, err := c.Uncompressed()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return readContents(r)
}

// contentsOf returns what the files of the tar in f are.
func contentsOf(f io.ReadSeeker) (map[string]string, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return readContents(f)
}

// readContents returns, by the path of each file of a tar, all that makes it
// what it is but its time.
func readContents(r io.Reader) (map[string]string, error) {
	contents := map[string]string{}
	for tr := tar.NewReader(r); ; {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return contents, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading a root filesystem: %w", err)
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, tr); err != nil {
			return nil, fmt.Errorf("reading %s: %w", hdr.Name, err)
		}
		link := hdr.Linkname
		if hdr.Typeflag == tar.TypeLink {
			link = path.Clean(link)
		}
		contents[path.Clean(hdr.Name)] = fmt.Sprintf("%c %o %d:%d %q %x", hdr.Typeflag, hdr.Mode, hdr.Uid, hdr.Gid, link, sum.Sum(nil))
	}
}

// copyChanged copies the files of the tar in f that are not the same below.
func copyChanged(out *tar.Writer, f io.ReadSeeker, below, above map[string]string) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	for tr := tar.NewReader(f); ; {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if name := path.Clean(hdr.Name); below[name] == above[name] {
			continue
		}
		if err := out.WriteHeader(hdr); err != nil {
			return fmt.Errorf("writing %s: %w", hdr.Name, err)
		}
		if _, err := io.Copy(out, tr); err != nil {
			return fmt.Errorf("writing %s: %w", hdr.Name, err)
		}
	}
}

// writeWhiteouts removes what is below and not above.
func writeWhiteouts(out *tar.Writer, below, above map[string]string) error {
	var gone []string
	for name := range below {
		if _, ok := above[name]; !ok && (path.Dir(name) == "." || above[path.Dir(name)] != "") {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	for _, name := range gone {
		whiteout := path.Join(path.Dir(name), ".wh."+path.Base(name))
		if err := out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: whiteout, Mode: 0o644, ModTime: epoch}); err != nil {
			return fmt.Errorf("writing %s: %w", whiteout, err)
		}
	}
	return nil
}
