// Package bom writes down what an image is made of: a bill of materials in the form of
// SPDX 2.3. It knows what such a document says, and not where that is to be found.
package bom

import (
	"cmp"
	"slices"
	"time"
)

// Bill is what an image is made of.
type Bill struct {
	Image      Package   // what was built, with all that was put into it
	Files      []File    // of the image, of whose content there is a hash
	Runtime    *Package  // that it stands on, with what that says it has; nil for scratch
	Toolchains []Package // that it was built with
	Sources    []Package // that files of the image were copied from
	Created    time.Time
	Parts      []*Bill // of results that are together in this one, whose images the image contains
}

// Package is something that others made and that has a name of its own.
type Package struct {
	Name    string
	Version string // "" where it has none
	URL     string // its package URL, as URL returns it
	CPE     string // vendor and product by which known vulnerabilities name it, where no package URL does: "nodejs:node.js"
	License string // as its author declares it; "" where nothing says
	Hashes  []Hash
	Note    string // what else is to be known of where it comes from
	Purpose Purpose
	// Needs are the package URLs of what it is made with. Those that the bill does not
	// have are not told.
	Needs []string

	Contains []Package
}

// Purpose is what a package is for.
type Purpose string

const (
	Library     Purpose = "" // what a program is made of
	Application Purpose = "APPLICATION"
	Container   Purpose = "CONTAINER"
)

// Hash is a hash of a package, as who distributes it publishes it.
type Hash struct {
	Algorithm string // in SPDX's words: "SHA256"
	Value     string // in hexadecimal digits
}

// File is a file of the image.
type File struct {
	Path         string // in the image: "/usr/local/bin/server"
	SHA1, SHA256 string // in hexadecimal digits; SPDX wants the first
}

// sorted returns packages in the order of documents. Equal ones are there once.
func sorted(packages []Package) []Package {
	packages = slices.Clone(packages)
	slices.SortStableFunc(packages, func(a, b Package) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.URL, b.URL))
	})
	return slices.CompactFunc(packages, func(a, b Package) bool { return a.id() == b.id() })
}
