package spec

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Healthcheck is a command that the container engine runs now and then.
type Healthcheck struct {
	// Command that succeeds when the container is well: `[CMD, program, argument…]`;
	// `[CMD-SHELL, command]` or one text, for which the runtime needs a shell; or
	// `[NONE]`.
	Test Argv `spec:"test" said:"cmd,command,exec"`
	// Port and path of the program that are asked by HTTP in place of a command:
	// `:8080/healthz`, or a path alone with the first of `ports`, or with a
	// site's own. A status of 200 to 399 is well. A small program for that comes into the image, which needs no shell; it is for
	// amd64, arm, arm64 and riscv64.
	//
	//	healthcheck:
	//	  http: :8080/healthz
	HTTP Text `spec:"http" said:"url,httpget,get"`
	// Time between two checks.
	// Default: the container engine's, 30s.
	Interval Duration `spec:"interval" said:"period,periodseconds"`
	// Time after which a check has failed.
	// Default: the container engine's, 30s.
	Timeout Duration `spec:"timeout" said:"timeoutseconds"`
	// Time after the start in which failures do not count.
	// Default: the container engine's, 0s.
	StartPeriod Duration `spec:"start_period" said:"initialdelayseconds"`
	// Time between two checks in that period.
	// Default: the container engine's, 5s.
	StartInterval Duration `spec:"start_interval"`
	// Failures in a row that make the container unhealthy.
	// Default: the container engine's, 3.
	Retries Number `spec:"retries" said:"failurethreshold,retry"`
	// Whether the image has none after all: for a target, where the top level has one.
	// Default: `false`.
	//
	//	healthcheck:
	//	  disable: true
	Disable Flag `spec:"disable"`
}

func (s *Spec) checkHealthcheck(diags *diag.List) {
	h := s.Healthcheck
	t := h.Test
	if h.HTTP.IsSet() {
		s.checkProbe(diags)
		return
	}
	if !t.IsSet() && !h.Disable.Or(false) {
		for _, r := range []diag.Range{h.Interval.Range, h.Timeout.Range, h.StartPeriod.Range, h.StartInterval.Range, h.Retries.Range} {
			if !r.IsZero() {
				diags.Errorf(r, "the healthcheck has no \"test\"").Hint = "say what to run, \"test: [CMD, program, …]\", or what to ask, \"http: :8080/healthz\""
				return
			}
		}
	}
	if len(t.Items) == 0 || !t.List && t.Items[0].Value == "" {
		return
	}
	if (!t.List || t.Items[0].Value == "CMD-SHELL") && s.shellless() {
		diags.Errorf(t.Range, "the healthcheck needs a shell, and the runtime has none").Hint = withoutShell(t)
		return
	}
	if t.List {
		checkHealthTest(t, diags)
	}
}

// asksItself is what people have curl or wget ask.
var asksItself = regexp.MustCompile(`http://(?:localhost|127\.0\.0\.1)(?::([0-9]+))?(/[^\s"'|;]*)?`)

// withoutShell says what to write in place of a command for a shell.
func withoutShell(t Argv) string {
	if m := asksItself.FindStringSubmatch(t.Items[len(t.Items)-1].Value); m != nil {
		return fmt.Sprintf("write \"http: :%s%s\" in place of \"test\"", cmp.Or(m[1], "80"), cmp.Or(m[2], "/"))
	}
	return "write [CMD, program, …], with a program of the image"
}

func checkHealthTest(t Argv, diags *diag.List) {
	first := t.Items[0]
	switch first.Value {
	case "CMD":
		if len(t.Items) == 1 {
			diags.Errorf(t.Range, "got [CMD] without a program").Hint = "write [CMD, program, …]"
		} else if program := t.Items[1]; strings.ContainsAny(program.Value, " \t\n") {
			diags.Errorf(program.Range, "got %q, want one program", program.Value).Hint = "its arguments follow it in the list: [CMD, " + quoteWords(program.Value) + "]"
		}
	case "CMD-SHELL":
		if len(t.Items) != 2 {
			diags.Errorf(t.Range, "got %d words after CMD-SHELL, want one command", len(t.Items)-1).Hint = "write it as one text, or CMD for a list of arguments"
		}
	case "NONE":
		if len(t.Items) > 1 {
			diags.Errorf(t.Items[1].Range, "got %q after NONE, want nothing", t.Items[1].Value)
		}
	case "cmd", "cmd-shell", "none":
		diags.Errorf(first.Range, "got %q, want CMD, CMD-SHELL or NONE", first.Value).Hint = "write " + strings.ToUpper(first.Value)
	default:
		var words []string
		for _, x := range t.Items {
			words = append(words, fmt.Sprintf("%q", x.Value))
		}
		diags.Errorf(first.Range, "got %q, want CMD, CMD-SHELL or NONE", first.Value).Hint = "write [CMD, " + strings.Join(words, ", ") + "]"
	}
}

// shellless reports whether the runtime is one of ours without a shell.
func (s *Spec) shellless() bool {
	r := s.RuntimeWord()
	return !s.noRuntime && (r == Distroless || r == Scratch)
}
