package llb

import (
	"slices"
	"testing"

	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
	apicapspb "github.com/moby/buildkit/util/apicaps/pb"

	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/trial"
)

// newer are the capabilities that a Docker Engine with the classic image store lacks, or
// an old one.
var newer = []apicaps.CapID{pb.CapMergeOp, pb.CapDiffOp, pb.CapFileSymlinkCreate}

// TestMergeless emits every project for a daemon that can neither merge nor link: no step
// asks for that, and the image's layers are on its runtime.
func TestMergeless(t *testing.T) {
	caps := pb.Caps.CapSet(slices.DeleteFunc(pb.Caps.All(), func(c *apicapspb.APICap) bool {
		return slices.Contains(newer, apicaps.CapID(c.ID))
	}))
	seen := map[string]bool{}
	for _, a := range trial.Projects(t) {
		p := planOf(t, a, trial.ARM64)
		if p == nil {
			continue
		}
		emitted := emitFor(t, p, caps)
		for name, def := range emitted {
			for _, metadata := range def.Metadata {
				for _, lacking := range newer {
					if metadata.Caps[lacking] {
						t.Errorf("%s%s: %q asks for %s", a.Comment, name, metadata.Description["llb.customname"], lacking)
					}
				}
			}
		}
		export := emitted["export"]
		if export == nil || p.Runtime.Kind == plan.Scratch {
			continue
		}
		seen[p.Language.Name] = true
		runtime := head(t, marshal(t, base(p)))
		if _, below := export.Metadata[runtime]; !below {
			t.Errorf("%sthe image is not on its runtime", a.Comment)
		}
	}
	every(t, languages.All, seen)
}
