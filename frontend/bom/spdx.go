package bom

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/spdx/v2/v2_3"
)

const (
	noAssertion = "NOASSERTION"
	// namespace is what the names of documents begin with, each of its own.
	namespace = "https://github.com/stagefront/stagefront/sbom/"
)

// SPDX returns the bill as a document of SPDX 2.3 in JSON. Equal bills give equal bytes.
// https://spdx.github.io/spdx-spec/v2.3/
func (b *Bill) SPDX() ([]byte, error) {
	w := &writer{seen: map[string]bool{}, byURL: map[string]common.ElementID{}, doc: &v2_3.Document{
		SPDXVersion:    v2_3.Version,
		DataLicense:    v2_3.DataLicense,
		SPDXIdentifier: "DOCUMENT",
		DocumentName:   b.Image.Name,
		CreationInfo: &v2_3.CreationInfo{
			Creators: []common.Creator{{CreatorType: "Tool", Creator: "stagefront"}},
			Created:  b.Created.UTC().Format(time.RFC3339),
		},
	}}
	image := w.add(b.Image)
	w.relate("DOCUMENT", common.TypeRelationshipDescribe, image)
	for _, part := range append([]*Bill{b}, b.Parts...) {
		for _, f := range part.Files {
			w.made(w.file(f), part.Image)
		}
	}
	if b.Runtime != nil {
		w.relate(image, "DESCENDANT_OF", w.add(*b.Runtime))
	}
	for _, toolchain := range sorted(b.Toolchains) {
		w.relate(w.add(toolchain), "BUILD_TOOL_OF", image)
	}
	for _, source := range sorted(b.Sources) {
		w.explain(image, "OTHER", w.add(source), "files of the image were copied from it")
	}
	w.connect()
	return w.bytes()
}

// writer fills a document.
type writer struct {
	doc   *v2_3.Document
	seen  map[string]bool // identifiers and relations that the document has
	byURL map[string]common.ElementID
	needs []need
}

// need is a package that is made with others, whose package URLs are known.
type need struct {
	id   common.ElementID
	urls []string
}

// connect relates packages to those that they are made with, once all are listed.
func (w *writer) connect() {
	for _, n := range w.needs {
		for _, url := range slices.Sorted(slices.Values(n.urls)) {
			if id, listed := w.byURL[url]; listed {
				w.relate(n.id, common.TypeRelationshipDependsOn, id)
			}
		}
	}
}

// bytes returns the document, whose name is made of all that it says.
func (w *writer) bytes() ([]byte, error) {
	slices.SortFunc(w.doc.OtherLicenses, func(a, b *v2_3.OtherLicense) int {
		return cmp.Compare(a.LicenseIdentifier, b.LicenseIdentifier)
	})
	unnamed, err := encode(w.doc)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(unnamed)
	w.doc.DocumentNamespace = namespace + hex.EncodeToString(sum[:])
	return encode(w.doc)
}

func encode(doc *v2_3.Document) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(doc)
	return b.Bytes(), err
}

// add has the document list a package, once, and what it contains, and returns its
// identifier.
func (w *writer) add(p Package) common.ElementID {
	id := p.id()
	if w.once("package " + string(id)) {
		w.doc.Packages = append(w.doc.Packages, w.spdx(p, id))
		w.needs = append(w.needs, need{id, p.Needs})
		if p.URL != "" {
			w.byURL[p.URL] = id
		}
	}
	for _, inner := range sorted(p.Contains) {
		w.relate(id, common.TypeRelationshipContains, w.add(inner))
	}
	return id
}

func (w *writer) spdx(p Package, id common.ElementID) *v2_3.Package {
	out := &v2_3.Package{
		PackageName:             p.Name,
		PackageSPDXIdentifier:   id,
		PackageVersion:          p.Version,
		PackageDownloadLocation: noAssertion,
		PackageSourceInfo:       p.Note,
		PackageLicenseConcluded: noAssertion,
		PackageCopyrightText:    noAssertion,
		PrimaryPackagePurpose:   cmp.Or(string(p.Purpose), "LIBRARY"),
	}
	for _, h := range p.Hashes {
		out.PackageChecksums = append(out.PackageChecksums, common.Checksum{Algorithm: common.ChecksumAlgorithm(h.Algorithm), Value: h.Value})
	}
	if p.URL != "" {
		out.PackageExternalReferences = []*v2_3.PackageExternalReference{
			{Category: "PACKAGE-MANAGER", RefType: "purl", Locator: p.URL},
		}
	}
	if p.CPE != "" {
		out.PackageExternalReferences = append(out.PackageExternalReferences, &v2_3.PackageExternalReference{
			Category: "SECURITY", RefType: "cpe23Type", Locator: "cpe:2.3:a:" + p.CPE + ":" + p.Version + ":*:*:*:*:*:*:*",
		})
	}
	declared, quoted := licensed(p.License)
	if quoted != nil && w.once(declared) {
		w.doc.OtherLicenses = append(w.doc.OtherLicenses, quoted)
	}
	out.PackageLicenseDeclared = declared
	return out
}

// file has the document list a file, and returns its identifier.
func (w *writer) file(f File) common.ElementID {
	name := "." + f.Path
	id := common.ElementID("File-" + identifier(name))
	w.doc.Files = append(w.doc.Files, &v2_3.File{
		FileName:           name,
		FileSPDXIdentifier: id,
		Checksums:          []common.Checksum{{Algorithm: common.SHA1, Value: f.SHA1}, {Algorithm: common.SHA256, Value: f.SHA256}},
		LicenseConcluded:   noAssertion,
		FileCopyrightText:  noAssertion,
	})
	return id
}

// made relates a file to its image, and to the applications in that which it was made of.
// The image may not be said to contain it: a package of which not all files were looked at
// contains none. Nor is the file GENERATED_FROM an application: Syft takes that for a source
// package, and leaves out what has it.
// https://spdx.github.io/spdx-spec/v2.3/package-information/#78-files-analyzed-field
func (w *writer) made(file common.ElementID, image Package) {
	w.explain(file, "OTHER", image.id(), "it is a file of the image")
	for _, p := range sorted(image.Contains) {
		if p.Purpose == Application {
			w.relate(p.id(), "GENERATES", file)
		}
	}
}

func (w *writer) relate(a common.ElementID, how string, b common.ElementID) { w.explain(a, how, b, "") }

// explain relates two elements, and says why.
func (w *writer) explain(a common.ElementID, how string, b common.ElementID, why string) {
	if !w.once(string(a) + " " + how + " " + string(b)) {
		return
	}
	w.doc.Relationships = append(w.doc.Relationships, &v2_3.Relationship{
		RefA: common.DocElementID{ElementRefID: a}, Relationship: how, RefB: common.DocElementID{ElementRefID: b}, RelationshipComment: why,
	})
}

// once reports whether a key is asked for the first time.
func (w *writer) once(key string) bool {
	first := !w.seen[key]
	w.seen[key] = true
	return first
}

// id returns the identifier of a package. What has a package URL is the same wherever
// it is found.
func (p Package) id() common.ElementID {
	return common.ElementID("Package-" + identifier(p.Name, p.Version, p.URL, string(p.Purpose)))
}

var unidentified = regexp.MustCompile(`[^A-Za-z0-9.]+`)

// identifier returns a text that identifiers may have, of the name of a thing for people
// and of all that tells it from others.
func identifier(name string, rest ...string) string {
	const longest = 60
	text := strings.Trim(unidentified.ReplaceAllString(name, "-"), "-")
	sum := sha256.Sum256([]byte(strings.Join(append([]string{name}, rest...), "\x00")))
	return text[:min(len(text), longest)] + "-" + hex.EncodeToString(sum[:6])
}
