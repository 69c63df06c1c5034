package python

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// protocol is how a server calls an application.
type protocol string

const (
	wsgi protocol = "WSGI" // https://peps.python.org/pep-3333/
	asgi protocol = "ASGI" // https://asgi.readthedocs.io/
)

// server is a server that can run applications of a project that declares it.
type server struct {
	name       string
	interfaces []protocol
	args       func(a application, port int) []string // after the interpreter
	// env is how it is told where to listen, so that a configuration file of the
	// project wins; servers without variables have it in args.
	env func(port int) spec.Vars
}

// knownServers are the servers, in the order in which messages list them.
// https://docs.gunicorn.org/en/stable/settings.html#bind
// https://www.uvicorn.org/settings/
// https://github.com/emmett-framework/granian#options
var knownServers = []*server{
	{
		name: "gunicorn", interfaces: []protocol{wsgi},
		args: func(a application, _ int) []string { return []string{"-m", "gunicorn", a.called()} },
		env:  func(port int) spec.Vars { return spec.Vars{{Name: "PORT", Value: strconv.Itoa(port)}} },
	},
	{
		name: "uvicorn-worker", interfaces: []protocol{asgi},
		args: func(a application, _ int) []string {
			return []string{"-m", "gunicorn", "-k", "uvicorn_worker.UvicornWorker", a.called()}
		},
		env: func(port int) spec.Vars { return spec.Vars{{Name: "PORT", Value: strconv.Itoa(port)}} },
	},
	{
		name: "uvicorn", interfaces: []protocol{asgi},
		args: func(a application, _ int) []string { return a.flagged("--factory", "-m", "uvicorn") },
		env: func(port int) spec.Vars {
			return spec.Vars{{Name: "UVICORN_HOST", Value: "0.0.0.0"}, {Name: "UVICORN_PORT", Value: strconv.Itoa(port)}}
		},
	},
	{
		name: "hypercorn", interfaces: []protocol{asgi, wsgi},
		args: func(a application, port int) []string {
			return []string{"-m", "hypercorn", "--bind", fmt.Sprintf("0.0.0.0:%d", port), a.called()}
		},
	},
	{
		name: "waitress", interfaces: []protocol{wsgi},
		args: func(a application, port int) []string {
			return a.flagged("--call", "-m", "waitress", fmt.Sprintf("--listen=0.0.0.0:%d", port))
		},
	},
	{
		name: "granian", interfaces: []protocol{asgi, wsgi},
		args: func(a application, _ int) []string {
			return a.flagged("--factory", "-m", "granian", "--interface", strings.ToLower(string(a.kind)))
		},
		env: func(port int) spec.Vars {
			return spec.Vars{{Name: "GRANIAN_HOST", Value: "0.0.0.0"}, {Name: "GRANIAN_PORT", Value: strconv.Itoa(port)}}
		},
	},
	{
		name: "daphne", interfaces: []protocol{asgi},
		args: func(a application, port int) []string {
			return []string{"-m", "daphne", "-b", "0.0.0.0", "-p", strconv.Itoa(port), a.String()}
		},
	},
}

// serve returns how the application is started: by the one server that the
// project declares for its interface.
func (f *finder) serve(a application, why string) *entrypoint {
	a.kind = cmp.Or(a.kind, f.kindOf(a))
	server, req := f.server(a)
	if server == nil {
		return nil
	}
	port := 8000
	listens := "0.0.0.0:8000, since the spec has no \"ports\""
	if ports := f.p.Spec.Ports; len(ports) > 0 {
		port = ports[0].Number
		listens = fmt.Sprintf("0.0.0.0:%d, the first of \"ports\"", port)
	}
	e := &entrypoint{name: a.called(), args: server.args(a, port), dir: a.dir, why: why, rng: a.rng}
	if server.env != nil {
		e.env = server.env(port)
	}
	e.decisions = []language.Decision{{Name: "server", Value: fmt.Sprintf("%s for %s, on %s", server.name, a.kind, listens), Why: req.rng.FileLine()}}
	return e
}

// server returns the server for an application, and where it is declared. Else
// it reports what is missing, or that there are several.
func (f *finder) server(a application) (*server, requirement) {
	var found []*server
	var where []requirement
	for _, s := range knownServers {
		if r, ok := f.m.declares(f.groups, s.name); ok && (a.kind == "" || slices.Contains(s.interfaces, a.kind)) {
			found, where = append(found, s), append(where, r)
		}
	}
	// gunicorn runs uvicorn's worker, and a server that came with a framework gives way.
	for i, s := range found {
		if s.name == "uvicorn-worker" || len(found) > 1 && where[i].name == s.name && !impliedServer(where[i]) && countExplicit(where) == 1 {
			return s, where[i]
		}
	}
	switch len(found) {
	case 1:
		return found[0], where[0]
	case 0:
		f.noServer(a)
	default:
		var lines []string
		for i, s := range found {
			lines = append(lines, fmt.Sprintf("%s (%s)", s.name, where[i].rng.FileLine()))
		}
		f.diags.Errorf(f.at(a.rng), "several servers can run %s: %s", a, strings.Join(lines, ", ")).Hint =
			fmt.Sprintf("say which: \"entrypoint: [%s, %q]\", or declare one alone", found[0].name, a.called())
	}
	return nil, requirement{}
}

// impliedServer reports whether a server is not named, but comes with an extra.
func impliedServer(r requirement) bool { return !strings.HasPrefix(normal(r.text), r.name) }

func countExplicit(all []requirement) int {
	n := 0
	for _, r := range all {
		if !impliedServer(r) {
			n++
		}
	}
	return n
}

// noServer reports an application that nothing of the project can serve.
func (f *finder) noServer(a application) {
	var names []string
	for _, s := range knownServers {
		if (a.kind == "" || slices.Contains(s.interfaces, a.kind)) && s.name != "uvicorn-worker" {
			names = append(names, s.name)
		}
	}
	d := f.diags.Errorf(f.at(a.rng), "%s is an application, and the project declares no server to run it", a)
	if r, ok := f.m.inGroup(names...); ok {
		d.Hint = fmt.Sprintf("%s is in %q (%s): write \"build: {extras: [%s]}\"", r.name, r.group, r.rng.FileLine(), r.group)
		return
	}
	best := map[protocol]string{asgi: "uvicorn", wsgi: "gunicorn"}[a.kind]
	d.Hint = fmt.Sprintf("add the line %q to %s (or one of %s)", cmp.Or(best, "gunicorn"), f.dependencyFile(), strings.Join(names, ", "))
	if !strings.HasSuffix(f.dependencyFile(), ".txt") {
		d.Hint = fmt.Sprintf("add %q to the dependencies of %s (or one of %s)", cmp.Or(best, "gunicorn"), f.dependencyFile(), strings.Join(names, ", "))
	}
}

// dependencyFile returns the file that people add a dependency to.
func (f *finder) dependencyFile() string {
	for _, r := range f.m.requirements {
		if r.group == "" {
			return r.rng.Source.Name
		}
	}
	if f.m.pyproject != nil {
		return path.Join(f.m.dir, "pyproject.toml")
	}
	return path.Join(f.m.dir, "requirements.txt")
}
