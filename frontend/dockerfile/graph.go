package dockerfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"

	"github.com/stagefront/stagefront/llb"
)

// printer collects the stages of a file.
type printer struct {
	Options
	vertices map[string]*vertex // by digest
	order    []*vertex          // what others need comes first
	stages   map[string]*stage  // of vertices, by digest
	names    map[string]bool    // that stages have
	context  input              // the build context
	ignored  []string           // patterns of what of it is left out
	given    []string           // names of other contexts
	empty    *stage             // without files
	shell    *stage             // what has a shell
	out      strings.Builder
}

// vertex is a step of a graph.
type vertex struct {
	*pb.Op
	digest string
	name   string // for the person watching
}

// input is what a vertex leaves in one of its outputs; of no vertex, nothing.
type input struct {
	*vertex
	index int64
}

// read adds a definition's vertices to those that are known, and returns its result.
func (p *printer) read(def *llb.Definition) (input, error) {
	var last input
	for _, data := range def.Def {
		op := &pb.Op{}
		if err := op.UnmarshalVT(data); err != nil {
			return input{}, fmt.Errorf("reading the graph: %w", err)
		}
		if op.Op == nil {
			last = p.inputOf(op, 0)
			continue
		}
		d := digest.FromBytes(data).String()
		if p.vertices[d] == nil {
			p.vertices[d] = &vertex{Op: op, digest: d, name: llb.StepName(def, d)}
			p.order = append(p.order, p.vertices[d])
		}
	}
	return last, nil
}

// inputOf returns an input of an operation; -1 is nothing.
func (p *printer) inputOf(op *pb.Op, i int64) input {
	if i < 0 {
		return input{}
	}
	in := op.Inputs[i]
	return input{p.vertices[in.Digest], in.Index}
}

// readContext finds out which vertex is the build context, and what it leaves out.
func (p *printer) readContext() (err error) {
	if p.context, err = p.read(p.Context); err != nil || p.context.vertex == nil {
		return err
	}
	patterns := p.context.GetSource().GetAttrs()[pb.AttrExcludePatterns]
	if patterns == "" {
		return nil
	}
	return json.Unmarshal([]byte(patterns), &p.ignored)
}

// place is where files are: in a directory of a stage, or of a context.
type place struct {
	stage   *stage // nil for a context, and for nothing
	context bool   // the build context
	given   string // the name of another one
	dir     string // "" for all
}

// none reports whether there are no files.
func (at place) none() bool { return at.stage == nil && !at.context && at.given == "" }

// from returns the name by which instructions refer to it; "" is the build context.
func (at place) from() string {
	if at.stage != nil {
		return at.stage.name
	}
	return at.given
}

var errUnsayable = errors.New("no instruction of a Dockerfile says it")

// place returns where an input is, after the stages that it is made in were printed.
func (p *printer) place(in input) (place, error) {
	switch {
	case in.vertex == nil:
		return place{}, nil
	case p.context.vertex != nil && in == p.context:
		return place{context: true}, nil
	}
	if s := in.GetSource(); s != nil && !strings.HasPrefix(s.Identifier, imageScheme) {
		return place{given: p.other(s.Identifier)}, nil
	}
	s := p.stages[in.digest]
	if s == nil {
		var err error
		if s, err = p.print(in.vertex); err != nil {
			return place{}, fmt.Errorf("printing %q: %w", in.name, err)
		}
		p.stages[in.digest] = s
	}
	return place{stage: s, dir: outputDir(in)}, nil
}

// outputDir returns the directory of a stage that an output of a vertex is in.
func outputDir(in input) string {
	for _, m := range in.GetExec().GetMounts() {
		if m.Output == in.index && m.MountType == pb.MountType_BIND && m.Dest != "/" {
			return m.Dest
		}
	}
	return ""
}

const imageScheme = "docker-image://"

// other returns the name of a context that whoever builds gave.
func (p *printer) other(identifier string) string {
	name, local := strings.CutPrefix(identifier, "local://")
	if !local {
		name = slug(identifier)
	}
	if !slices.Contains(p.given, name) {
		p.given = append(p.given, name)
	}
	return name
}

// print prints the stage of a vertex.
func (p *printer) print(v *vertex) (*stage, error) {
	switch op := v.Op.Op.(type) {
	case *pb.Op_Source:
		return p.source(v, strings.TrimPrefix(op.Source.Identifier, imageScheme)), nil
	case *pb.Op_Exec:
		return p.exec(v, op.Exec)
	case *pb.Op_File:
		return p.file(v, op.File)
	case *pb.Op_Merge:
		return p.merge(v, op.Merge)
	}
	return nil, errUnsayable
}
