package llb

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
)

// LogFile is where a step keeps what it says, in a directory that is thrown away with
// it where it succeeds. What installs packages has it elsewhere: apt verifies them as
// another user, who writes to /tmp too.
const (
	LogDir     = "/tmp"
	LogFile    = LogDir + "/stagefront.log"
	RootLogDir = "/run/stagefront"
)

//go:embed log.sh
var logScript string

// command returns the arguments of a step with what runs them. Toolchains of whoever
// writes or builds may have no shell, so nothing is kept of what is said in them.
func (s *Stages) command(step language.Step) []string {
	words := slices.Concat(step.Through, step.Args)
	if s.CacheOwner != "" {
		return words
	}
	return logged(LogDir, words)
}

// Words returns the arguments of a step without what keeps its log.
func Words(args []string) []string {
	for _, dir := range []string{LogDir, RootLogDir} {
		if quiet := logged(dir, nil); len(args) > len(quiet) && slices.Equal(args[:len(quiet)], quiet) {
			return args[len(quiet):]
		}
	}
	return args
}

// logged returns what runs a command and keeps what it says in a directory.
func logged(dir string, words []string) []string {
	script := strings.ReplaceAll(logScript, LogDir+"/", dir+"/")
	return slices.Concat([]string{"sh", "-c", script, "sh"}, words)
}
