package plan

import (
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/probe"
	"github.com/stagefront/stagefront/frontend/spec"
)

// probePath is where the program of healthchecks by HTTP is in the image: apart from
// those of the project, whatever they are called.
const probePath = "/usr/local/libexec/healthcheck"

// probe writes that program where the spec asks for it.
func (x *exporter) probe() []Op {
	program, there := probe.Program(x.Target.Architecture)
	if _, asks := x.Spec.Probe(); asks && there {
		return []Op{{Mkfile: probePath, Data: string(program), Mode: 0o755}}
	}
	return nil
}

// unprobed reports a healthcheck by HTTP for a platform that there is no program for.
func unprobed(s *spec.Spec, target spec.Platform) (diags diag.List) {
	_, asks := s.Probe()
	if _, there := probe.Program(target.Architecture); asks && !there {
		diags.Errorf(s.Healthcheck.HTTP.Range, "a healthcheck by HTTP is not to be had for %s", target).Hint =
			"it is for " + strings.Join(probe.Architectures(), ", ") + "; run a program of your own: \"test: [CMD, program, …]\""
	}
	return diags
}
