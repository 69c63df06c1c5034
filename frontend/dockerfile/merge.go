package dockerfile

import "github.com/moby/buildkit/solver/pb"

// merge prints layers that are laid over each other.
func (p *printer) merge(v *vertex, m *pb.MergeOp) (*stage, error) {
	var all []place
	for _, in := range m.Inputs {
		at, err := p.place(p.inputOf(v.Op, in.Input))
		if err != nil {
			return nil, err
		}
		all = append(all, at)
	}
	if at := all[0]; at.stage != nil && at.stage.image && at.dir == "" {
		s := p.on(v, at)
		s.lay(all[1:])
		return s, nil
	}
	s := p.on(v, place{})
	s.lay(all)
	return s, nil
}

// lay copies layers, which do not depend on what they are laid over.
func (s *stage) lay(layers []place) {
	for _, at := range layers {
		s.copy(copied{from: at, src: "/", to: "/", link: true})
	}
}
