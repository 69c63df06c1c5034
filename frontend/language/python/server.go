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

// server is a server that can run applications.
type server struct {
	name       string
	interfaces []protocol
	args       func(a application) []string // what the interpreter runs
	// variable is the server's own for the port, "" where it has none or reads PORT. It is
	// told by variables where it can be, so that a configuration file of the project wins.
	variable string
	host     string // its variable for the address
	portable bool   // it reads PORT itself
}

// knownServers are the servers, in the order in which messages list them. $PORT in
// arguments is replaced when the container starts.
// https://docs.gunicorn.org/en/stable/settings.html#bind
// https://www.uvicorn.org/settings/
// https://github.com/emmett-framework/granian#options
var knownServers = []*server{
	{
		name: "gunicorn", interfaces: []protocol{wsgi}, portable: true,
		args: func(a application) []string { return []string{"gunicorn", a.called()} },
	},
	{
		name: "uvicorn-worker", interfaces: []protocol{asgi}, portable: true,
		args: func(a application) []string {
			return []string{"gunicorn", "-k", "uvicorn_worker.UvicornWorker", a.called()}
		},
	},
	{
		name: "uvicorn", interfaces: []protocol{asgi}, host: "UVICORN_HOST", variable: "UVICORN_PORT",
		args: func(a application) []string { return a.flagged("--factory", "uvicorn") },
	},
	{
		name: "hypercorn", interfaces: []protocol{asgi, wsgi},
		args: func(a application) []string {
			return []string{"hypercorn", "--bind", "0.0.0.0:$PORT", a.called()}
		},
	},
	{
		name: "waitress", interfaces: []protocol{wsgi},
		args: func(a application) []string {
			return a.flagged("--call", "waitress", "--listen=0.0.0.0:$PORT")
		},
	},
	{
		name: "granian", interfaces: []protocol{asgi, wsgi}, host: "GRANIAN_HOST", variable: "GRANIAN_PORT",
		args: func(a application) []string {
			return a.flagged("--factory", "granian", "--interface", strings.ToLower(string(a.kind)))
		},
	},
	{
		name: "daphne", interfaces: []protocol{asgi},
		args: func(a application) []string {
			return []string{"daphne", "-b", "0.0.0.0", "-p", "$PORT", a.String()}
		},
	},
}

// withPort is the program of ours in the image that starts servers which do not read PORT.
const withPort = venv + "/bin/with-port"

// started returns the arguments of the interpreter that serve an application, and the
// variables that say where.
func (s *server) started(a application, port int) (args []string, env spec.Vars) {
	env = spec.Vars{{Name: "PORT", Value: strconv.Itoa(port)}}
	if s.host != "" {
		env = env.Set(s.host, "0.0.0.0")
	}
	switch {
	case s.portable:
		args = []string{"-m"}
	case s.variable != "":
		args = []string{withPort, s.variable + "=$PORT"}
	default:
		args = []string{withPort}
	}
	return append(args, s.args(a)...), env
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
	listens := "8000, since the spec has no \"ports\""
	if ports := f.p.Spec.Ports; len(ports) > 0 {
		port = ports[0].Number
		listens = fmt.Sprintf("%d, the first of \"ports\"", port)
	}
	e := &entrypoint{name: a.called(), dir: a.dir, why: why, rng: a.rng}
	e.args, e.env = server.started(a, port)
	e.decisions = []language.Decision{{Name: "server", Value: fmt.Sprintf("%s for %s, on the port that PORT says: %s", server.name, a.kind, listens), Why: req.rng.FileLine()}}
	return e
}

// server returns the server for an application, and where it is declared: the spec's,
// else the project's. Else it reports what is missing, or that there are several.
func (f *finder) server(a application) (*server, requirement) {
	if f.p.Spec.Build.Server.IsSet() {
		return f.specServer(a)
	}
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
			fmt.Sprintf("say which: \"build: {server: %s}\"", found[0].name)
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
	best := cmp.Or(map[protocol]string{asgi: "uvicorn", wsgi: "gunicorn"}[a.kind], "gunicorn")
	if r, ok := f.m.declares(f.groups, "uwsgi", "pyuwsgi"); ok && a.kind != asgi {
		f.diags.Errorf(f.at(a.rng), "%s is an application, and %s (%s) is started by a command of its own", a, r.name, r.rng.FileLine()).Hint =
			fmt.Sprintf("write \"entrypoint: [uwsgi, --http-socket, 0.0.0.0:8000, --die-on-term, --module, %s]\", or \"build: {server: %s}\"", a.called(), best)
		return
	}
	d := f.diags.Errorf(f.at(a.rng), "%s is an application, and the project declares no server to run it", a)
	if r, ok := f.m.inGroup(names...); ok {
		d.Hint = fmt.Sprintf("%s is in %q (%s): write \"build: {extras: [%s]}\"", r.name, r.group, r.rng.FileLine(), r.group)
		return
	}
	d.Hint = fmt.Sprintf("write \"build: {server: %s}\", or add one of %s to %s", best, strings.Join(names, ", "), f.dependencyFile())
	if _, flask := f.m.declares(f.groups, "flask"); flask {
		d.Hint += fmt.Sprintf("; Flask's own is \"entrypoint: [flask, --app, %s, run, --host=0.0.0.0]\", for development", a.module)
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
