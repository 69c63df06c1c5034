package spec

// The words of `runtime` that are no image of a registry.
const (
	Distroless      = "distroless"
	DistrolessDebug = "distroless:debug"
	Scratch         = "scratch"
)

// RuntimeWord returns what `runtime` says, or its default: one of the words, else the
// reference of an image.
func (s *Spec) RuntimeWord() string { return s.Runtime.Or(Distroless) }

// OnScratch reports whether the program runs on nothing.
func (s *Spec) OnScratch() bool { return s.RuntimeWord() == Scratch }

// AppDir is the working directory of images whose spec and runtime name none.
const AppDir = "/app"

// WorkingDir returns the working directory as far as the spec decides it.
func (s *Spec) WorkingDir() string { return s.Workdir.Or(AppDir) }
