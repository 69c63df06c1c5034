package spec

import (
	"fmt"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

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
	r := s.Runtime.Or("distroless")
	return !s.noRuntime && (r == "distroless" || r == "scratch")
}
