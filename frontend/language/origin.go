package language

import "fmt"

// Origin is where files are copied from. The zero Origin is the output of compile.
// Two origins are the same when they are equal.
type Origin struct {
	Kind  OriginKind
	Fetch *Fetch // whose result it is, of OfFetch
	Name  string // of OfImage the reference, of OfSpec what the spec calls it
}

// OriginKind tells what an Origin is.
type OriginKind string

const (
	OfCompile      OriginKind = ""             // what compile left in its output directory
	OfFetch        OriginKind = "fetch"        // what a fetch left in its own
	OfContext      OriginKind = "context"      // the build context
	OfTree         OriginKind = "tree"         // the source as compile sees it: with build.files and after build.script
	OfToolchain    OriginKind = "toolchain"    // the toolchain image, with its packages
	OfPackages     OriginKind = "packages"     // what packages of the distribution have for run time
	OfCertificates OriginKind = "certificates" // the image that has the CA bundle
	OfImage        OriginKind = "image"        // an image for the target platform
	OfSpec         OriginKind = "source"       // a source of the spec: a named context, a target or an image
)

// Origins that there is one of.
var (
	FromCompile   = Origin{Kind: OfCompile}
	FromContext   = Origin{Kind: OfContext}
	FromTree      = Origin{Kind: OfTree}
	FromToolchain = Origin{Kind: OfToolchain}
	FromPackages  = Origin{Kind: OfPackages}
	FromCABundle  = Origin{Kind: OfCertificates}
)

// FromFetch returns the origin that is the result of a fetch.
func FromFetch(f *Fetch) Origin { return Origin{Kind: OfFetch, Fetch: f} }

// FromImage returns the origin that is an image, for the target platform.
func FromImage(ref string) Origin { return Origin{Kind: OfImage, Name: ref} }

// FromSource returns the origin that is a source of the spec, whatever its name.
func FromSource(name string) Origin { return Origin{Kind: OfSpec, Name: name} }

// String returns the origin for people:
//
//	compile
//	fetch modules, once for all platforms
//	source web
func (o Origin) String() string {
	switch o.Kind {
	case OfCompile:
		return "compile"
	case OfFetch:
		return o.Fetch.String()
	case OfImage, OfSpec:
		return fmt.Sprintf("%s %s", o.Kind, o.Name)
	}
	return string(o.Kind)
}

// MarshalText returns what String does, so that a fetch is not printed twice.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
