package static

import (
	"path"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// server is what serves the site.
type server struct {
	name, why string
	program   string   // in the runtime
	args      []string // that start it
	roots     []string // directories that it serves by default, the first that is there counts
	// configured says that it is ours: it comes from an image of its own, and is told
	// what to do.
	configured bool
}

// Places of the server of ours, as its own image has them.
// https://hub.docker.com/_/caddy
const (
	caddyImage   = "caddy:2-alpine"
	caddyProgram = "usr/bin/caddy"
	caddyfile    = "/etc/caddy/Caddyfile"
	additions    = "/etc/caddy/site.caddy" // directives of the project beside ours
	siteDir      = "/srv"
	servedDir    = "/usr/share/caddy" // links to the site, with what is beside its files
)

// caddy is the server that is used where the spec names no other. It takes validators
// and compressed variants from files beside those that it serves, so both come from
// the content and are made once.
// https://caddyserver.com/docs/caddyfile/directives/file_server
var caddy = server{
	name: caddyImage, why: "default", program: "/usr/local/bin/caddy", configured: true,
	args: runCaddy, roots: []string{siteDir},
}

var runCaddy = []string{"run", "--config", caddyfile, "--adapter", "caddyfile"}

// servers are those of custom runtimes: each serves the site as it is configured there.
var servers = []server{
	{
		name: "nginx", program: "/usr/sbin/nginx", args: []string{"-g", "daemon off;"},
		roots: []string{"/usr/share/nginx/html", "/var/lib/nginx/html"},
	},
	{
		name: "Apache", program: "/usr/local/apache2/bin/httpd", args: []string{"-DFOREGROUND"},
		roots: []string{"/usr/local/apache2/htdocs"},
	},
	{
		name: "Caddy", program: "/usr/bin/caddy", args: runCaddy,
		roots: []string{servedDir, siteDir},
	},
	{name: "Static Web Server", program: "/static-web-server", roots: []string{"/var/public", "/public"}},
	{name: "Static Web Server", program: "/usr/local/bin/static-web-server", roots: []string{"/var/public", "/public"}},
}

// serverOf returns what serves the site: the server of a custom runtime, else ours.
func serverOf(p *language.Project) (*server, diag.List) {
	var diags diag.List
	if p.Runtime == nil {
		return &caddy, nil
	}
	var looked []string
	for _, s := range servers {
		looked = append(looked, s.program)
		if !language.IsFile(p.Runtime, s.program[1:]) {
			continue
		}
		s.why = p.Spec.Runtime.Range.FileLine()
		for _, root := range s.roots {
			if language.IsDir(p.Runtime, root[1:]) {
				s.roots = []string{root}
				break
			}
		}
		s.roots = s.roots[:1]
		d := diags.Warnf(p.Spec.Runtime.Range,
			"%s tells browsers by time and size whether a file is new, and all files of an image have one time", s.name)
		d.Hint =
			"have its configuration send neither ETag nor Last-Modified, or leave \"runtime\" out"
		return &s, diags
	}
	d := diags.Errorf(p.Spec.Runtime.Range, "the runtime has no server that is known: there is no %s", language.Alternatives(looked))
	d.Hint =
		"leave \"runtime\" out for Caddy on distroless"
	return nil, diags
}

// taken returns the step that takes the server out of its image, nil for that of a
// custom runtime. Its file may listen on low ports there, by an attribute that a copy
// would keep, and clusters that grant nothing refuse to start a file that wants more.
func (s *server) taken(target spec.Platform) *language.Fetch {
	if !s.configured {
		return nil
	}
	return &language.Fetch{
		Step: language.Step{
			Name: "take the server", Platform: target, Dir: ".",
			Args: []string{"cp", path.Join(language.ImageDir, caddyProgram), serverDir + "/" + serverFile},
		},
		Image: caddyImage, Output: serverDir, Sealed: true,
	}
}

// Where a step leaves the server.
const (
	serverDir  = "/server"
	serverFile = "caddy"
)

// image returns what goes into the image. The server's own settings come before the
// files of the spec, which may have others in their place.
func (s *server) image(taken *language.Fetch) language.Image {
	site := language.Layer{Name: "site", Copies: []language.Copy{{Path: "site", To: s.roots[0]}}}
	i := language.Image{Layers: []language.Layer{site}, Entrypoint: append([]string{s.program}, s.args...)}
	if s.configured {
		site.Copies = append(site.Copies, language.Copy{Path: "served", To: servedDir})
		i.Layers = []language.Layer{
			{Name: "server", Copies: []language.Copy{
				{From: language.FromFetch(taken), Path: serverFile, To: s.program, Mode: 0o755},
			}},
			{Name: "settings of the server", Copies: []language.Copy{
				{Path: path.Base(caddyfile), To: caddyfile}, {Path: "additions", To: additions},
			}},
			site,
		}
	}
	return i
}
