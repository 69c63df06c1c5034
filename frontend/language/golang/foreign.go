package golang

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// foreign makes of a step one that runs code of the project.
func foreign(step *language.Step) {
	step.Runs = language.Own
	through(step, "cache.sh", cacheScript)
}

// runsForeign reports whether a spec may have the go command run programs that are
// not the toolchain's, or write where it would not. Some flags do so on purpose, such
// as -toolexec, and others by what they pass on: -gcflags=-linkobj=FILE writes a file
// wherever it is told to, -extldflags=-B/src/bin has the C compiler look for its
// parts there. So what is known to be harmless is listed, and nothing else is.
func runsForeign(s *spec.Spec) bool {
	if !harmlessFlags(s.Build.Flags.Values()) {
		return true
	}
	words := s.Build.Ldflags.Items.Values()
	if !s.Build.Ldflags.List {
		words = fields(strings.Join(words, " "))
	}
	return !harmlessLdflags(words) || slices.ContainsFunc(s.Build.Env, func(p spec.Pair) bool {
		return !harmlessVariable(p.Name.Value, p.Value.Value)
	})
}

// harmlessFlags reports whether words are flags of go build which leave it to the
// compilers and to the places of files that it has.
// https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies
func harmlessFlags(words []string) bool {
	for i := 0; i < len(words); i++ {
		flag := words[i]
		name, value, has := cutFlag(flag)
		if slices.Contains(passing, name) && !has && i+1 < len(words) {
			i++
			value = words[i]
		}
		switch {
		case !strings.HasPrefix(flag, "-"), slices.Contains(plain, name):
		case name == "ldflags" && harmlessLdflags(fields(value)):
		case name == "gcflags" && all(fields(ofPackages(value)), gcflag):
		case name == "asmflags" && all(fields(ofPackages(value)), asmflag):
		default:
			return false
		}
	}
	return true
}

// cutFlag returns the name of a flag, which has one or two dashes, and its value.
func cutFlag(flag string) (name, value string, has bool) {
	return strings.Cut(strings.TrimPrefix(strings.TrimPrefix(flag, "-"), "-"), "=")
}

var (
	passing = []string{"ldflags", "gcflags", "asmflags"}
	plain   = []string{
		"a", "asan", "buildmode", "buildvcs", "cover", "covermode", "coverpkg", "installsuffix", "linkshared", "mod",
		"modcacherw", "modfile", "msan", "n", "overlay", "p", "pgo", "race", "tags", "trimpath", "v", "work", "x",
	}

	gcflag  = regexp.MustCompile(`^-(N|l|m|e|S|B|C|live|spectre|shared|dwarf|lang|d=checkptr)(=[\w.+-]*)?$`)
	asmflag = regexp.MustCompile(`^(\w[\w=]*|-(D|S|e|spectre)(=.*)?)$`)
	ldflag  = regexp.MustCompile(`^-(s|w|v|buildid|linkmode|compressdwarf|checklinkname|race|msan|asan|g|h|n|H|R|T|E|B|I|r)(=.*)?$`)

	// cflag is a flag of a C compiler that is no -B, -fplugin, -specs or -wrapper,
	// names no file to write, and passes to others only what has no comma and no file.
	cflag = regexp.MustCompile(`^([^-@].*|-[DUILlO].*|-m[\w.,=+-]+|-std=.*|-g\w*|-w|-W[\w=+-]+|-ansi|-pedantic|-pipe|-pthread|-shared|-rdynamic|-s` +
		`|-static[\w+-]*|-f[\w+-]+|-f(visibility|sanitize|debug-prefix-map|file-prefix-map|macro-prefix-map|cf-protection|max-errors)=.*` +
		`|-(isystem|include|idirafter|iquote|imacros)` +
		`|-Wl(,-+(z|rpath|rpath-link|as-needed|no-as-needed|gc-sections|Bstatic|Bdynamic|start-group|end-group|whole-archive|no-whole-archive` +
		`|export-dynamic|no-undefined|strip-all|s|O\d|hash-style=\w+|build-id=\w+|rpath=[^,]*)|,[\w$/.][^,]*)+)?$`)
)

func all(words []string, like *regexp.Regexp) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !like.MatchString(w) })
}

// ofPackages returns flags without the packages that they are for: "all=-N -l".
func ofPackages(value string) string {
	if pattern, flags, ok := strings.Cut(value, "=-"); ok && !strings.HasPrefix(pattern, "-") {
		return "-" + flags
	}
	return value
}

// harmlessLdflags reports whether words are flags of the linker that write nothing
// and run no other linker than that of the C compiler.
// https://pkg.go.dev/cmd/link
func harmlessLdflags(words []string) bool {
	for i := 0; i < len(words); i++ {
		name, value, has := cutFlag(words[i])
		takes := slices.Contains([]string{"X", "extldflags", "linkmode", "buildid", "H", "R", "T", "E", "B", "I", "r"}, name)
		flag := words[i]
		if takes && !has && i+1 < len(words) {
			i++
			value = words[i]
		}
		switch {
		case name == "X":
		case name == "extldflags" && all(fields(value), cflag):
		case ldflag.MatchString(strings.Replace(flag, "--", "-", 1)):
		default:
			return false
		}
	}
	return true
}

// fields splits a text as the go command does: at blanks, but not in quotes that a
// word begins with.
func fields(text string) (words []string) {
	for text = strings.TrimLeft(text, " \t\n\r"); text != ""; text = strings.TrimLeft(text, " \t\n\r") {
		end, rest := strings.IndexAny(text, " \t\n\r"), 0
		if text[0] == '\'' || text[0] == '"' {
			quote := text[:1]
			text = text[1:]
			end, rest = strings.Index(text, quote), 1
		}
		if end < 0 {
			end, rest = len(text), 0
		}
		words, text = append(words, text[:end]), text[end+rest:]
	}
	return words
}

// harmlessVariable reports whether a variable has the go command and the C compiler
// run what they would without it. Those that are none of theirs are the project's.
// https://pkg.go.dev/cmd/go#hdr-Environment_variables
// https://gcc.gnu.org/onlinedocs/gcc/Environment-Variables.html
func harmlessVariable(name, value string) bool {
	switch {
	case slices.Contains(passed, name):
		return all(fields(value), cflag)
	case name == "GOFLAGS":
		return harmlessFlags(fields(value))
	case slices.Contains(harmless, name), slices.Contains(mirrors, name):
		return true
	}
	return !theirs.MatchString(name)
}

var (
	passed   = []string{"CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS"}
	harmless = []string{
		"CGO_ENABLED", "GO111MODULE", "GO386", "GOAMD64", "GOARCH", "GOARM", "GOARM64", "GOEXPERIMENT", "GOFIPS140", "GOGC",
		"GOMAXPROCS", "GOMEMLIMIT", "GOMIPS", "GOMIPS64", "GOOS", "GOPPC64", "GORISCV64", "GOTRACEBACK", "GOWASM", "GOWORK", "PKG_CONFIG_PATH",
	}
	theirs = regexp.MustCompile(`^(GO|CGO_|GCC|LD|LTO|COLLECT|PKG_CONFIG|XDG_|MALLOC_|GLIBC_).*$|^(AR|CC|CXX|FC|COMPILER_PATH|LIBRARY_PATH` +
		`|DEPENDENCIES_OUTPUT|SUNPRO_DEPENDENCIES|GCONV_PATH|LOCPATH|NLSPATH|PATH|HOME|ENV|BASH_ENV|TMPDIR|SWIG.*|GIT_.*)$`)
)
