package golang

import (
	"regexp"

	"github.com/stagefront/stagefront/frontend/language"
)

const (
	isPrivate = "is it private? Give --build-arg GOPRIVATE=<host/path> (or build.env), and a password by " +
		"--secret id=netrc,src=$HOME/.netrc; else, is there such a version?"
	untidy = "run \"go mod tidy\" and commit what it writes"
)

// complaints are how the go command, and compilers and linkers that it runs, tell what
// is wrong.
var complaints = []language.Complaint{
	// Of modules that cannot be had.
	{Line: regexp.MustCompile(`^(?:go: )?(\S+@\S+: verifying (?:module|go\.mod): checksum mismatch)`), Hint: "what was downloaded is not what go.sum " +
		"was written for: was the version's tag moved, or the download altered?"},
	{Line: regexp.MustCompile(`^(?:go: )?(\S+@\S+: verifying (?:module|go\.mod): .*)`), Hint: isPrivate},
	{Line: regexp.MustCompile(`^(?:go: )?(\S+@\S+: .*: (?:4[0-9][0-9] [A-Z][A-Za-z ]+))$`), Hint: isPrivate},
	{Line: regexp.MustCompile(`^(?:go: )?(\S+@\S+: .*(?:invalid version: git|reading https\S+\?go-get=1).*)`), Hint: isPrivate},
	{Line: regexp.MustCompile(`^(?:\s*fatal: )(.*(?:terminal prompts disabled|Authentication failed|Could not read from remote repository).*)`), Hint: isPrivate},

	// Of files of the project that do not belong together.
	{Line: regexp.MustCompile(`(missing go\.sum entry for .*?)(?:; to add it:)?$`), Hint: untidy},
	{Line: regexp.MustCompile(`(no required module provides package \S+?)[;:]`), Hint: untidy},
	{Line: regexp.MustCompile(`(updates to go\.(?:mod|work) needed)`), Hint: untidy},
	{Line: regexp.MustCompile(`(inconsistent vendoring) in`), Hint: "run \"go mod vendor\" (\"go work vendor\" in a workspace) and commit what it writes"},
	{Line: regexp.MustCompile(`(package \S+ is not in std) `), Hint: "is it spelt right? A package of a module begins with the module's path"},

	// Of C.
	{Line: regexp.MustCompile(`fatal error: (\S+\.h: No such file or directory)`), Hint: "build.packages installs the distribution's package that has the header"},
	{Line: regexp.MustCompile(`(Package \S+ was not found) in the pkg-config search path`), Hint: "build.packages installs the distribution's package that has it"},
	{Line: regexp.MustCompile(`ld: (cannot find -l[^\s:]+)`), Hint: "build.packages installs the distribution's package that has the library"},
	{Line: regexp.MustCompile(`(?:cgo: C compiler|exec:) "?gcc"? ?(not found|: executable file not found).*`), Hint: "the toolchain needs a C compiler for build.cgo"},

	{Line: regexp.MustCompile(`^(.*: signal: killed)$`), Hint: "has the builder enough memory?"},
	{Line: regexp.MustCompile(`^(?:vet: )?(\S+\.go:\d+(?::\d+)?: .+)`)},
	{Line: regexp.MustCompile(`^(nothing has come for two minutes from .*)`)},
	{Line: regexp.MustCompile(`^--- (FAIL: \S+)`)},
	{Line: regexp.MustCompile(`^go: (?:finding |downloading )?(\S+@?\S*: .*|cannot .*|module .*|unknown .*|errors .*)`)},
}
