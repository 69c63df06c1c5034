package llb

import (
	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

func named(name string) llb.ConstraintsOpt { return llb.WithCustomName(name) }

// Note returns a step that does nothing but be shown under a name.
func Note(text string) llb.State {
	return llb.Scratch().File(llb.Mkfile("/note", 0o644, []byte(text)), named(text))
}

// does says of a step what it comes to where its arguments are ours.
func does(step language.Step) llb.ConstraintsOpt {
	if step.Does == "" {
		return noConstraint
	}
	return llb.WithDescription(map[string]string{doesKey: step.Does})
}

const doesKey = "stagefront.does"

// at returns the place of a step in the spec; the first line where it has none.
func (s *Options) at(r diag.Range) llb.ConstraintsOpt {
	if s.SourceMap == nil {
		return noConstraint
	}
	if r.IsZero() || r.Source.Name != s.SourceMap.Filename {
		r = diag.Range{Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 2}}
	}
	return s.SourceMap.Location([]*pb.Range{Range(r)})
}

var noConstraint = llb.WithDescription(nil)

// Range returns a range in BuildKit's words, where columns count from 0.
func Range(r diag.Range) *pb.Range {
	position := func(p diag.Pos) *pb.Position {
		return &pb.Position{Line: int32(p.Line), Character: int32(p.Column - 1)}
	}
	return &pb.Range{Start: position(r.Start), End: position(r.End)}
}

// OCIPlatform returns p in the types of the OCI specification.
func OCIPlatform(p spec.Platform) ocispecs.Platform {
	return platforms.Normalize(ocispecs.Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant})
}

// Platform returns a platform of the OCI specification as the spec has it.
func Platform(p ocispecs.Platform) spec.Platform {
	p = platforms.Normalize(p)
	return spec.Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant}
}
