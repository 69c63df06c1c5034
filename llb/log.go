package llb

import (
	_ "embed"
	"path"
	"slices"

	"github.com/moby/buildkit/client/llb"

	"github.com/stagefront/stagefront/frontend/diag"
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

// LoggerDir is where a step has what keeps its log.
const LoggerDir = "/opt/log"

const loggerFile = "log.sh"

//go:embed log.sh
var logScript string

// run returns what runs a step, and keeps what it says. Toolchains of whoever writes or
// builds may have no shell, so nothing is kept of what is said in them.
func (s *Stages) run(step language.Step) []llb.RunOption {
	words := slices.Concat(step.Through, step.Args)
	if s.CacheOwner != "" {
		return []llb.RunOption{llb.Args(words)}
	}
	return s.logged(LogDir, words, step.Range)
}

// Words returns the arguments of a step without what keeps its log.
func Words(args []string) []string {
	for _, dir := range []string{LogDir, RootLogDir} {
		if quiet := logging(dir); len(args) > len(quiet) && slices.Equal(args[:len(quiet)], quiet) {
			return args[len(quiet):]
		}
	}
	return args
}

// logged returns what runs a command and keeps what it says in a directory. The script is
// a file, since the daemon tells the arguments of a step that fails.
func (s *Stages) logged(dir string, words []string, r diag.Range) []llb.RunOption {
	logger := llb.Scratch().File(llb.Mkfile(loggerFile, 0o444, []byte(logScript)), named("[internal] prepare logs"), s.at(r))
	return []llb.RunOption{llb.Args(slices.Concat(logging(dir), words)), llb.AddMount(LoggerDir, logger, llb.Readonly)}
}

func logging(dir string) []string { return []string{"sh", path.Join(LoggerDir, loggerFile), dir} }
