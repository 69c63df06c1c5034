package spec

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// signals are the names of Linux' signals, as container engines know them.
// https://man7.org/linux/man-pages/man7/signal.7.html
var signals = []string{
	"TERM", "INT", "QUIT", "HUP", "KILL", "USR1", "USR2", "WINCH", "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT",
	"FPE", "ILL", "IO", "IOT", "PIPE", "POLL", "PROF", "PWR", "SEGV", "STKFLT", "STOP", "SYS", "TRAP", "TSTP",
	"TTIN", "TTOU", "URG", "VTALRM", "XCPU", "XFSZ", "RTMIN", "RTMAX",
}

const lastSignal = 64

// isSignal reports whether container engines take s for a signal: its number,
// or its name in whatever case, with or without SIG. Real-time signals are
// counted from both ends: RTMIN+3, RTMAX-1.
func isSignal(s string) bool {
	if n, err := strconv.Atoi(s); err == nil {
		return n >= 1 && n <= lastSignal
	}
	name := signalName(s)
	for _, end := range []string{"RTMIN+", "RTMAX-"} {
		if count, ok := strings.CutPrefix(name, end); ok {
			n, err := strconv.Atoi(count)
			return err == nil && n >= 1 && n <= 15 && count == strconv.Itoa(n) && (end == "RTMIN+" || n < 15)
		}
	}
	return slices.Contains(signals, name)
}

func signalName(s string) string { return strings.TrimPrefix(strings.ToUpper(s), "SIG") }

func signalHint(s string) string {
	if near, ok := diag.Nearest(signalName(s), signals); ok {
		return "did you mean \"SIG" + near + "\"?"
	}
	return "want a name such as SIGTERM, or a number from 1 to 64"
}
