package languages

import (
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/language"
)

// hint is a log, and what is told of it. near is a log that is like it and must not be
// told with the same hint.
type hint struct {
	language string // "" for what is common to all
	log      string
	reason   string
	hint     string // how it begins
	near     string
}

const isPrivate = "is it private? Give --build-arg GOPRIVATE=<host/path> (or build.env), and a password by --secret id=netrc,src=$HOME/.netrc; "

// hints are all that logs of failed steps are told with: a complaint without one here
// fails the test.
var hints = []hint{
	{"", "stagefront: a 1.0 has no wheel for linux/arm64. Take b.\n", "a 1.0 has no wheel for linux/arm64. Take b.", "", "a stagefront: b\n"},
	{"", "Get \"https://example.com/\": tls: failed to verify certificate: x509: certificate signed by unknown authority\n",
		"Get \"https://example.com/\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
		"behind a proxy that has its own CA", "dial tcp: lookup example.com: no such host\n"},
	{"", "write /out/a: no space left on device\n", "write /out/a: no space left on device", "the builder's disk is full: docker buildx prune", "write /out/a: read-only file system\n"},
	{"", "Killed\n", "Killed", "has the builder enough memory?", "Killed by hand\n"},
	{"", "E: Unable to locate package libnone-dev\n", "Unable to locate package libnone-dev", "build.packages has names of the toolchain image's distribution; is it spelt as there?", "E: Failed to fetch http://example.com/a.deb  503\n"},

	{"go", "go: example.com/a@v1.0.0: verifying module: checksum mismatch\n", "example.com/a@v1.0.0: verifying module: checksum mismatch",
		"what was downloaded is not what go.sum was written for: was the version's tag moved, or the download altered?", "go: example.com/a@v1.0.0: verifying module: example.com/a@v1.0.0: reading https://sums/lookup: 404 Not Found\n"},
	{"go", "go: example.com/a@v1.0.0: verifying module: example.com/a@v1.0.0: reading https://sums/lookup: 404 Not Found\n",
		"example.com/a@v1.0.0: verifying module: example.com/a@v1.0.0: reading https://sums/lookup: 404 Not Found", "is it private?",
		"go: example.com/a@v1.0.0: verifying module: checksum mismatch\n"},
	{"go", "go: example.com/a@v1.0.0: reading https://proxy/a/@v/v1.0.0.mod: 404 Not Found\n",
		"example.com/a@v1.0.0: reading https://proxy/a/@v/v1.0.0.mod: 404 Not Found", isPrivate,
		"go: example.com/a@v1.0.0: reading https://proxy/a/@v/v1.0.0.mod: 503 Service Unavailable\n"},
	{"go", "go: example.com/a@v1.0.0: invalid version: git ls-remote -q origin: exit status 128:\n\tfatal: could not read Username for 'https://example.com': terminal prompts disabled\n",
		"example.com/a@v1.0.0: invalid version: git ls-remote -q origin: exit status 128:", "is it private?", "go: example.com/a@v1.0.0: Get \"https://proxy/a\": EOF\n"},
	{"go", "\tfatal: could not read Username for 'https://example.com': terminal prompts disabled\n",
		"could not read Username for 'https://example.com': terminal prompts disabled", "is it private?", "fatal: not a git repository\n"},
	{"go", "main.go:3:8: missing go.sum entry for module providing package example.com/a; to add it:\n\tgo get example.com/app\n",
		"missing go.sum entry for module providing package example.com/a", "run \"go mod tidy\"", "main.go:3:8: undefined: a\n"},
	{"go", "main.go:3:8: no required module provides package example.com/a; to add it:\n\tgo get example.com/a\n",
		"no required module provides package example.com/a", "run \"go mod tidy\"", "main.go:3:8: a redeclared in this block\n"},
	{"go", "go: updates to go.mod needed; to update it:\n\tgo mod tidy\n", "updates to go.mod needed", "run \"go mod tidy\"", "go: errors parsing go.mod:\n"},
	{"go", "go: inconsistent vendoring in /src:\n", "inconsistent vendoring", "run \"go mod vendor\" (\"go work vendor\" in a workspace) and commit what it writes", "go: updates to go.mod needed; to update it:\n"},
	{"go", "main.go:3:8: package fmtt is not in std (/usr/local/go/src/fmtt)\n", "package fmtt is not in std", "is it spelt right? A package of a module begins with the module's path", "main.go:3:8: undefined: fmtt\n"},
	{"go", "./a.go:3:11: fatal error: zlib.h: No such file or directory\n", "zlib.h: No such file or directory", "build.packages installs the distribution's package that has the header", "./a.go:3:11: fatal error: too many errors\n"},
	{"go", "Package sqlite3 was not found in the pkg-config search path.\n", "Package sqlite3 was not found", "build.packages installs the distribution's package that has it", "pkg-config: exec format error\n"},
	{"go", "/usr/bin/ld: cannot find -lfoo: No such file or directory\n", "cannot find -lfoo", "build.packages installs the distribution's package that has the library", "/usr/bin/ld: undefined reference to `foo'\n"},
	{"go", "cgo: C compiler \"gcc\" not found: exec: \"gcc\": executable file not found in $PATH\n", "not found", "the toolchain needs a C compiler for build.cgo",
		"gcc: error: unrecognized command-line option\n"},
	{"go", "example.com/app: /usr/local/go/pkg/tool/linux_amd64/link: signal: killed\n",
		"example.com/app: /usr/local/go/pkg/tool/linux_amd64/link: signal: killed", "has the builder enough memory?", "signal: interrupt\n"},
	{"go", "# example.com/app\n./main.go:3:15: undefined: x\n./main.go:4:15: undefined: y\n", "./main.go:3:15: undefined: x (and 1 more, in the log above)", "", ""},
	{"go", "nothing has come for two minutes from https://proxy\n", "nothing has come for two minutes from https://proxy", "", ""},
	{"go", "--- FAIL: TestA (0.00s)\n    a_test.go: no\n", "FAIL: TestA", "", ""},
	{"go", "go: downloading example.com/b v1.0.0\ngo: example.com/a@v1.0.0: dial tcp: lookup proxy: no such host\n",
		"example.com/a@v1.0.0: dial tcp: lookup proxy: no such host", "", ""},

	{"java", "[INFO] x\n[ERROR] /src/src/main/java/demo/Shop.java:[2,55] not a statement\n", "src/main/java/demo/Shop.java:[2,55] not a statement", "", ""},
	{"java", "/src/src/main/java/demo/Shop.java:2: error: not a statement\n", "src/main/java/demo/Shop.java:2: error: not a statement", "", ""},
	{"java", "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space\n", "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space",
		"has the builder enough memory?", "java.lang.StackOverflowError\n"},
	{"java", "[ERROR]   ShopTest.opens » NullPointer no till\n", "ShopTest.opens » NullPointer no till", "", ""},
	{"java", "ShopTest > sells FAILED\n", "ShopTest > sells FAILED", "", ""},
	{"java", "[FATAL] Non-parseable POM /src/pom.xml\n", "Non-parseable POM /src/pom.xml", "", ""},
	{"java", "[ERROR]   ShopTest.sells:12 expected: <1> but was: <2>\n", "ShopTest.sells:12 expected: <1> but was: <2>", "", ""},
	{"java", "[ERROR]   ShopTest.sells » IllegalState no\n", "ShopTest.sells » IllegalState no", "", ""},
	{"java", "ShopTest > sells() FAILED\n", "ShopTest > sells() FAILED", "", ""},
	{"java", "[ERROR] Failed to execute goal com.github.eirslett:frontend-maven-plugin:1.15.1:npm (build) on project shop: Failed to run task -> [Help 1]\n",
		"Failed to execute goal com.github.eirslett:frontend-maven-plugin:1.15.1:npm (build) on project shop: Failed to run task",
		"let the front end be a target of \"language: static\" that \"build.files\" takes, and skip the plugin by its flags (-Dskip.npm)", "[ERROR] Failed to execute goal a:frontend-maven-plugin:1:npm (default) on project shop: no -> [Help 1]\n"},
	{"java", "[ERROR] Failed to execute goal a:b:1:c (default) on project shop: no -> [Help 1]\n", "Failed to execute goal a:b:1:c (default) on project shop: no", "", ""},
	{"java", "[INFO] x\n[FATAL] Non-resolvable parent POM\n", "Non-resolvable parent POM", "", ""},
	{"java", "* What went wrong:\nCould not resolve all files for configuration ':compileClasspath'.\n",
		"Could not resolve all files for configuration ':compileClasspath'.", "", ""},

	{"node", "TypeError: fetch failed\n  [cause]: Error: getaddrinfo EAI_AGAIN api.example.com\n    code: 'EAI_AGAIN',\n",
		"getaddrinfo EAI_AGAIN api.example.com",
		"what builds has no network: commit what it downloads, or write build: {network: default}",
		"getaddrinfo EAI_AGAIN api.example.com\nstagefront: \"build\" asked for api.example.com\n"},
	{"node", "curl: (6) Could not resolve host: files.example.com\n", "Could not resolve host: files.example.com",
		"what builds has no network", "curl: (22) The requested URL returned error: 404\n"},
	{"static", "next/font: error:\nFailed to fetch `Inter` from Google Fonts.\n", "Failed to fetch `Inter` from Google Fonts",
		"what builds has no network", "Failed to compile.\n"},
	{"node", "sh: 1: tsc: not found\n\n\"build\" failed with status 127.\n", "tsc: not found",
		"is its package among the dependencies or devDependencies? build.packages installs the distribution's programs",
		"Error: ./a.js: not found\n\n\"build\" failed with status 1.\n"},
	{"node", "src/server.ts(4,40): error TS1109: Expression expected.\n\n\"build\" failed with status 2.\n",
		"src/server.ts(4,40): error TS1109: Expression expected.", "", ""},
	{"static", "\x1b[96msrc/a.ts\x1b[0m:\x1b[93m1\x1b[0m:\x1b[93m31\x1b[0m - \x1b[91merror\x1b[0m\x1b[90m TS1109: \x1b[0mExpression expected.\n",
		"src/a.ts:1:31 - error TS1109: Expression expected.", "", ""},
	{"node", "✘ [ERROR] Could not resolve \"./a.js\"\n\n    src/main.js:1:7:\n", "Could not resolve \"./a.js\"", "", ""},
	{"static", "[!] RollupError: src/a.js (1:8): Expression expected\n", "RollupError: src/a.js (1:8): Expression expected", "", ""},
	{"node", "error during build:\n[vite:esbuild] Transform failed with 1 error:\n/src/src/a.ts:1:30: ERROR: Unexpected \";\"\n",
		"src/a.ts:1:30: ERROR: Unexpected \";\"", "", ""},
	{"node", "node_modules/a.js (1:2): Use of eval is discouraged.\nerror during build:\nsrc/a.js (1:8): \"q\" is not exported by \"src/b.js\", imported by \"src/a.js\".\n",
		"src/a.js (1:8): \"q\" is not exported by \"src/b.js\", imported by \"src/a.js\".", "", ""},
	{"node", "error during build:\nCould not resolve \"./b.js\" from \"src/a.js\"\n", "Could not resolve \"./b.js\" from \"src/a.js\"", "", ""},
	{"node", "[EVAL] Warning: no\n[PLUGIN_TIMINGS] Warning: slow\nerror during build:\nBuild failed with 1 error:\n\n[PARSE_ERROR] Unexpected token\n", "[PARSE_ERROR] Unexpected token", "", ""},
	{"node", "error during build:\n[vite]: Rollup failed to resolve import \"a\" from \"/src/src/a.js\".\n",
		"[vite]: Rollup failed to resolve import \"a\" from \"/src/src/a.js\".", "", ""},
	{"node", "./pages/a.tsx:4:40\nType error: Cannot find name 'a'.\n", "Type error: Cannot find name 'a'.", "", ""},
	{"node", "\n/src/src/a.js\n  1:9   error  Parsing error: Unexpected token ;\n  1:2  warning  a  b\n\n✖ 2 problems (1 error, 1 warning)\n",
		"1:9   error  Parsing error: Unexpected token ;", "", ""},
	{"node", "FAIL test/a.test.js\n  ● Console\n\n  ● till › adds\n\n    Expected: 3\n\nSummary of all failing tests\n  ● till › adds\n", "till › adds", "", ""},
	{"node", " FAIL  test/a.test.js > till > adds\nAssertionError: expected 2 to be 3\n", "test/a.test.js > till > adds", "", ""},
	{"node", "# Subtest: till\n    not ok 1 - adds\nnot ok 1 - till\nnot ok 2 - later # TODO\n", "adds (and 1 more, in the log above)", "", ""},
	{"node", "✖ adds (1.291ms)\n✖ later (0.1ms) # TODO\n\n✖ failing tests:\n\n✖ adds (1.291ms)\n", "adds", "", ""},
	{"node", "  1) till\n       adds:\n\n      AssertionError [ERR_ASSERTION]: no till\n", "AssertionError [ERR_ASSERTION]: no till", "", ""},
	{"node", "a line\n\n\"build\" failed with status 3.\n", "\"build\" failed with status 3.", "", ""},

	{"python", "error: No solution found\n", "No solution found", "", ""},
	{"python", "ValueError: printed\nE       assert 1 == 2\nERROR    root:a.py:3 logged\nFAILED tests/test_a.py::test_sum[a b] - assert 1 == 2\nERROR tests/test_b.py - KeyError: 'b'\n",
		"tests/test_a.py::test_sum[a b] - assert 1 == 2 (and 1 more, in the log above)", "", ""},
	{"python", "E     File \"/src/test_a.py\", line 1\nE   ModuleNotFoundError: No module named 'a'\nERROR tests/test_a.py\n", "ModuleNotFoundError: No module named 'a'", "", ""},
	{"python", "FAILED tests/test_a.py::test_sum\n1 failed in 0.01s\n", "tests/test_a.py::test_sum", "", ""},
	{"python", "ERROR: usage: python -m pytest [options]\npython -m pytest: error: unrecognized arguments: --cov\n", "unrecognized arguments: --cov", "", ""},
	{"python", "ERROR: test_a (tests.test_a.Test.test_a)\nTraceback (most recent call last):\nImportError: Failed to import test module: test_a\nModuleNotFoundError: No module named 'a'\n",
		"ModuleNotFoundError: No module named 'a'", "", ""},
	{"python", "ERROR: file or directory not found: tests\n", "file or directory not found: tests", "", ""},
	{"python", "FAIL: test_a (tests.test_a.Test.test_a)\nAssertionError\n\nFAILED (failures=1)\n", "FAIL: test_a (tests.test_a.Test.test_a)", "", ""},
	{"python", "/opt/log/log.sh: 26: pytest: not found\n", "pytest: not found",
		`declare it in a group "dev" or "test" of the project, or in requirements-dev.txt, for tests; build.packages installs the distribution's programs`,
		"ERROR: file or directory not found: tests\n"},
	{"python", "/usr/local/bin/python3: No module named pytest\n", "No module named pytest", "declare it in a group", "ModuleNotFoundError: No module named 'pytest'\n"},
	{"python", "\nRan 0 tests in 0.000s\n\nNO TESTS RAN\n", "there are no tests",
		`have some in files "test_*.py" (for pytest, declare it in a group "dev" or "test"), or say what runs them: "test: [program, argument]"`,
		"ERROR: file or directory not found: tests\nno tests ran in 0.00s\n"},
	{"rust", "process didn't exit successfully: `rustc --crate-name a` (signal: 9, SIGKILL: kill)\n",
		"process didn't exit successfully: `rustc --crate-name a` (signal: 9, SIGKILL: kill)", "has the builder enough memory?",
		"process didn't exit successfully: `rustc --crate-name a` (signal: 11, SIGSEGV: invalid memory reference)\n"},
	{"rust", "error[E0425]: cannot find value `x` in this scope\n --> src/main.rs:1:28\nerror: could not compile `a` (bin \"a\") due to 1 previous error\n",
		"error[E0425]: cannot find value `x` in this scope", "", ""},
	{"rust", "test tests::greets ... FAILED\nerror: test failed, to rerun pass `--bin a`\n", "test tests::greets ... FAILED", "", ""},
	{"rust", "error: cannot find macro `x` in this scope\nerror: could not compile `a` (bin \"a\") due to 1 previous error\n",
		"cannot find macro `x` in this scope", "", ""},
	{"rust", "error: failed to parse manifest at `/src/Cargo.toml`\n\nCaused by:\n  this version of Cargo is older than the `2027` edition, and only supports `2024` editions.\n",
		"this version of Cargo is older than the `2027` edition, and only supports `2024` editions.", "name a newer one by \"version\"",
		"error: failed to parse manifest at `/src/Cargo.toml`\n\nCaused by:\n  no `package` section found.\n"},
	{"rust", "error: could not compile `a` (bin \"a\")\n", "could not compile `a` (bin \"a\")", "", ""},

	{"python", "Traceback (most recent call last):\n  x\nValueError: no\n", "ValueError: no", "", ""},
}

// TestHints tells each log by its reason and its hint, and what is near it by no such
// hint.
func TestHints(t *testing.T) {
	for _, h := range hints {
		reason, hint := language.Why(h.log, complaintsOf(h.language))
		if reason != h.reason || !strings.HasPrefix(hint, h.hint) || (hint == "") != (h.hint == "") {
			t.Errorf("%s%q:\ngot  %q; %q\nwant %q; %q", h.language, h.log, reason, hint, h.reason, h.hint)
		}
		if _, other := language.Why(h.near, complaintsOf(h.language)); hint != "" && (other == hint || h.near == "") {
			t.Errorf("%s%q: got the hint %q too", h.language, h.near, other)
		}
	}
}

// TestAllHints fails for a complaint that no log here is told by, of whichever language
// that has it.
func TestAllHints(t *testing.T) {
	earned := func(c language.Complaint) bool {
		return slices.ContainsFunc(hints, func(h hint) bool {
			all := slices.Concat(language.Common, complaintsOf(h.language))
			first := slices.IndexFunc(all, func(c language.Complaint) bool {
				return slices.ContainsFunc(strings.Split(h.log, "\n"), c.Line.MatchString)
			})
			return first >= 0 && all[first].Line == c.Line
		})
	}
	for _, c := range language.Common {
		if !earned(c) {
			t.Errorf("no log is told by %s", c.Line)
		}
	}
	for _, l := range All {
		for _, c := range l.Complaints {
			if !earned(c) {
				t.Errorf("%s: no log is told by %s", l.Name, c.Line)
			}
		}
	}
}

// complaintsOf returns those of a language.
func complaintsOf(name string) []language.Complaint {
	for _, l := range All {
		if l.Name == name {
			return l.Complaints
		}
	}
	return nil
}
