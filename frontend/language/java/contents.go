package java

import (
	"archive/zip"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// contents returns the jars that are in the image, with their hashes. What is packed in
// a jar says itself what it is: Maven puts the properties of each artifact there.
func contents(b *language.Built) (all []bom.Package, err error) {
	for _, c := range b.Image.Copies() {
		fsys, err := b.Open(c.From)
		if err != nil {
			return nil, err
		}
		err = fs.WalkDir(fsys, c.Path, func(name string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // nothing was left for the layer
			}
			if err != nil || !d.Type().IsRegular() || path.Ext(name) != ".jar" {
				return err
			}
			p, err := jar(fsys, name)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			all = append(all, p)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// jar returns the package that a jar is.
func jar(fsys fs.FS, name string) (bom.Package, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return bom.Package{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return bom.Package{}, err
	}
	at, ok := f.(io.ReaderAt)
	if !ok {
		return bom.Package{}, errors.New("it cannot be read in pieces")
	}
	first, second := sha1.New(), sha256.New()
	if _, err := io.Copy(io.MultiWriter(first, second), io.NewSectionReader(at, 0, info.Size())); err != nil {
		return bom.Package{}, err
	}
	artifacts, err := artifactsIn(at, info.Size())
	if err != nil {
		return bom.Package{}, err
	}
	out := named(path.Base(name), artifacts)
	out.Hashes = []bom.Hash{
		{Algorithm: "SHA1", Value: hex.EncodeToString(first.Sum(nil))},
		{Algorithm: "SHA256", Value: hex.EncodeToString(second.Sum(nil))},
	}
	return out, nil
}

// named returns the package of a jar of a name that has artifacts in it. Of several the
// one that its name begins with is its own, and the others are packed into it. A jar
// that says nothing is known by its name alone.
func named(file string, artifacts []bom.Package) bom.Package {
	stem := strings.TrimSuffix(file, ".jar")
	out := bom.Package{Name: stem, Note: "file " + file}
	own := -1
	for i, a := range artifacts {
		_, id, _ := strings.Cut(a.Name, ":")
		if stem == id || strings.HasPrefix(stem, id+"-"+a.Version) || len(artifacts) == 1 {
			own = i
			break
		}
	}
	for i, a := range artifacts {
		if i == own {
			out.Name, out.Version, out.URL = a.Name, a.Version, a.URL
			continue
		}
		out.Contains = append(out.Contains, a)
	}
	return out
}

// mostProperties is more than the properties of any artifact have.
const mostProperties = 64 << 10

// artifactsIn returns the artifacts that a jar has the properties of.
// https://maven.apache.org/shared/maven-archiver/index.html
func artifactsIn(jar io.ReaderAt, size int64) (all []bom.Package, err error) {
	z, err := zip.NewReader(jar, size)
	if err != nil {
		return nil, err
	}
	for _, entry := range z.File {
		if ok, _ := path.Match("META-INF/maven/*/*/pom.properties", entry.Name); !ok {
			continue
		}
		r, err := entry.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(r, mostProperties))
		r.Close()
		if err != nil {
			return nil, err
		}
		if a, ok := artifact(string(data)); ok {
			all = append(all, a)
		}
	}
	return all, nil
}

// artifact returns the artifact of properties of Maven, and whether they name one.
func artifact(properties string) (bom.Package, bool) {
	said := map[string]string{}
	for line := range strings.Lines(properties) {
		if key, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			said[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	group, id, version := said["groupId"], said["artifactId"], said["version"]
	return bom.Package{
		Name: group + ":" + id, Version: version, URL: bom.URL("maven", group+"/"+id, version),
	}, group != "" && id != "" && version != ""
}
