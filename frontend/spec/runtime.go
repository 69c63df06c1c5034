package spec

import (
	"regexp"
	"strings"
)

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

// HasZones reports whether the image has time zones: every runtime has, but for scratch,
// where files may bring them.
func (s *Spec) HasZones() bool {
	if !s.OnScratch() {
		return true
	}
	for _, f := range s.Files {
		if to, _ := f.Destination(s.WorkingDir()); strings.Contains(to, "zoneinfo") {
			return true
		}
	}
	return false
}

var zonePattern = regexp.MustCompile(`^:?([A-Z][A-Za-z_]*(?:/[A-Z][A-Za-z_-]*)+)$`)

// Zone returns the time zone that the program is given by its name, such as Europe/Paris,
// with where TZ says so; "" where it is given none.
func (s *Spec) Zone() (name string, said Text) {
	said, _ = s.Env.Get("TZ")
	if m := zonePattern.FindStringSubmatch(said.Value); m != nil {
		return m[1], said
	}
	return "", said
}
