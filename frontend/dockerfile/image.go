package dockerfile

import (
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/spec"
)

// source prints an image. One that steps run in is for the builder.
func (p *printer) source(v *vertex, ref string) *stage {
	var platform spec.Platform
	if c := v.Platform; c != nil {
		platform = spec.Platform{OS: c.OS, Architecture: c.Architecture, Variant: c.Variant}
	}
	on := platform.String()
	if p.runs(v) {
		on = "${BUILDER}"
	}
	name, _, _ := strings.Cut(path.Base(ref), "@")
	name, _, _ = strings.Cut(name, ":")
	s := p.stage(name, v.name, "--platform="+on+" "+ref)
	s.image = true
	if config := p.Image(ref, platform); config != nil {
		s.config = config.Config
		for _, o := range config.Config.OnBuild {
			s.say("# Stages from it begin by what its ONBUILD says, which Stagefront does not: %s", oneLine(o))
		}
	}
	return s
}

// runs reports whether steps run in an image.
func (p *printer) runs(image *vertex) bool {
	for _, v := range p.order {
		for _, m := range v.GetExec().GetMounts() {
			if m.Dest == "/" && p.inputOf(v.Op, m.Input).vertex == image {
				return true
			}
		}
	}
	return false
}
