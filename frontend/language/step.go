package language

import (
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Code is whose code a step runs. What the step may read and reach, and who is
// served by what it leaves in caches, follows from that alone; a recipe says
// nothing of it besides. docs/architecture.md has the table.
type Code string

const (
	Tools        Code = ""             // of the toolchain and of ours
	Dependencies Code = "dependencies" // and of packages: build backends, plug-ins, install scripts
	Own          Code = "project"      // and of the project: its scripts, its tests, plug-ins of its own
)

// Foreign reports whether code runs that came with the project or its packages.
func (c Code) Foreign() bool { return c != Tools }

// Step is one command on the host. The zero Step does nothing.
type Step struct {
	Name    string // for the person watching: "compile ./cmd/server"
	Args    []string
	Does    string   `json:",omitempty"` // what Args come to, where they call a program of ours: "mvn package"
	Through []string `json:",omitempty"` // what runs Args, where they do not run by themselves: a script of ours
	Runs    Code     `json:",omitempty"`
	Env     spec.Vars
	Dir     string // in the context
	Caches  []Cache
	Files   []File `json:",omitempty"` // the step's own, in FilesDir
	// Writes says that the command writes into its source; what it writes is
	// thrown away. The source of other steps of a recipe is read-only.
	Writes bool `json:",omitempty"`
	// Unread are files and directories of the context that the command does not read:
	// they are taken out of its source, so that an edit of them does not repeat it.
	Unread []string `json:",omitempty"`
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
	// PassesEnv says that the command takes the variables of build.env as arguments,
	// --env=NAME=VALUE, for what it starts: a program of ours must not run as they say.
	PassesEnv bool `json:",omitempty"`
	// Warm is done before a step that runs foreign code, to which the caches are
	// read-only: what it leaves is in the caches alone. It may be nil.
	Warm *Warm `json:",omitempty"`
	// Otherwise is done in place of a step whose report says that it lacked
	// something.
	Otherwise *Step `json:",omitempty"`
	// Network says that the step has the network whatever the spec says: the last
	// resort for projects whose dependencies no fetch finds.
	Network bool `json:",omitempty"`
}

// IsZero reports whether the step does nothing.
func (s *Step) IsZero() bool { return len(s.Args) == 0 }

// Chain returns the step and those that stand in for it, in order.
func (s *Step) Chain() []*Step {
	var all []*Step
	for ; s != nil; s = s.Otherwise {
		all = append(all, s)
	}
	return all
}

// Warm is a step of tools alone that fills the caches for commands of a program.
type Warm struct {
	Step
	Program string // the first word of the commands: "go"
}

// WarmDir is where the step after a Warm has what that left, which is nothing.
const WarmDir = "/run/warm"

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

	// File is what it is about, in the source that was compiled; "" for the step.
	File   string `json:"file"`
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // from 1; 0 for the whole line
}

// Fetch is a step that gets something before the source is looked at: the
// dependencies of the program, or a tool. It sees manifests alone, so that an edit
// of the source does not repeat it.
type Fetch struct {
	Step
	Manifests []string // files of the context
	// Parts are files of the context of which the step reads a part: it sees that alone
	// in their places, so that an edit of the rest does not repeat it.
	Parts []File `json:",omitempty"`
	// Said is the file of the context that says what is fetched, where the step has it
	// in another form; "" for none.
	Said string `json:",omitempty"`
	// Hidden are patterns of what the step does not see although it is below one
	// of the manifests, which is a directory then.
	Hidden []string `json:",omitempty"`
	Output string   // directory that holds the result, the same in the steps that need it
	// Places are where parts of the result are in the steps that need it, where
	// that is not as a whole at Output: a tool may look for them beside the source.
	Places []Place `json:",omitempty"`
	// Writable says that tools write where the result is mounted; what they write
	// is thrown away.
	Writable bool `json:",omitempty"`
	// Sealed says that the step has no network: it makes something of what it sees
	// and of other fetches, a tool or compiled dependencies.
	Sealed bool `json:",omitempty"`
	// Onto is the fetch whose result the step goes on with, in its own output directory:
	// what it adds, changes and removes there is its own result. It may be none.
	Onto FetchRef `json:",omitzero"`
	// Image is an image for the step's platform, whose files the step sees at ImageDir
	// and takes something of: with its content alone, where a copy would take over
	// attributes too. Empty: none.
	Image string `json:",omitempty"`
	// Toolchain says that the result is a toolchain: steps that need it run on it, with the
	// environment of the image.
	Toolchain bool `json:",omitempty"`
	// Packages says that the step runs with the recipe's packages, which differ
	// between targets; so it does too.
	Packages bool `json:",omitempty"`
}

// Reads returns the files of the context that say what is fetched.
func (f *Fetch) Reads() []string {
	names := slices.Clone(f.Manifests)
	for _, part := range f.Parts {
		names = append(names, part.Path)
	}
	if f.Said != "" && !slices.Contains(names, f.Said) {
		names = append(names, f.Said)
	}
	return names
}

// ImageDir is where a fetch sees the files of its image.
const ImageDir = "/opt/image"

// Place is where a part of a result is.
type Place struct {
	Path string // in the result
	At   string // where it is mounted
}

// String returns what is fetched and for what.
func (f *Fetch) String() string {
	if f.Platform == (spec.Platform{}) {
		return f.Name + ", once for all platforms"
	}
	return f.Name + " for " + f.Platform.String()
}

// Refs returns references to fetches; there is none to nil.
func Refs(fetches ...*Fetch) []FetchRef {
	var all []FetchRef
	for _, f := range fetches {
		if f != nil {
			all = append(all, FetchRef{Fetch: f})
		}
	}
	return all
}

// FetchRef refers to one of a recipe's fetches.
type FetchRef struct {
	*Fetch
	// Part is a directory of the result that the step has in place of the whole, at the
	// same place: another one may change without repeating the step.
	Part string
}

// IsZero reports whether it refers to nothing.
func (r FetchRef) IsZero() bool { return r.Fetch == nil }

// MarshalText returns what is referred to, so that it is not printed twice.
func (r FetchRef) MarshalText() ([]byte, error) {
	if r.Part != "" {
		return []byte(r.Part + " of " + r.Fetch.String()), nil
	}
	return []byte(r.Fetch.String()), nil
}

// Secret is a file that is mounted where whoever builds supplies it.
type Secret struct{ ID, Path string }

// Cache is a directory that outlives builds and serves every project of a daemon.
// Its content may only ever make a step faster, never change its result; so steps
// that run foreign code can read it and not write to it.
type Cache struct {
	Name string // what keeps it apart from others: "go-build"
	Path string
}
