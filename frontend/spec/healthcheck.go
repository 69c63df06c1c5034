package spec

import (
	"fmt"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Healthcheck is a command that the container engine runs now and then.
type Healthcheck struct {
	// Command that succeeds when the container is well: `[CMD, program, argument…]`;
	// `[CMD-SHELL, command]` or one text, for which the runtime needs a shell; or
	// `[NONE]`.
	Test Argv `spec:"test" said:"cmd,command,exec"`
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
	if !t.IsSet() && !h.Disable.Or(false) {
		for _, r := range []diag.Range{h.Interval.Range, h.Timeout.Range, h.StartPeriod.Range, h.StartInterval.Range, h.Retries.Range} {
			if !r.IsZero() {
				diags.Errorf(r, "the healthcheck has no \"test\"").Hint = "say what to run: \"test: [CMD, program, …]\""
				return
			}
		}
	}
	if len(t.Items) == 0 || !t.List && t.Items[0].Value == "" {
		return
	}
	if (!t.List || t.Items[0].Value == "CMD-SHELL") && s.shellless() {
		diags.Errorf(t.Range, "the healthcheck needs a shell, and the runtime has none").Hint = "write [CMD, program, …], with a program of the image"
		return
	}
	if t.List {
		checkHealthTest(t, diags)
	}
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
