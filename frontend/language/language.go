// Package language knows the languages: for each, as data and pure functions,
// how its projects are recognized, which toolchain they want, and how a
// program of theirs is fetched for, compiled and run.
package language

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// All is every language, in the order in which they are asked about a project.
var All = []*Language{&Go, &Python, &Java}

// Language is everything that is particular to one language.
type Language struct {
	Name    string
	Aliases []string // other words for it, suggested and never accepted

	// Markers are the files that mark a directory as a project of the language.
	Markers []string

	// Interpreted says that an interpreter of the runtime runs the programs, so
	// that a custom runtime is looked at before anything is planned.
	Interpreted bool

	// Mirrors are the variables about where dependencies come from. Whoever
	// builds may set them as build args; they reach fetch alone.
	Mirrors []string

	// Keys are the keys of the build block that mean something for the language
	// and not for every one.
	Keys []string

	// EndOfLife returns the oldest toolchain that still gets security fixes, and
	// whether a version is older. It may be nil.
	EndOfLife func(version string) (supported string, old bool)

	// Recipe decides how a project is built for a platform. It does no I/O but
	// reading p.FS; equal projects give equal recipes. What fetch and the
	// toolchain are must not depend on the target.
	Recipe func(p *Project, target spec.Platform) (*Recipe, diag.List)

	// Diagnose looks for reasons in the project why a compile step may have
	// failed that the compiler's own message leaves open. It may be nil.
	Diagnose func(p *Project, target spec.Platform) diag.List
}

// Project is what a language looks at.
type Project struct {
	FS      fs.FS // the build context after its ignore rules
	Spec    *spec.Spec
	Build   spec.Platform // what the toolchain runs on
	Targets []string      // of the spec, to choose from where it has no entrypoint of its own
	// Runtime is the files of a custom runtime for the target platform, where an
	// interpreter is looked for. It is nil for other runtimes.
	Runtime fs.FS
}

// Dir returns the project's directory in the context: "." or "services/api".
func (p *Project) Dir() string { return path.Clean(p.Spec.Project.Or(".")) }

// Recipe is how one program is built for one platform.
type Recipe struct {
	Toolchain Toolchain
	Packages  *Packages // nil when the toolchain image has everything
	Fetches   []*Fetch  // all that steps and the image refer to, what others need first
	Compile   Step
	Native    Step      // how commands of the project itself run, on the build platform: environment, directory, caches
	Test      Step      // the language's test command
	Program   string    // compile leaves an executable for the target at OutputDir/Program; "" where an interpreter runs the program
	Image     Image     // what becomes of it
	Runtimes  []Runtime // that may hold it, smallest first

	Decisions []Decision
}

// Image is what a recipe puts into the image, and how it is started.
type Image struct {
	Layers     []Layer // what changes least comes first
	Entrypoint []string
	Path       []string  `json:",omitempty"` // directories that come first on PATH
	Env        spec.Vars `json:",omitempty"` // defaults; the spec's env wins
}

// Copies returns the copies of all layers.
func (i Image) Copies() []Copy {
	var all []Copy
	for _, l := range i.Layers {
		all = append(all, l.Copies...)
	}
	return all
}

// Layer is a part of the image that changes apart from others.
type Layer struct {
	Name   string // for the person watching: "dependencies"
	Copies []Copy
	Links  []Link `json:",omitempty"`
	Files  []File `json:",omitempty"`
}

// Copy is what goes into the image of the result of a step.
type Copy struct {
	From    FetchRef // zero: the output of compile
	Path    string   // file or directory in there; of a directory, its content
	To      string   // absolute path in the image
	Exclude []string `json:",omitempty"` // patterns of what stays behind, relative to Path
	Mode    uint32   `json:",omitempty"` // 0: 0755 where executable, 0644 elsewhere
	// Natives is a file in the result, outside of the copy, that lists what in
	// it is native code: a line each with its path below Path, a tab, and what
	// it belongs to. Empty: there is none.
	Natives string `json:",omitempty"`
}

// Link is a symbolic link of the image.
type Link struct{ Path, To string }

// File is a text file that is written.
type File struct {
	Path string // in the image; of a step, its name in FilesDir
	Data string
}

// programImage returns the image of a program that compile leaves as one executable.
func programImage(name string) Image {
	to := path.Join(ProgramDir, name)
	return Image{
		Layers:     []Layer{{Name: "program", Copies: []Copy{{Path: name, To: to, Mode: 0o755}}}},
		Entrypoint: []string{to},
	}
}

// Runtime is an image that can hold a program: a variant of distroless, or any image.
type Runtime struct {
	Variant string `json:",omitempty"` // of distroless: "static"
	Ref     string `json:",omitempty"` // else the image
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
	AppDir     = "/app"
)

// Toolchain is the image that steps run in, on the build platform.
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
	Names []string // of packages for the build platform
	// Libraries are packages that are installed for the target's architecture
	// where the distribution builds them for several side by side, and for the
	// build platform otherwise.
	Libraries []string
	// Architecture is the distribution's name of the target's: "arm64".
	Architecture string
	Range        diag.Range
}

// Step is one command on the build platform.
type Step struct {
	Name   string // for the person watching: "compile ./cmd/server"
	Args   []string
	Env    spec.Vars
	Dir    string // in the context
	Caches []Cache
	Files  []File `json:",omitempty"` // the step's own, in FilesDir
	// Writes says that the command writes into its source; what it writes is
	// thrown away. The source of other steps of a recipe is read-only.
	Writes bool `json:",omitempty"`
	// Platform is what the result is for; zero where it is the same for all.
	Platform spec.Platform `json:",omitzero"`
	// Compiled is where the output of compile is, for steps after it that need it.
	Compiled string `json:",omitempty"`
	// Fetches are what was fetched before. Each is at its own place.
	Fetches []FetchRef `json:",omitempty"`
	Mirrors []string   `json:",omitempty"` // variables that whoever builds may set, as build args
	Secrets []Secret   `json:",omitempty"`
	Range   diag.Range // what in the spec it is for

	// Reports says that the step leaves a Report at OutputDir/ReportFile.
	Reports bool `json:",omitempty"`
	// Otherwise is done in place of a step whose report says that it lacked
	// something.
	Otherwise *Step `json:",omitempty"`
	// Network says that the step has the network whatever the spec says: the last
	// resort for projects whose dependencies no fetch finds.
	Network bool `json:",omitempty"`
}

// Chain returns the step and those that stand in for it, in order.
func (s *Step) Chain() []*Step {
	var all []*Step
	for ; s != nil; s = s.Otherwise {
		all = append(all, s)
	}
	return all
}

// ReportFile is where in OutputDir a step says how it went.
const ReportFile = "report.json"

// Report is what a step says of its result, where that decides how the build
// goes on. It is part of the result, so it is cached with it; a log is not to be
// had from a step that failed.
type Report struct {
	Lacked    string    `json:"lacked"`    // what fetch did not bring, for people; "" when it brought all
	Arguments []string  `json:"arguments"` // that start the program, after those of the image's entrypoint
	Natives   []Natives `json:"natives"`
	Problems  []Remark  `json:"problems"`
	Warnings  []Remark  `json:"warnings"`
	Notes     []Remark  `json:"notes"` // what was decided, for the log
}

// Natives is an archive with native code for some architectures.
type Natives struct {
	Name          string   `json:"name"`
	Architectures []string `json:"architectures"` // in the words of platforms: "arm64"
}

// Remark is something that a report tells.
type Remark struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// Fetch is a step that gets something from the network: the dependencies of
// the program, or a tool. It sees manifests alone.
type Fetch struct {
	Step
	Manifests []string // files of the context
	// Sources are patterns of what the step does not see although it is below one
	// of the manifests, which is a directory then.
	Sources []string `json:",omitempty"`
	Output  string   // directory that holds the result, the same in the steps that need it
	// Written says that tools write where the result is mounted; what they write
	// is thrown away.
	Written bool `json:",omitempty"`
	// Sealed says that the step has no network: it makes a tool of its own files.
	Sealed bool `json:",omitempty"`
}

// String returns what is fetched and for what.
func (f *Fetch) String() string {
	if f.Platform == (spec.Platform{}) {
		return f.Name + ", once for all platforms"
	}
	return f.Name + " for " + f.Platform.String()
}

// refs returns references to fetches; there is none to nil.
func refs(fetches ...*Fetch) []FetchRef {
	var all []FetchRef
	for _, f := range fetches {
		if f != nil {
			all = append(all, FetchRef{f})
		}
	}
	return all
}

// FetchRef refers to one of a recipe's fetches.
type FetchRef struct{ *Fetch }

// MarshalText returns what is referred to, so that it is not printed twice.
func (r FetchRef) MarshalText() ([]byte, error) {
	if r.Fetch == nil {
		return []byte("compile"), nil
	}
	return []byte(r.Fetch.String()), nil
}

// Secret is a file that is mounted where whoever builds supplies it.
type Secret struct{ ID, Path string }

// Cache is a directory that outlives builds. Its content may only ever make a
// step faster, never change its result.
type Cache struct {
	Name string // what keeps it apart from others: "go-build"
	Path string
}

// Decision is something that was decided for the user, and why.
type Decision struct {
	Name  string // "toolchain"
	Value string // "golang:1.26-trixie"
	Why   string // "go.mod:3", "stagefront.yaml:4:10", "default"
}

// Detect returns the language of a project: the one that the spec names, else
// the only one whose markers are there. It returns nil with an error in the list.
func Detect(p *Project) (*Language, Decision, diag.List) {
	var diags diag.List
	if want := p.Spec.Language; want.IsSet() {
		if l := Named(want.Value); l != nil {
			return l, Decision{"language", l.Name, want.Range.String()}, nil
		}
		diags.Errorf(want.Range, "unknown language %q", want.Value).Hint = suggest(want.Value)
		return nil, Decision{}, diags
	}
	var found []*Language
	var markers []string
	for _, l := range All {
		if m := l.marker(p); m != "" {
			found = append(found, l)
			markers = append(markers, m)
		}
	}
	switch len(found) {
	case 1:
		return found[0], Decision{"language", found[0].Name, markers[0]}, nil
	case 0:
		diags = append(diags, noLanguage(p))
	default:
		diags.Errorf(diag.Range{}, "found %s", diag.Quoted(markers)).Hint = fmt.Sprintf("say which it is: \"language: %s\"", found[0].Name)
	}
	return nil, Decision{}, diags
}

// Named returns the language of a name, nil when there is none.
func Named(name string) *Language {
	for _, l := range All {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// suggest returns the hint for an unknown language.
func suggest(word string) string {
	var names []string
	for _, l := range All {
		names = append(names, l.Name)
		if slices.Contains(l.Aliases, strings.ToLower(word)) {
			return fmt.Sprintf("did you mean %q?", l.Name)
		}
	}
	if hint := diag.DidYouMean(word, names); hint != "" {
		return hint
	}
	return "want " + strings.Join(names, ", ")
}

// marker returns the path of the first of l's markers in the project, or "".
func (l *Language) marker(p *Project) string {
	for _, m := range l.Markers {
		if name := path.Join(p.Dir(), m); isFile(p.FS, name) {
			return name
		}
	}
	return ""
}

// noLanguage says what was looked for.
func noLanguage(p *Project) diag.Diagnostic {
	var markers, firsts []string
	for _, l := range All {
		markers = append(markers, l.Markers...)
		firsts = append(firsts, l.Markers[0])
	}
	d := noProject(p, markers)
	if !isDir(p.FS, p.Dir()) {
		return d
	}
	d.Message = fmt.Sprintf("no %s in %s", alternatives(append(firsts, "the like")), where(p.Dir()))
	for _, l := range All {
		if m := l.markerAbove(p); m != "" {
			d.Hint = fmt.Sprintf("%s is above it: write \"language: %s\"", m, l.Name)
		}
	}
	return d
}

// markerAbove returns the path of a marker of l in a directory that the project
// is in, or "".
func (l *Language) markerAbove(p *Project) string {
	for dir := p.Dir(); dir != "."; {
		dir = path.Dir(dir)
		for _, m := range l.Markers {
			if name := path.Join(dir, m); isFile(p.FS, name) {
				return name
			}
		}
	}
	return ""
}

// alternatives returns names as a sentence lists them: "a, b or c".
func alternatives(names []string) string {
	if n := len(names) - 1; n > 0 {
		return strings.Join(names[:n], ", ") + " or " + names[n]
	}
	return strings.Join(names, "")
}

// noProject says that the project's directory has none of the files that mark
// one, and where else they are.
func noProject(p *Project, markers []string) diag.Diagnostic {
	d := diag.Diagnostic{
		Range:   p.Spec.Project.Range,
		Message: fmt.Sprintf("no %s in %s", alternatives(markers), where(p.Dir())),
		Hint:    "is the build context the project's directory?",
		Missing: path.Join(p.Dir(), markers[0]),
	}
	if !isDir(p.FS, p.Dir()) {
		d.Message = fmt.Sprintf("no directory %q in the build context", p.Dir())
		d.Hint = diag.DidYouMean(p.Dir(), subdirs(p.FS, ".", strings.Count(p.Dir(), "/")+1))
	} else if dirs := projectsBelow(p, markers); len(dirs) > 0 {
		d.Hint = fmt.Sprintf("there is one in %s: write \"project: %s\"", diag.Quoted(dirs), dirs[0])
	}
	return d
}

// where names a directory of the context for a message.
func where(dir string) string {
	if dir == "." {
		return "the build context"
	}
	return fmt.Sprintf("%q", dir)
}

// projectsBelow returns directories, at most five and two levels down, that have markers.
func projectsBelow(p *Project, markers []string) []string {
	var dirs []string
	for _, sub := range subdirs(p.FS, p.Dir(), 2) {
		if slices.ContainsFunc(markers, func(m string) bool { return isFile(p.FS, path.Join(sub, m)) }) {
			dirs = append(dirs, sub)
		}
	}
	return dirs[:min(len(dirs), 5)]
}

// subdirs returns the directories below dir, at most depth levels down, in
// order, without those that hold no project of their own by convention.
func subdirs(fsys fs.FS, dir string, depth int) []string {
	if depth == 0 {
		return nil
	}
	entries, _ := fs.ReadDir(fsys, dir)
	var dirs []string
	for _, e := range entries {
		if !e.IsDir() || skippedDir(e.Name()) {
			continue
		}
		sub := path.Join(dir, e.Name())
		dirs = append(dirs, sub)
		dirs = append(dirs, subdirs(fsys, sub, depth-1)...)
	}
	return dirs
}

func skippedDir(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		name == "vendor" || name == "node_modules" || name == "testdata"
}

func isFile(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

func isDir(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}
