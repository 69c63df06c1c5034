package spec

import "testing"

// TestProbe finds the port that a healthcheck asks at.
func TestProbe(t *testing.T) {
	for text, want := range map[string]int{
		"language: go\nhealthcheck: {http: \":9000/healthz\"}\n":                         9000,
		"language: go\nports: [9000]\nhealthcheck: {http: /healthz}\n":                   9000,
		"language: go\nhealthcheck: {http: /healthz}\n":                                  0,
		"language: static\nhealthcheck: {http: /healthz}\n":                              SitePort,
		"language: static\nports: [80]\nhealthcheck: {http: /healthz}\n":                 80,
		"language: static\nruntime: nginx\nhealthcheck: {http: /healthz}\n":              0,
		"language: static\nhealthcheck: {http: /healthz}\ntargets: {a: {ports: [81]}}\n": SitePort,
	} {
		s, diags := read(text)
		if diags.Failed() != (want == 0) {
			t.Errorf("%s: got %v", text, diags)
		}
		if s == nil || diags.Failed() {
			continue
		}
		if p, ok := s.Probe(); p.Port != want || !ok {
			t.Errorf("%s: got %d, %v, want %d", text, p.Port, ok, want)
		}
	}
}
