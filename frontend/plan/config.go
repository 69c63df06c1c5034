package plan

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Config is the image's config, in the words of the OCI specification.
type Config struct {
	Entrypoint, Cmd []string
	Env             spec.Vars
	Workdir         string
	User            string
	Ports           []string
	Volumes         []string
	Labels          spec.Vars
	StopSignal      string
	Healthcheck     *Healthcheck
}

// Healthcheck is as Docker's image config has it.
type Healthcheck struct {
	Test                                          []string
	Interval, Timeout, StartPeriod, StartInterval time.Duration
	Retries                                       int
}

func (x *exporter) config() Config {
	s := x.Spec
	c := Config{
		Entrypoint:  slices.Concat(x.Image.Entrypoint, x.found.Arguments, fixedArgs(s)),
		Cmd:         s.Args.Values(),
		Workdir:     s.Workdir.Or(x.Image.Dir()),
		StopSignal:  s.StopSignal.Value,
		Healthcheck: healthcheck(s),
	}
	if x.Runtime.Kind == Custom && !s.Workdir.IsSet() && x.base.Workdir != "" {
		c.Workdir = x.base.Workdir
	}
	x.user, c.User = x.runsAs()
	c.Env = x.environment()
	for _, l := range s.Labels {
		c.Labels = append(c.Labels, spec.Var{Name: l.Name.Value, Value: l.Value.Value})
	}
	for _, p := range s.Ports {
		c.Ports = append(c.Ports, fmt.Sprintf("%d/%s", p.Number, p.Protocol))
	}
	for _, v := range s.Volumes {
		c.Volumes = append(c.Volumes, path.Clean(v.Value))
	}
	return c
}

// environment returns the variables of the image: of the runtime, then of the recipe,
// then of the spec. The user is known.
func (x *exporter) environment() spec.Vars {
	env := x.base.Env
	if x.Runtime.Kind == Scratch {
		env = nil
	}
	have, ok := env.Get("PATH")
	if !ok { // as with scratch, or a directory that is given for an image
		have = language.SystemPath
		env = append(spec.Vars{{Name: "PATH", Value: have}}, env...)
	}
	if x.Runtime.Kind == Scratch && x.Spec.Certificates.Or(true) {
		env = env.Set("SSL_CERT_FILE", language.CABundle)
	}
	if dirs := x.Image.Path; len(dirs) > 0 {
		env = env.Set("PATH", strings.Join(append(slices.Clone(dirs), have), ":"))
	}
	for _, v := range x.Image.Env {
		env = env.Set(v.Name, v.Value)
	}
	if _, ok := env.Get("HOME"); !ok {
		env = env.Set("HOME", x.user.Home)
	}
	for _, e := range x.Spec.Env {
		env = env.Set(e.Name.Value, e.Value.Value)
	}
	return env
}

// fixedArgs returns what follows the program in an entrypoint that is a list.
func fixedArgs(s *spec.Spec) []string {
	if len(s.Entrypoint.Items) == 0 {
		return nil
	}
	return s.Entrypoint.Items[1:].Values()
}

func healthcheck(s *spec.Spec) *Healthcheck {
	h := s.Healthcheck
	if h.Disable.Or(false) {
		return &Healthcheck{Test: []string{"NONE"}}
	}
	var test []string
	switch asked, probes := s.Probe(); {
	case probes:
		test = []string{"CMD", probePath, strconv.Itoa(asked.Port), asked.Path}
	case !h.Test.IsSet():
		return nil
	case h.Test.List:
		test = h.Test.Items.Values()
	default:
		test = append([]string{"CMD-SHELL"}, h.Test.Items.Values()...)
	}
	return &Healthcheck{
		Test: test, Interval: h.Interval.Value, Timeout: h.Timeout.Value,
		StartPeriod: h.StartPeriod.Value, StartInterval: h.StartInterval.Value, Retries: h.Retries.Value,
	}
}
