package llb

import (
	"path"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
)

// SurveyFile is the file of a survey's result that has it.
const SurveyFile = "survey.json.gz"

// SurveyStep begins the names of surveys.
const SurveyStep = "[internal] note what there is in "

// Survey returns what is noted of a tree by a program of an image: PROGRAM survey TREE FILE
// CONTENTS…, where CONTENTS are files whose content is noted.
func Survey(image llb.State, program string, tree llb.State, of string, contents []string) llb.State {
	const at, into = "/tree", "/survey"
	return image.Run(
		llb.Args(append([]string{program, "survey", at, path.Join(into, SurveyFile)}, contents...)),
		llb.Dir("/"), llb.ReadonlyRootFS(), llb.Network(pb.NetMode_NONE),
		llb.AddMount(at, tree, llb.Readonly),
		named(SurveyStep+of),
	).AddMount(into, llb.Scratch())
}
