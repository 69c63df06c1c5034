package llb

import (
	"path"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"

	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestParents emits the image and the artifacts of every project: whatever is written
// has its directory by then, or BuildKit fails.
func TestParents(t *testing.T) {
	for _, a := range trial.Projects(t) {
		p := planOf(t, a, trial.ARM64)
		if p == nil {
			continue
		}
		stages := &Stages{Plan: p, Context: llb.Local("context"), Image: image("tool", p.Host)}
		stages.Caps = pb.Caps.CapSet(pb.Caps.All())
		from := origins(stages)
		for _, c := range p.Image.Copies() {
			if _, known := from[c.From]; !known {
				from[c.From] = llb.Local("step")
			}
		}
		for _, dir := range []string{"/", "/api"} {
			def := marshal(t, stages.Artifacts(p.Artifacts(dir), from))
			if missing := parentless(t, def); len(missing) > 0 {
				t.Errorf("%s: artifacts in %s: nothing makes the directory of %q", a.Comment, dir, missing)
			}
		}
		if export, _ := p.Export(plan.Base{}, plan.Found{}); export != nil {
			def := marshal(t, stages.Export(llb.Scratch(), export, from))
			if missing := parentless(t, def); len(missing) > 0 {
				t.Errorf("%s: image: nothing makes the directory of %q", a.Comment, missing)
			}
		}
	}
}

// parentless returns the paths that file operations write into directories which they
// do not have.
func parentless(t *testing.T, def *llb.Definition) (missing []string) {
	t.Helper()
	made := map[string]map[string]bool{} // directories, by vertex
	for _, data := range def.Def {
		var op pb.Op
		if err := op.UnmarshalVT(data); err != nil {
			t.Fatal(err)
		}
		var outputs []map[string]bool // of inputs, then of actions
		for _, in := range op.Inputs {
			outputs = append(outputs, made[in.Digest])
		}
		for _, a := range op.GetFile().GetActions() {
			dirs := map[string]bool{"/": true}
			add := func(of int64, at string) {
				if of >= 0 {
					for d := range outputs[of] {
						dirs[path.Join(at, d)] = true
					}
				}
			}
			add(a.Input, "/")
			need := func(name string) {
				if !dirs[path.Dir(name)] {
					missing = append(missing, name)
				}
			}
			switch f := a.Action.(type) {
			case *pb.FileAction_Mkdir:
				need(f.Mkdir.Path)
				dirs[f.Mkdir.Path] = true
			case *pb.FileAction_Mkfile:
				need(f.Mkfile.Path)
			case *pb.FileAction_Symlink:
				need(f.Symlink.Newpath)
			case *pb.FileAction_Copy:
				for d := path.Clean(f.Copy.Dest); d != "/"; d = path.Dir(d) {
					dirs[d] = true
				}
				add(a.SecondaryInput, f.Copy.Dest)
			}
			outputs = append(outputs, dirs)
		}
		if len(outputs) > len(op.Inputs) {
			made[digest.FromBytes(data).String()] = outputs[len(outputs)-1]
		}
	}
	return missing
}
