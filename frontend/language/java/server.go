package java

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
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
// https://docs.micronaut.io/latest/guide/#propertySource
var servers = []server{
	{
		"Spring Boot", regexp.MustCompile(`spring-boot-starter-(?:web|webmvc|webflux|websocket|jersey|graphql|data-rest|hateoas)\b`),
		"SERVER_PORT", regexp.MustCompile(`(?m)^[ \t]*server\.port[ \t]*[=:]`),
	},
	{
		"Quarkus", regexp.MustCompile(`\bquarkus-(?:rest|resteasy|vertx-http|reactive-routes|undertow|websockets)`),
		"QUARKUS_HTTP_PORT", regexp.MustCompile(`(?m)^[ \t]*quarkus\.http\.port[ \t]*[=:]`),
	},
	{
		"Micronaut", regexp.MustCompile(`\bmicronaut-http-server-(?:netty|tomcat|jetty|undertow)\b|(?m:^\s*runtime\s*\(?\s*["'](?:netty|tomcat|jetty|undertow)["'])`),
		"MICRONAUT_SERVER_PORT", regexp.MustCompile(`(?m)^[ \t]*micronaut\.server\.port[ \t]*[=:]`),
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
		if at == nil || s.said(p, dir) {
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

// said reports whether properties say a port: in files of a module, or in what the spec
// brings into the image, which is not known where it is from elsewhere. Variables are
// stronger than both.
func (s *server) said(p *language.Project, dir string) bool {
	in := []string{path.Join(dir, "src/main/resources"), path.Join(dir, "src/main/resources/config")}
	for _, f := range p.Spec.Files {
		if f.Source.IsSet() || !f.From.IsSet() {
			if ofProperties.MatchString(f.From.Value) {
				return true
			}
			continue
		}
		names, _ := fs.Glob(p.FS, path.Clean(f.From.Value))
		for _, name := range names {
			if !language.IsFile(p.FS, name) {
				in = append(in, name, path.Join(name, "config"))
			} else if ofProperties.MatchString(name) && s.saidIn(p.FS, name) {
				return true
			}
		}
	}
	return slices.ContainsFunc(in, func(dir string) bool {
		found := append(language.Glob(p.FS, dir, "application*.properties"), language.Glob(p.FS, dir, "application*.y*ml")...)
		return slices.ContainsFunc(found, func(name string) bool { return s.saidIn(p.FS, name) })
	})
}

var ofProperties = regexp.MustCompile(`\.(properties|ya?ml)$`)

// saidIn reports whether a file of properties says a port.
func (s *server) saidIn(fsys fs.FS, name string) bool {
	property := s.property
	if !strings.HasSuffix(name, ".properties") {
		property = yamlPort
	}
	src, _ := language.ReadSource(fsys, name)
	return src != nil && property.Match(src.Data)
}
