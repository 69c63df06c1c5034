package language

import (
	_ "embed"
	"path"

	"github.com/stagefront/stagefront/frontend/spec"
)

//go:embed take.sh
var takeScript string

// takenDir is where a toolchain is put together of parts of another.
const takenDir = "/opt/toolchain"

// TakeToolchain returns the step that takes of the toolchain what others need, which then
// run on that: a builder that begins with nothing has it from a cache, and does not
// download the rest. There is none of an image that the spec names, which may be made in any
// way. The script calls functions of take.sh, which is beside it.
func TakeToolchain(p *Project, script string) *Fetch {
	if _, own := p.Toolchain(); own {
		return nil
	}
	const name = "toolchain.sh"
	return &Fetch{
		Step: Step{
			Name: "take what compiles of the toolchain",
			Args: []string{"sh", "-e", path.Join(FilesDir, name), takenDir},
			Env:  spec.Vars{{Name: "LC_ALL", Value: "C"}}, Dir: ".",
			Files: []File{{Path: "take.sh", Data: takeScript}, {Path: name, Data: script}},
		},
		Output:    takenDir,
		Sealed:    true,
		Toolchain: true,
	}
}
