package spec

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Probe is what a healthcheck asks by HTTP: a port of the container, and a path.
type Probe struct {
	Port int
	Path string // "/healthz?full=1"
}

// SitePort is what the server of a site listens on where no ports say another.
const SitePort = 8080

// Probe returns what a healthcheck asks, and whether it asks by HTTP at all:
//
//	:8080/healthz                  port 8080, /healthz
//	/healthz                       the first of ports, /healthz; of a site that has none, its server's
//	http://localhost:8080/healthz  port 8080, /healthz
func (s *Spec) Probe() (Probe, bool) {
	p, problem := s.probe()
	return p, s.Healthcheck.HTTP.IsSet() && !s.Healthcheck.Disable.Or(false) && problem == ""
}

// probe returns what is asked, or what is wrong with it.
func (s *Spec) probe() (p Probe, problem string) {
	text := s.Healthcheck.HTTP.Value
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" || u.User != nil || u.Fragment != "":
		return p, "want a port and a path such as :8080/healthz"
	case u.Hostname() != "" && u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1" && u.Hostname() != "::1":
		return p, "the container itself is asked; want a port and a path such as :8080/healthz"
	}
	p.Path = u.RequestURI()
	switch port, err := strconv.ParseUint(u.Port(), 10, 16); {
	case err == nil && port > 0:
		p.Port = int(port)
	case u.Port() != "":
		return p, "want a port from 1 to 65535"
	case len(s.Ports) == 0 && s.Language.Value == "static" && !s.Runtime.IsSet():
		p.Port = SitePort
	case len(s.Ports) == 0:
		return p, "there is no port in it, and no \"ports\""
	default:
		p.Port = s.Ports[0].Number
	}
	return p, ""
}

// checkProbe reports a healthcheck that cannot be asked by HTTP.
func (s *Spec) checkProbe(diags *diag.List) {
	h := s.Healthcheck
	if h.Test.IsSet() {
		diags.Errorf(h.HTTP.Range, "got \"test\" and \"http\", want one of them").Hint = "a target clears the other with \"test: ~\""
		return
	}
	if _, problem := s.probe(); problem != "" {
		diags.Errorf(h.HTTP.Range, "got %q, %s", h.HTTP.Value, problem).Hint = "write \"http: :8080/healthz\" with the port that the program listens on"
	}
}
