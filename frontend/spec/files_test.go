package spec

import "testing"

func TestDestination(t *testing.T) {
	for entry, want := range map[string]string{
		"config/server.yaml":               "/app/config/server.yaml",
		"config/*.yaml":                    "/app/config/",
		"*.yaml":                           "/app/",
		"./config/":                        "/app/config",
		".":                                "/app",
		"migrations:/srv/sql":              "/srv/sql",
		"migrations/*.sql:/srv/":           "/srv/",
		"index.html:/srv//www/":            "/srv/www/",
		"bin/*:/":                          "/",
		"{to: /var/lib/shop/}":             "/var/lib/shop",
		"{source: busybox, from: /bin/sh}": "/app/bin/sh",
	} {
		s, diags := read("files: [\"" + entry + "\"]\n")
		if entry[0] == '{' {
			s, diags = read("files: [" + entry + "]\n")
		}
		if s == nil {
			t.Errorf("%s: %v", entry, diags)
			continue
		}
		got, into := s.Files[0].Destination("/app")
		if got != want || into != (want[len(want)-1] == '/') {
			t.Errorf("%s: got %s, into %v, want %s", entry, got, into, want)
		}
	}
}

func TestPlace(t *testing.T) {
	for entry, want := range map[string]string{
		"{source: web, from: /dist}":               "/dist",
		"{source: web, from: /dist/*.js}":          "/dist/",
		"{source: web, from: /dist, to: web/dist}": "/web/dist",
		"{source: web, from: /a.js, to: web/}":     "/web/",
		"{source: web, from: /dist, to: ./}":       "/",
		"gen:internal/gen":                         "/internal/gen",
	} {
		s, diags := read("build:\n  files:\n    - " + entry + "\n")
		if s == nil {
			t.Errorf("%s: %v", entry, diags)
			continue
		}
		got, into := s.Build.Files[0].Place()
		if got != want || into != (want[len(want)-1] == '/') {
			t.Errorf("%s: got %s, into %v, want %s", entry, got, into, want)
		}
	}
}
