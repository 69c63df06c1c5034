package node

import (
	"regexp"

	"github.com/stagefront/stagefront/frontend/language"
)

// Complaints are how what builds and tests tells why it failed. Scripts of package.json
// are run by a program of ours, which tells itself what it knows a remedy for.
var Complaints = []language.Complaint{{
	Line: regexp.MustCompile(`(getaddrinfo (?:EAI_AGAIN|ENOTFOUND) [^\s"',]+|connect (?:ENETUNREACH|ECONNREFUSED) [^\s"',]+|` +
		`[Cc]ould not resolve host: \S+|unable to resolve host address \S+|Failed to fetch .+ from Google Fonts)`),
	Hint: "what builds has no network: commit what it downloads, or write build: {network: default}",
}, {
	Line: language.NotFound,
	Hint: "is its package among the dependencies or devDependencies? build.packages installs the distribution's programs",
},

	// Of compilers, bundlers and linters. Rollup's and Rolldown's warnings look like their errors.
	{Line: regexp.MustCompile(`^(.*\berror TS\d+: .+)`)},                                                                      // TypeScript
	{Line: regexp.MustCompile(`^(?:✘ \[ERROR\]|\[!\]) (.+)`)},                                                                 // esbuild, Rollup
	{Line: regexp.MustCompile(`^(?:/src/)?(\S+:\d+:\d+: ERROR: .+)`)},                                                         // esbuild in Vite
	{Line: regexp.MustCompile(`^(\S+ \(\d+:\d+\): .*(?:[Ee]xpected| is not exported by ).*|Could not resolve ".+" from .+)`)}, // Rollup in Vite
	{Line: regexp.MustCompile(`^(\[(?:vite\S*|[A-Z]+(?:_[A-Z]+)+)\]:? [^W].+)`)},                                              // Vite's plugins, Rolldown
	{Line: regexp.MustCompile(`^((?:ERROR in|Module not found:|Type error:) .+)`)},                                            // webpack, Next.js
	{Line: regexp.MustCompile(`^\s+(\d+:\d+\s+error\s+.+)`)},                                                                  // ESLint

	// What failed in tests: of Jest, of Vitest and Jest, of Node's runner by TAP and by words.
	{Line: regexp.MustCompile(`^\s*● (.+ › .+)`)},
	{Line: regexp.MustCompile(`^\s*FAIL\s+(.+)`)},
	{Line: regexp.MustCompile(`^\s*not ok \d+ - ([^#]+)$`)},
	{Line: regexp.MustCompile(`^\s*✖ (.+) \([\d.]+ms\)$`)},

	{Line: regexp.MustCompile(`^\s*(\w*Error(?: \[\w+\])?: .+)`)},
	{Line: regexp.MustCompile(`^(".+" failed with status \d+\.)$`)},
}
