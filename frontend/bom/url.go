package bom

import (
	"path"
	"strings"

	"github.com/distribution/reference"
	"github.com/package-url/packageurl-go"
)

// URL returns the package URL of a package: the name that scanners know it by. name may
// begin with a namespace, and qualifiers are pairs of a key and a value, of which those
// without a value are left out.
//
//	pkg:golang/golang.org/x/text@v0.3.0
//
// https://github.com/package-url/purl-spec
func URL(kind, name, version string, qualifiers ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(qualifiers); i += 2 {
		if qualifiers[i+1] != "" {
			values[qualifiers[i]] = qualifiers[i+1]
		}
	}
	dir, base := path.Split(name)
	url := packageurl.NewPackageURL(kind, strings.TrimSuffix(dir, "/"), base, version, packageurl.QualifiersFromMap(values), "")
	if err := url.Normalize(); err != nil {
		return ""
	}
	return url.String()
}

// Image returns the package that is an image, of a reference with its digest and for an
// architecture. One without a digest has no package URL: its name says too little.
func Image(ref, arch string) *Package {
	out := &Package{Name: ref, Purpose: Container}
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return out
	}
	out.Name = reference.FamiliarName(named)
	tag := ""
	if tagged, ok := named.(reference.Tagged); ok {
		tag = tagged.Tag()
	}
	pinned, ok := named.(reference.Digested)
	if !ok {
		out.Version = tag
		return out
	}
	digest := pinned.Digest()
	out.Version = digest.String()
	out.Hashes = []Hash{{strings.ToUpper(digest.Algorithm().String()), digest.Encoded()}}
	out.URL = URL("oci", path.Base(named.Name()), digest.String(), "arch", arch, "repository_url", named.Name(), "tag", tag)
	return out
}
