package java

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// server is a framework whose programs are servers that listen where a property
// says. They know nothing of PORT, which platforms give; but they take a property
// from a variable, and what they take may refer to another one.
type server struct {
	name     string
	built    *regexp.Regexp // what a build file has in it that asks for the server
	variable string
	property *regexp.Regexp // in a file of properties
}

// yamlPort is how files of YAML say any port, since their keys are nested.
var yamlPort = regexp.MustCompile(`(?m)^[ \t]+port[ \t]*:|server\.port|http\.port`)

// servers are the frameworks.
// https://docs.spring.io/spring-boot/reference/features/external-config.html
// https://quarkus.io/guides/config-reference
var servers = []server{
	{
		"Spring Boot", regexp.MustCompile(`spring-boot-starter-(?:web|webmvc|webflux|websocket|jersey|graphql|data-rest|hateoas)\b`),
		"SERVER_PORT", regexp.MustCompile(`(?m)^[ \t]*server\.port[ \t]*[=:]`),
	},
	{
		"Quarkus", regexp.MustCompile(`\bquarkus-(?:rest|resteasy|vertx-http|reactive-routes|undertow|websockets)`),
		"QUARKUS_HTTP_PORT", regexp.MustCompile(`(?m)^[ \t]*quarkus\.http\.port[ \t]*[=:]`),
	},
}

// listen is where a server is told to listen; the zero one is told nothing.
type listen struct {
	env      spec.Vars
	decision []language.Decision
}

// listens returns what a program is told whose module has a build file and is in
// a directory: PORT, else the first of the spec's ports, unless the project's own
// properties say a port.
func listens(p *language.Project, src *diag.Source, dir string) listen {
	for _, s := range servers {
		at := s.built.FindIndex(src.Data)
		if at == nil || s.said(p.FS, dir) {
			continue
		}
		port := 8080
		if ports := p.Spec.Ports; len(ports) > 0 {
			port = ports[0].Number
		}
		value := fmt.Sprintf("${PORT:%d}", port)
		return listen{
			spec.Vars{{Name: s.variable, Value: value}},
			[]language.Decision{{Name: "server", Value: fmt.Sprintf("%s, on PORT, else %d", s.name, port), Why: src.LineAt(at[0]).FileLine() + ", and no properties say a port"}},
		}
	}
	return listen{}
}

// said reports whether files of properties of a module say a port.
func (s *server) said(fsys fs.FS, dir string) bool {
	for _, in := range []string{"src/main/resources", "src/main/resources/config"} {
		for _, pattern := range []string{"application*.properties", "application*.y*ml"} {
			for _, name := range language.Glob(fsys, path.Join(dir, in), pattern) {
				property := s.property
				if !strings.HasSuffix(name, ".properties") {
					property = yamlPort
				}
				if src, _ := language.ReadSource(fsys, name); src != nil && property.Match(src.Data) {
					return true
				}
			}
		}
	}
	return false
}
