package node

import (
	"regexp"

	"github.com/stagefront/stagefront/frontend/language"
)

// Complaints are how commands that a spec names tell that they asked for the network.
// Scripts of package.json are run by a program of ours, which tells of it itself.
var Complaints = []language.Complaint{{
	Line: regexp.MustCompile(`(getaddrinfo (?:EAI_AGAIN|ENOTFOUND) [^\s"',]+|connect (?:ENETUNREACH|ECONNREFUSED) [^\s"',]+|` +
		`[Cc]ould not resolve host: \S+|unable to resolve host address \S+|Failed to fetch .+ from Google Fonts)`),
	Hint: "what builds has no network: commit what it downloads, or write build: {network: default}",
}}
