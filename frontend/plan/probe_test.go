package plan

import (
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestUnprobed reports a healthcheck by HTTP where there is no program for it, and
// nothing where none asks.
func TestUnprobed(t *testing.T) {
	s390x := spec.Platform{OS: "linux", Architecture: "s390x"}
	asks, disabled := "healthcheck: {http: \":8080/\"}\n", "healthcheck: {http: \":8080/\", disable: true}\n"
	for _, c := range []struct {
		text   string
		target spec.Platform
		want   string
	}{
		{asks, s390x, "stagefront.yaml:1:21: a healthcheck by HTTP is not to be had for linux/s390x; it is for amd64, arm, arm64, riscv64; run a program of your own: \"test: [CMD, program, …]\""},
		{asks, trial.ARM64, ""},
		{disabled, s390x, ""},
		{"user: root\n", s390x, ""},
	} {
		if got := unprobed(trial.Spec(t, c.text, spec.Request{}), c.target).Error(); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s on %s: got %q, want %q", c.text, c.target, got, c.want)
		}
	}
}
