package llb

import (
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
)

// Origins are the states that exported files are copied from.
type Origins map[language.Origin]llb.State

// Export returns the image's files: the base and the export's layers. Layers
// are made apart from the base and merged with it, so they stay the same when
// the base moves, and the base is never downloaded just to push. Daemons that
// cannot merge have them made on top of it. Nothing is copied of what is carried, which a
// cache has because the last layer is made of that too.
func (s *Stages) Export(base llb.State, e *plan.Export, from Origins, carried ...llb.State) llb.State {
	of := func(i int) []llb.State {
		if i == len(e.Layers)-1 {
			return carried
		}
		return nil
	}
	if s.Caps.Supports(pb.CapMergeOp) != nil {
		for i, l := range e.Layers {
			base = s.layer(base, l, from, of(i)...)
		}
		return base
	}
	var states []llb.State
	if s.Plan.Runtime.Kind != plan.Scratch {
		states = append(states, base)
	}
	for i, l := range e.Layers {
		states = append(states, s.layer(llb.Scratch(), l, from, of(i)...))
	}
	return llb.Merge(states, named(fmt.Sprintf("[export %s] layers", s.Plan.Target)), s.at(s.Plan.Runtime.Range))
}

// Artifacts returns the files of layers alone.
func (s *Stages) Artifacts(layers []plan.Layer, from Origins) llb.State {
	st := llb.Scratch()
	for _, l := range layers {
		st = s.layer(st, l, from)
	}
	return st
}

// Together returns the files of all states, which do not overlap.
func (s *Options) Together(states []llb.State) llb.State {
	if len(states) == 1 {
		return states[0]
	}
	out := llb.Scratch()
	for _, st := range states {
		action := llb.Copy(st, "/", "/", &llb.CopyInfo{CopyDirContentsOnly: true})
		out = out.File(action, named("[export] gather results"), s.at(diag.Range{}))
	}
	return out
}

// layer returns on with the directories and files of one layer.
//
// A file that comes into a directory makes the directory younger, so the
// directories are laid over the layer once more at the end: copying one over
// another gives it its owner, mode and time.
func (s *Stages) layer(on llb.State, l plan.Layer, from Origins, carried ...llb.State) llb.State {
	title := s.exportTitle(l)
	var dirs llb.State
	over := &llb.CopyInfo{CopyDirContentsOnly: true, CreatedTime: &s.Epoch}
	var action *llb.FileAction // its methods begin a chain on nil
	if len(l.Dirs) > 0 {
		dirs = s.dirs(l)
		action = llb.Copy(dirs, "/", "/", over)
	}
	for _, op := range l.Ops {
		action = s.op(action, op, from)
	}
	for _, c := range carried {
		action = action.Copy(c, "/*.none", "/", &llb.CopyInfo{AllowWildcard: true, AllowEmptyWildcard: true})
	}
	if len(l.Ops) > 0 && len(l.Dirs) > 0 {
		action = action.Copy(dirs, "/", "/", over)
	}
	opts := []llb.ConstraintsOpt{named(fmt.Sprintf("[%s] %s", title, l.Name)), s.at(l.Range)}
	if s.anew("export") {
		opts = append(opts, llb.IgnoreCache)
	}
	return on.File(action, opts...)
}

// dirs returns a tree of the layer's directories alone.
func (s *Stages) dirs(l plan.Layer) llb.State {
	var action *llb.FileAction // its methods begin a chain on nil
	for _, d := range l.Dirs {
		if d.Mode&0o7000 == 0 {
			action = action.Mkdir(d.Path, os.FileMode(d.Mode), owner(d.UID, d.GID))
			continue
		}
		// Mkdir knows nine bits of a mode; Copy knows them all.
		name := path.Join("/", path.Base(d.Path))
		empty := llb.Scratch().File(llb.Mkdir(name, 0o755), named("[export] prepare "+d.Path), s.at(l.Range))
		action = action.Copy(empty, name, path.Dir(d.Path), &llb.CopyInfo{
			Mode: &llb.ChmodOpt{Mode: os.FileMode(d.Mode)}, ChownOpt: ptr(owner(d.UID, d.GID)),
		})
	}
	return llb.Scratch().File(action, named("[export] prepare directories of "+l.Name), s.at(l.Range))
}

func ptr[T any](v T) *T { return &v }

func owner(uid, gid int) llb.ChownOpt {
	return llb.ChownOpt{User: &llb.UserOpt{UID: uid}, Group: &llb.UserOpt{UID: gid}}
}

// exportTitle names the platform of a layer unless all platforms share it.
func (s *Stages) exportTitle(l plan.Layer) string {
	for _, op := range l.Ops {
		if op.Copy != "" && op.From != language.FromContext && op.From != language.FromCABundle {
			return "export " + s.Plan.Target.String()
		}
	}
	return "export"
}

// op appends an operation to an action.
func (s *Stages) op(a *llb.FileAction, op plan.Op, from Origins) *llb.FileAction {
	owner := owner(op.UID, op.GID)
	if op.Mkfile != "" {
		return a.Mkfile(op.Mkfile, os.FileMode(op.Mode), []byte(op.Data), owner, llb.WithCreatedTime(s.Epoch))
	}
	if op.Link != "" {
		return s.link(a, op)
	}
	info := &llb.CopyInfo{
		Mode:                s.copyMode(op),
		ChownOpt:            &owner,
		CreatedTime:         &s.Epoch,
		CopyDirContentsOnly: true,
		CreateDestPath:      true,
		AllowWildcard:       strings.ContainsAny(op.Copy, "*?["),
		FollowSymlinks:      true, // the one that is named; those below it stay links
		ExcludePatterns:     op.Exclude,
	}
	// Absolute, since an image may have a working directory of its own.
	return a.Copy(from[op.From], path.Join("/", op.Copy), op.To, info)
}

// link appends a symbolic link. Daemons that cannot make one copy one that a
// step on the builder made.
func (s *Stages) link(a *llb.FileAction, op plan.Op) *llb.FileAction {
	if s.Caps.Supports(pb.CapFileSymlinkCreate) == nil {
		return a.Symlink(op.Target, op.Link, llb.WithCreatedTime(s.Epoch))
	}
	step := llb.Args([]string{"ln", "-s", op.Target, "/link/made"})
	made := s.Image.Run(step, named("[export] link "+op.Link), s.at(s.Plan.Compile.Range)).
		AddMount("/link", llb.Scratch())
	return a.Copy(made, "/made", op.Link, &llb.CopyInfo{CreatedTime: &s.Epoch})
}

// copyMode returns the permissions of copied files: what the spec says, else
// those of the source without what depends on who checked it out. Daemons that
// cannot do that leave them as they are.
func (s *Stages) copyMode(op plan.Op) *llb.ChmodOpt {
	if op.Mode != 0 {
		return &llb.ChmodOpt{Mode: os.FileMode(op.Mode)}
	}
	// BuildKit lists no capability for symbolic modes; it had them before it had this one.
	if s.Caps.Supports(pb.CapFileSymlinkCreate) != nil {
		return nil
	}
	return &llb.ChmodOpt{ModeStr: "u=rwX,go=rX"}
}
