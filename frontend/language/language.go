// Package language is what languages have in common: the words in which each says how
// its projects are recognized, which toolchain they want, and how a program of theirs
// is fetched for, compiled and run; and what several need to find that out.
package language

import (
	"io"
	"io/fs"
	"path"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Language is everything that is particular to one language.
type Language struct {
	Name    string
	Aliases []string // other words for it, suggested and never accepted

	// Markers are the files that mark a directory as a project of the language.
	Markers []string

	// Interpreter is what the runtime must have to run the programs: "python". A
	// custom runtime is looked at for it before anything is planned. Empty: programs
	// run by themselves.
	Interpreter string

	// Locales says that programs take the locale that variables name from the C
	// library, and C's where it has none of that name.
	Locales bool

	// OpensRuntime says that a custom runtime is looked at too where programs run by
	// themselves: it may have the server of what was built.
	OpensRuntime bool

	// Mirrors are the variables about where dependencies come from. Whoever
	// builds may set them as build args; they reach fetch alone.
	Mirrors []string

	// Rules are what a reviewer would raise of projects of the language alone; their
	// findings are warnings of the recipe that name the rule.
	Rules []Rule

	// EndOfLife returns the oldest toolchain that still gets security fixes, and
	// whether a version is older. It may be nil.
	EndOfLife func(version string) (supported string, old bool)

	// Complaints are how the language's tools tell in their logs why they failed, the
	// most telling first.
	Complaints []Complaint

	// Recipe decides how a project is built for a platform. It does no I/O but
	// reading p.FS; equal projects give equal recipes. What does not depend on the
	// target, the toolchain always, is equal for all targets, so that they share it.
	Recipe func(p *Project, target spec.Platform) (*Recipe, diag.List)

	// Diagnose looks for reasons in the project why a compile step may have
	// failed that the compiler's own message leaves open. It may be nil.
	Diagnose func(p *Project, target spec.Platform) diag.List

	// Cause returns where the project asks for what the reason of a failed step is
	// about, such as a package; zero where it cannot tell. It may be nil.
	Cause func(p *Project, reason string) diag.Range

	// Composed compares what a compiled program says that it was made of with what the
	// project names, as it was compiled. It reads of the program what it needs, in
	// pieces. It may be nil.
	Composed func(p *Project, target spec.Platform, program io.ReaderAt) diag.List

	// Contents returns what others made of what was built, as that itself says, for the
	// image's bill of materials.
	Contents func(b *Built) ([]bom.Package, error)

	// Interpreters returns what a runtime has to run programs of the language by, where
	// that came with no package of a distribution. It may be nil.
	Interpreters func(runtime fs.FS) ([]bom.Package, error)
}

// String returns the language's name.
func (l *Language) String() string { return l.Name }

// MarshalText returns the language's name: it is all that is printed of it.
func (l *Language) MarshalText() ([]byte, error) { return []byte(l.Name), nil }

// Rule is a rule of --check whose findings a recipe reports.
type Rule struct {
	ID  string // as it is skipped: "CgoStub"
	Doc string // what is wrong where it fires, in a line
}

// Marker returns the path of the first of l's markers in the project, or "".
func (l *Language) Marker(p *Project) string {
	for _, m := range l.Markers {
		if name := path.Join(p.Dir(), m); IsFile(p.FS, name) {
			return name
		}
	}
	return ""
}

// MarkerAbove returns the path of a marker of l in a directory that the project
// is in, or "".
func (l *Language) MarkerAbove(p *Project) string {
	for dir := range Parents(p.Dir()) {
		for _, m := range l.Markers {
			if name := path.Join(dir, m); dir != p.Dir() && IsFile(p.FS, name) {
				return name
			}
		}
	}
	return ""
}

// Recipe is how one program is built for one platform. What a language has no use
// for is left out: one that runs nothing has no toolchain, one whose source is what
// the image has does not compile.
type Recipe struct {
	Toolchain Toolchain // zero where no step is run
	Packages  *Packages // nil when the toolchain image has everything
	Fetches   []*Fetch  // all that steps and the image refer to, what others need first
	Compile   Step      // zero where nothing is compiled
	Native    Step      // how commands of the project itself run, on the host
	Test      Step      // the language's test command; zero where it has none
	Program   string    // the executable that compile leaves in OutputDir; "" for none
	Image     Image     // what becomes of it
	Runtimes  []Runtime // that may hold it, smallest first

	// Roots are file systems for the target, such as fetches of its packages, in
	// which libraries are looked for before the toolchain.
	Roots []Origin `json:",omitempty"`

	// Late says that compile finds out what the container is to start, where the spec
	// does not say.
	Late bool `json:"-"`

	Decisions []Decision
}

// Places in the build containers that recipes and steps agree on.
const (
	SourceDir = "/src"            // where the build context is mounted
	OutputDir = "/out"            // where compile leaves its results
	FilesDir  = "/opt/stagefront" // where files of a step are that no project has
)

// What images have where nothing says otherwise, as those of distributions do.
const (
	SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	CABundle   = "/etc/ssl/certs/ca-certificates.crt"
)

// Places in the image that are a contract with its users.
const (
	ProgramDir = "/usr/local/bin"
	AppDir     = spec.AppDir
)

// Toolchain is the image that steps run in, on the host. The zero
// Toolchain is none.
type Toolchain struct {
	Ref string // golang:1.26-trixie
	// Forward is used instead where there is no such image: a newer patch of
	// what the project pins. Empty: that is an error.
	Forward string
	// Exact is used instead where Ref's image holds an older toolchain than
	// Version, told by its variable VersionEnv. Empty: no such check.
	Exact      string
	Version    string
	VersionEnv string
	Range      diag.Range // what decided it
	Hint       string     // what to do when the image cannot be had

	// Older reports whether a version that VersionEnv has is older than Version.
	Older func(have string) bool `json:"-"`
}

// Packages are packages of the toolchain image's distribution.
type Packages struct {
	Names []string // of packages for the host
	// Libraries are packages that are installed for the target's architecture
	// where the distribution builds them for several side by side, and for the
	// host otherwise.
	Libraries []string
	// Architecture is the distribution's name of the target's: "arm64".
	Architecture string
	Range        diag.Range
}

// Decision is something that was decided for the user, and why.
type Decision struct {
	Name  string // "toolchain"
	Value string // "golang:1.26-trixie"
	Why   string // "go.mod:3", "stagefront.yaml:4:10", "default"
}
