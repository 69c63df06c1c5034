package build

import (
	"fmt"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/llb"
)

// StageNames are the stages whose results can be looked at beside an image.
var StageNames = []string{"toolchain", "fetch", "compile"}

// Stage is what a stage left.
type Stage struct {
	Of    string // one of StageNames
	Name  string // its own: there are several fetches
	State llb.State
}

// stages returns what the stages of an image left.
func (j *job) stages() (all []Stage) {
	add := func(of, name string, origin language.Origin) {
		if state, there := j.from[origin]; there {
			all = append(all, Stage{of, name, state})
		}
	}
	add("toolchain", "toolchain", language.FromToolchain)
	for i, f := range j.Plan.Fetches {
		name := "fetch"
		if i > 0 {
			name = fmt.Sprintf("fetch-%d", i+1)
		}
		add("fetch", name, language.FromFetch(f))
	}
	add("compile", "compile", language.FromCompile)
	return all
}
